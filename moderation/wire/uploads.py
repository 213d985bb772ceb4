"""Where, and with which key for a while, local files are put before they are named in a call."""

from datetime import datetime, timedelta

from django.conf import settings

from config.uuid7 import uuid7
from config.wire.envelopes import Envelope
from config.wire.objects.addresses import FOLDER, place
from config.wire.objects.forms import signed_policy
from config.wire.objects.gateway import UPLOADING
from config.wire.registry import CLASSIC, CONSOLE, GREEN, Call, operation
from config.wire.temporary_keys import IssuedTemporaryKey, issue_temporary_key

LIFE, FORM_LIFE = timedelta(hours=1), timedelta(minutes=15)
LONGEST_PLAIN = 200


@operation(GREEN, "DescribeUploadToken", scope=UPLOADING, envelope=Envelope.MSG)
def describe_upload_token(call: Call) -> dict:
    issued, found = key_for_uploads(call), place()
    return {
        "Data": {
            "AccessKeyId": issued.key.access_key_id,
            "AccessKeySecret": issued.secret,
            "SecurityToken": issued.token,
            "Expiration": int(issued.key.expires_at.timestamp()),
            "BucketName": found.bucket,
            "FileNamePrefix": issued.key.upload_prefix,
            "OssInternetEndPoint": found.endpoint,
            "OssInternalEndPoint": found.endpoint,
        }
    }


@operation(
    CLASSIC,
    "UploadCredentials",
    scope=UPLOADING,
    envelope=Envelope.LOWER,
    path="/green/credentials/uploadcredentials",
)
def upload_credentials(call: Call) -> dict:
    issued, found = key_for_uploads(call), place()
    return {
        "data": {
            "accessKeyId": issued.key.access_key_id,
            "accessKeySecret": issued.secret,
            "securityToken": issued.token,
            "expiredTime": int(issued.key.expires_at.timestamp() * 1000),
            "ossEndpoint": found.endpoint,
            "ossInternalEndpoint": found.endpoint,
            "uploadBucket": found.bucket,
            "uploadFolder": issued.key.upload_prefix.rstrip("/"),
        }
    }


@operation(CONSOLE, "GetUploadInfo", scope=UPLOADING, envelope=Envelope.CONSOLE_WITH_STATUS)
def get_upload_info(call: Call) -> dict:
    name = call.parameters.text("Name")
    folder = new_prefix(call.account.uid, call.now)
    issued = issue_temporary_key(
        key=call.caller.key, upload_prefix=folder, life=FORM_LIFE, now=call.now, has_token=False
    )
    most = settings.ASSAY_OBJECT_MAX_BYTES
    policy, signature = signed_policy(
        issued.secret,
        conditions=[["starts-with", "$key", folder], ["content-length-range", 0, most]],
        until=issued.key.expires_at,
    )
    return {
        "AccessId": issued.key.access_key_id,
        "Policy": policy,
        "Signature": signature,
        "Host": place().form,
        "Folder": folder,
        "Key": folder + (plain(name) or uuid7().hex),
        "Expire": int((issued.key.expires_at - call.now).total_seconds()),
    } | ({"Name": name} if name else {})


def plain(name: str) -> str:
    """The last part of a name of a file, short and printable."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[-LONGEST_PLAIN:]


def key_for_uploads(call: Call) -> IssuedTemporaryKey:
    prefix = new_prefix(call.account.uid, call.now)
    return issue_temporary_key(key=call.caller.key, upload_prefix=prefix, life=LIFE, now=call.now)


def new_prefix(account_uid: str, now: datetime) -> str:
    """Nobody else is given the same one: what is put under it is this caller's alone."""
    return f"{FOLDER}{account_uid}/{now:%Y%m%d}/{uuid7().hex}/"
