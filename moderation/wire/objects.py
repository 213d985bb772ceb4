"""Objects as their clients ask for them, and as other operations take them."""

import base64
import binascii

from django.core.files.base import File

from config.accounts.models import Account
from config.wire.envelopes import CODES
from config.wire.objects import answers
from config.wire.objects.addresses import BUCKET, is_bucket
from config.wire.objects.gateway import ObjectCall, object_action
from moderation.media import playing, storage
from moderation.models import UploadedObject
from moderation.operations.objects import (
    Announced,
    ObjectDigestWrong,
    ObjectNotFound,
    keep_object,
    object_named,
    remove_object,
)

SCHEME = "oss://"
UNSIGNED = "UNSIGNED-PAYLOAD"
CODES["object_not_found"] = 404
answers.CODES |= {
    "object_not_found": ("NoSuchKey", 404),
    "object_name_invalid": ("InvalidObjectName", 400),
    "object_too_large": ("EntityTooLarge", 400),
    "object_incomplete": ("IncompleteBody", 400),
    "object_digest_wrong": ("InvalidDigest", 400),
    "object_exists": ("FileAlreadyExists", 409),
    "objects_too_many": ("QuotaExceeded", 409),
    "legally_held": ("FileImmutable", 409),
}


def opened(account: Account, *, name: str, bucket: str = BUCKET) -> File:
    """The file that the account put under this name; whoever asked closes it. Raises ObjectNotFound.

    Without a bucket: of the one that there is.
    """
    file = storage.open_kept(named(account, name=name, bucket=bucket).key)
    if file is None:
        raise ObjectNotFound(bucket=bucket, name=name)
    return file


def named(account: Account, *, name: str, bucket: str = BUCKET) -> UploadedObject:
    """What is known of it: bytes, sha256, content_type. Raises ObjectNotFound."""
    if bucket and not is_bucket(bucket):
        raise ObjectNotFound(bucket=bucket, name=name)
    return object_named(account=account, name=name)


@object_action("PUT", "PutObject")
def put_object(call: ObjectCall):
    kept = keep_object(
        account=call.account,
        name=call.address.name,
        read=call.read,
        announced=announced_in(call),
        replaces=call.request.header("x-oss-forbid-overwrite").lower() != "true",
        now=call.now,
    )
    return answers.done(call.request_id, headers=tags(kept))


def announced_in(call: ObjectCall) -> Announced:
    digest = call.request.header("x-oss-content-sha256")
    return Announced(
        length=call.length,
        content_type=call.request.header("content-type"),
        md5=read_md5(call.request.header("content-md5")),
        sha256="" if digest == UNSIGNED else digest.lower(),
    )


def read_md5(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ObjectDigestWrong(field="Content-MD5") from error


@object_action("GET", "GetObject")
def get_object(call: ObjectCall):
    found = object_named(account=call.account, name=call.address.name)
    playable = playing.Playable(
        key=found.key,
        size=found.bytes,
        # Whoever opens it in a browser must not run what a client called a page.
        mime="application/octet-stream",
        etag=tags(found)["ETag"],
        modified=found.created_at,
    )
    return answers.marked(playing.answer(call.http, playable, headers={}), call.request_id)


@object_action("HEAD", "HeadObject")
def head_object(call: ObjectCall):
    return get_object(call)


@object_action("DELETE", "DeleteObject")
def delete_object(call: ObjectCall):
    remove_object(account=call.account, name=call.address.name, now=call.now)
    return answers.done(call.request_id, status=204)


def tags(found: UploadedObject) -> dict[str, str]:
    md5 = bytes.fromhex(found.md5)
    return {"ETag": f'"{found.md5.upper()}"', "Content-MD5": base64.b64encode(md5).decode()}
