"""Files that clients put under names before they name them in a call: kept for a while, taken by name."""

import errno
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.errors import Invalid, NotAllowedNow, NotFound, PlatformError, TooLarge
from config.retention.classes import Gone
from config.retention.deletion import delete_rows
from config.retention.files import doom, sweep
from config.retention.holds import LegallyHeld, steady_holds
from moderation.media import storage
from moderation.media.upload_parts import scratch
from moderation.models import UploadedObject

PIECE = 64 * 1024
LONGEST_NAME = 1023


class ObjectNotFound(NotFound):
    code = "object_not_found"
    default_message = _("There is no object of this name: upload it again, and name it before it expires.")


class ObjectNameInvalid(Invalid):
    code = "object_name_invalid"
    default_message = _("A name has 1 to 1023 bytes, without control characters, and begins with no slash.")


class ObjectTooLarge(TooLarge):
    code = "object_too_large"
    default_message = _("The file is larger than uploaded files may be.")


class ObjectIncomplete(Invalid):
    code = "object_incomplete"
    default_message = _("The connection broke off before the whole file had come: send it again.")


class ObjectDigestWrong(Invalid):
    code = "object_digest_wrong"
    default_message = _("What came does not have the digest that was announced: send it again.")


class ObjectExists(NotAllowedNow):
    code = "object_exists"
    default_message = _("There is an object of this name, and it was not to be replaced.")


class ObjectsTooMany(NotAllowedNow):
    code = "objects_too_many"
    default_message = _("This account has uploaded as much as it may: delete what was used, or wait.")


class ObjectStorageFull(PlatformError):
    code = "object_storage_full"
    status = 507
    default_message = _("There is no room left for this file: try again later.")


@dataclass(frozen=True, slots=True)
class Announced:
    """What is said of a file before it comes; blank or None where nothing is."""

    length: int | None = None
    content_type: str = ""
    md5: bytes = b""
    sha256: str = ""


def keep_object(*, name: str, **asked) -> UploadedObject:
    """Keep what `read` gives until it gives nothing, in the place of what had this name.

    Never call this inside a transaction. Nothing is kept of what came only in part. Takes what `keep_bytes`
    takes.
    """
    require_name(name)
    return keep_bytes(name=name, **asked)


def keep_bytes(
    *,
    account: Account,
    name: str,
    read: Callable[[int], bytes],
    announced: Announced,
    replaces: bool = True,
    in_the_place_of: Sequence[UploadedObject] = (),
    now: datetime,
) -> UploadedObject:
    """`in_the_place_of` are objects that go when this one is there, and give it their room."""
    spared = sum(one.bytes for one in in_the_place_of)
    if announced.length is not None:
        require_room(account, announced.length, spared=spared)
    if not replaces and UploadedObject.objects.owned_by(account).filter(name=name).exists():
        raise ObjectExists()
    with scratch() as file:
        received = Received.of(read, file)
        received.require(announced)
        key = storage.new_key(account_uid=account.uid, now=now, folder="objects")
        file.seek(0)
        storage.keep(key, File(file), durably=True)
    made = UploadedObject(
        account=account,
        name=name,
        key=key,
        content_type=announced.content_type[:255],
        bytes=received.bytes,
        md5=received.md5,
        sha256=received.sha256,
        created_at=now,
    )
    try:
        doomed = put(made, replaces=replaces, others=in_the_place_of, now=now)
    except BaseException:
        storage.remove([key])
        raise
    sweep(now=now, only=doomed)
    return made


@dataclass(frozen=True, slots=True)
class Received:
    bytes: int
    md5: str
    sha256: str

    @classmethod
    def of(cls, read: Callable[[int], bytes], file: BinaryIO) -> "Received":
        length, md5, sha256 = 0, hashlib.md5(usedforsecurity=False), hashlib.sha256()
        while piece := piece_of(read):
            length += len(piece)
            if length > settings.ASSAY_OBJECT_MAX_BYTES:
                raise ObjectTooLarge(most=settings.ASSAY_OBJECT_MAX_BYTES)
            md5.update(piece)
            sha256.update(piece)
            try:
                file.write(piece)
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                    raise ObjectStorageFull() from error
                raise
        return cls(length, md5.hexdigest(), sha256.hexdigest())

    def require(self, announced: Announced) -> None:
        if announced.length is not None and self.bytes != announced.length:
            raise ObjectIncomplete()
        md5, sha256 = bytes.fromhex(self.md5), self.sha256
        if (announced.md5 or md5) != md5 or (announced.sha256 or sha256) != sha256:
            raise ObjectDigestWrong()


def piece_of(read: Callable[[int], bytes]) -> bytes:
    try:
        return read(PIECE)
    except OSError as error:
        raise ObjectIncomplete() from error


@transaction.atomic
def put(
    made: UploadedObject, *, replaces: bool, others: Sequence[UploadedObject], now: datetime
) -> list[int]:
    """The row, alone under its name. Answers the files that are to be swept."""
    account = made.account
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    rows = UploadedObject.objects.owned_by(account)
    old = list(rows.filter(name=made.name))
    if old and not replaces:
        raise ObjectExists()
    old += rows.filter(pk__in=[one.pk for one in others])
    doomed = take_away(account, old, now) if old else []
    require_room(account, made.bytes)
    made.save(force_insert=True)
    return doomed


def require_room(account: Account, length: int, *, spared: int = 0) -> None:
    if length > settings.ASSAY_OBJECT_MAX_BYTES:
        raise ObjectTooLarge(most=settings.ASSAY_OBJECT_MAX_BYTES)
    held = UploadedObject.objects.owned_by(account).aggregate(sum=Sum("bytes"))["sum"] or 0
    if held - spared + length > settings.ASSAY_OBJECTS_MOST_BYTES:
        raise ObjectsTooMany(most=settings.ASSAY_OBJECTS_MOST_BYTES)


def require_name(name: str) -> None:
    is_good = name and not name.startswith("/") and name.isprintable()
    if not is_good or len(name.encode("utf-8", "replace")) > LONGEST_NAME or "\ufffd" in name:
        raise ObjectNameInvalid(field="name")


def object_named(*, account: Account, name: str) -> UploadedObject:
    rows = UploadedObject.objects.owned_by(account)
    found = rows.filter(name=name).first() if name.isprintable() else None
    if found is None:
        raise ObjectNotFound()
    return found


def remove_object(*, account: Account, name: str, now: datetime) -> bool:
    """Whether there was one. Never call this inside a transaction."""
    rows = UploadedObject.objects.owned_by(account).filter(name=name) if name.isprintable() else ()
    return bool(remove_all(account=account, rows=list(rows), now=now))


def remove_all(*, account: Account, rows: Sequence[UploadedObject], now: datetime) -> int:
    """How many of them there were. Never call this inside a transaction."""
    with transaction.atomic():
        there = UploadedObject.objects.owned_by(account).filter(pk__in=[row.pk for row in rows])
        found = list(there.order_by("pk").select_for_update()) if rows else []
        doomed = take_away(account, found, now) if found else []
    sweep(now=now, only=doomed)
    return len(found)


def take_away(account: Account, rows: list[UploadedObject], now: datetime) -> list[int]:
    if steady_holds(account, now=now).everything:
        raise LegallyHeld()
    return doom(account=account, keys=forget_objects(account, rows, now).keys, now=now)


def old_objects(account: Account, before: datetime):
    return UploadedObject.objects.owned_by(account).filter(created_at__lt=before)


def forget_objects(account: Account, rows: list[UploadedObject], now: datetime) -> Gone:
    delete_rows(UploadedObject, [row.pk for row in rows])
    return Gone(rows, [row.key for row in rows if row.key])
