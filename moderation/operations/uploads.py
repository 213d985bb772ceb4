"""Files that come in pieces, and go on where they stopped, whatever breaks off in between."""

import contextlib
import errno
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.errors import Invalid, NotAllowedNow, NotFound, PlatformError
from config.retention.holds import wholly_held
from config.uuid7 import uuid7
from moderation.media import storage, upload_parts
from moderation.media.recordings import FORMATS, LOOKED_AT, format_of
from moderation.media.taking_in import MediaFormatUnsupported, MediaTooLarge
from moderation.models import MediaUpload
from moderation.models.media import RECORDING_KINDS

PIECE = 64 * 1024
# So much is on the disk before it is written down: what a process that dies may have received in vain.
STEP = 8 * 2**20
LOCKS = 0x55504C4F
CHECKSUMS = ("sha1", "sha256")
LONGEST_NAME = 200


class UploadInvalid(Invalid):
    code = "upload_invalid"
    default_message = _("Say of which kind the recording is, audio or video, and how many bytes it has.")


class UploadsTooMany(NotAllowedNow):
    code = "uploads_too_many"
    default_message = _("Too many uploads are open: finish one, use what is finished, or take one back.")


class UploadExpired(PlatformError):
    code = "upload_expired"
    status = 410
    default_message = _("This upload has expired: begin a new one.")


class UploadOffsetWrong(NotAllowedNow):
    code = "upload_offset_wrong"
    default_message = _("The upload goes on at another place: ask for its offset.")


class UploadBusy(PlatformError):
    code = "upload_busy"
    status = 423
    default_message = _("Another call is writing this upload at this moment: ask for its offset shortly.")


class UploadTooLong(PlatformError):
    code = "upload_too_long"
    status = 413
    default_message = _("This is more than the upload was said to have.")


class UploadChecksumUnknown(Invalid):
    code = "upload_checksum_unknown"
    default_message = _("A checksum is made by sha1 or sha256, and written in base64.")


class UploadChecksumWrong(PlatformError):
    code = "upload_checksum_wrong"
    status = 460
    default_message = _("The bytes do not have this checksum: send them again from the same place.")


class UploadStorageFull(PlatformError):
    code = "upload_storage_full"
    status = 507
    default_message = _("There is no room left for this file: go on later from the offset.")


class UploadUnfinished(NotAllowedNow):
    code = "upload_unfinished"
    default_message = _("This upload is not whole yet: send the rest of it first.")


class UploadUsed(NotAllowedNow):
    code = "upload_used"
    default_message = _("This upload was used already: upload the file anew.")


class UploadOfAnotherKind(Invalid):
    code = "upload_of_another_kind"
    default_message = _("This upload was said to be of another kind.")


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of one call are said to have."""

    algorithm: str
    digest: bytes


@transaction.atomic
def open_upload(
    *, account: Account, content_type: str, length: int, name: str = "", now: datetime
) -> MediaUpload:
    if content_type not in RECORDING_KINDS:
        raise UploadInvalid(field="content_type")
    if length < 1:
        raise UploadInvalid(field="length")
    if length > settings.ASSAY_MEDIA_MAX_BYTES:
        raise MediaTooLarge(field="length", most=settings.ASSAY_MEDIA_MAX_BYTES)
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    held = MediaUpload.objects.owned_by(account).filter(used_at=None, expires_at__gt=now)
    if held.count() >= settings.ASSAY_UPLOADS_OPEN_MOST:
        raise UploadsTooMany(most=settings.ASSAY_UPLOADS_OPEN_MOST)
    return MediaUpload.objects.create(
        account=account,
        upload_id=uuid7(),
        content_type=content_type,
        name="".join(sign for sign in name if sign.isprintable())[:LONGEST_NAME],
        length=length,
        created_at=now,
        expires_at=now + timedelta(hours=settings.ASSAY_UPLOAD_HOURS_KEPT),
    )


def upload_of(*, account: Account, upload_id: UUID, now: datetime) -> MediaUpload:
    """The upload as it stands. One that a process left whole but unfinished is finished now."""
    upload = find(account, upload_id, now)
    if upload.offset == upload.length and not upload.key:
        with held(account, upload_id, now) as upload:
            finish(upload)
    return upload


def find(account: Account, upload_id: UUID, now: datetime) -> MediaUpload:
    upload = MediaUpload.objects.owned_by(account).filter(upload_id=upload_id).first()
    if upload is None:
        raise NotFound()
    if upload.used_at is None and upload.expires_at <= now:
        raise UploadExpired()
    upload.account = account
    return upload


def receive(
    *,
    account: Account,
    upload_id: UUID,
    offset: int,
    read: Callable[[int], bytes],
    length: int | None = None,
    checksum: Checksum | None = None,
    now: datetime,
) -> MediaUpload:
    """Write on from `offset` what `read` gives until it gives nothing. Never call this inside a transaction.

    Of two calls at a time one writes and the other is refused. What came before a connection broke off is
    kept, and so is what came before the disk was full; bytes whose checksum does not fit are not. `length` is
    how much the call announces. Of a file that cannot be taken nothing is kept, and its upload is over.
    """
    with held(account, upload_id, now) as upload:
        if upload.offset != offset:
            raise UploadOffsetWrong(offset=upload.offset)
        if upload.key:
            return upload
        if length is not None and length > upload.length - offset:
            raise UploadTooLong(most=upload.length - offset)
        receiving = Receiving(upload, checksum)
        try:
            receiving.take(read)
        finally:
            receiving.end()
        if upload.offset == upload.length:
            finish(upload)
        return upload


@contextlib.contextmanager
def held(account: Account, upload_id: UUID, now: datetime) -> Iterator[MediaUpload]:
    """Alone at it, by a lock of the database's connection: who dies holds nothing."""
    upload = find(account, upload_id, now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, lock_of(upload)])
        if not cursor.fetchone()[0]:
            raise UploadBusy(retry_after=1)
    try:
        upload.refresh_from_db()
        upload.account = account
        yield upload
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, lock_of(upload)])


def lock_of(upload: MediaUpload) -> int:
    return upload.pk % 2**31


class Receiving:
    """The bytes of one call, on their way to the disk."""

    def __init__(self, upload: MediaUpload, checksum: Checksum | None):
        self.upload, self.checksum = upload, checksum
        self.place = upload_parts.place(name_of(upload))
        self.settled = self.end_at = upload.offset
        self.hash = hashlib.new(checksum.algorithm) if checksum else None
        self.file = self.place.open_at(upload.offset)

    def take(self, read: Callable[[int], bytes]) -> None:
        while piece := read(PIECE):
            if self.end_at + len(piece) > self.upload.length:
                raise UploadTooLong(most=self.upload.length - self.settled)
            self.write(piece)
            if self.hash is not None:
                self.hash.update(piece)
            elif self.end_at - self.settled >= STEP or self.settled < LOOKED_AT <= self.end_at:
                self.settle()
        if self.hash is not None and self.hash.digest() != self.checksum.digest:
            raise UploadChecksumWrong()
        self.hash = None

    def write(self, piece: bytes) -> None:
        try:
            written = 0
            while written < len(piece):
                written += self.file.write(piece[written:])
        except OSError as error:
            # What of the piece is there already is cut off when somebody goes on.
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise UploadStorageFull() from error
            raise
        self.end_at += len(piece)

    def settle(self) -> None:
        """Note what is on the disk. Bytes whose checksum nobody knows yet are not noted."""
        if self.hash is not None or self.end_at == self.settled:
            return
        self.place.settle(self.file, self.settled, self.end_at)
        mine = MediaUpload.objects.filter(pk=self.upload.pk, offset=self.settled, key="")
        if not mine.update(offset=self.end_at):
            raise UploadBusy(retry_after=1)
        looks = self.settled < LOOKED_AT
        self.settled = self.upload.offset = self.end_at
        if looks and (self.settled >= LOOKED_AT or self.settled == self.upload.length):
            look_at(self.upload, self.place)

    def end(self) -> None:
        """However the call ended."""
        with self.file:
            if self.hash is None:
                self.settle()
            else:
                self.place.drop(self.file, self.settled)


def look_at(upload: MediaUpload, place) -> None:
    """What is no recording ends here, before the rest of it comes."""
    found = format_of(place.head(LOOKED_AT), upload.content_type)
    if found is None:
        forget(upload)
        taken = [one.name for one in FORMATS.values() if one.mime(upload.content_type)]
        raise MediaFormatUnsupported(formats=taken)


def finish(upload: MediaUpload) -> None:
    """Give the whole file its place among those that are kept. Repeat-safe."""
    if upload.key:
        return
    place, key = upload_parts.place(name_of(upload)), key_of(upload)
    whole = upload_parts.whole_under(key)
    if whole is None:
        whole = place.become(key)
    if whole.bytes != upload.length:
        # The disk has lost what it said it had.
        storage.remove([key])
        MediaUpload.objects.filter(pk=upload.pk).update(offset=0)
        raise UploadOffsetWrong(offset=0)
    with storage.open_kept(key) as kept:
        found = format_of(kept.read(LOOKED_AT), upload.content_type)
    upload.key = key
    upload.facts = {"sha256": whole.sha256, "format": found.name, "bytes": whole.bytes}
    upload.save(update_fields=["key", "facts"])


def key_of(upload: MediaUpload) -> str:
    """The same each time, so that a file that was given its place is found there."""
    return f"media/{upload.account.uid}/{upload.created_at:%Y/%m/%d}/{upload.upload_id.hex}"


def require_finished(upload: MediaUpload, content_type: str) -> None:
    if upload.used_at is not None:
        raise UploadUsed(field="upload_id")
    if not upload.key:
        raise UploadUnfinished(field="upload_id", offset=upload.offset, length=upload.length)
    if upload.content_type != content_type:
        raise UploadOfAnotherKind(field="content_type", content_type=upload.content_type)


def use_upload(*, upload: MediaUpload, now: datetime) -> None:
    """Hand its file over to whoever names it first, in their transaction."""
    mine = MediaUpload.objects.filter(pk=upload.pk, used_at=None).exclude(key="")
    if not mine.update(used_at=now):
        raise UploadUsed(field="upload_id")


def take_back(*, account: Account, upload_id: UUID, now: datetime) -> None:
    """End an upload: nothing is left of what came. One that was used is left to who uses it."""
    with held(account, upload_id, now) as upload:
        if upload.used_at is not None:
            raise UploadUsed()
        forget(upload)


def purge_uploads(*, now: datetime, most: int = 500) -> int:
    """Forget uploads that expired. Repeat-safe."""
    old = MediaUpload.objects.filter(expires_at__lte=now).exclude(account__in=wholly_held(now=now))
    old = old.order_by("expires_at")
    count = 0
    for upload in old[:most]:
        forget(upload)
        count += 1
    return count


def forget(upload: MediaUpload) -> None:
    """The row goes first: nobody can begin to use what is about to be taken away."""
    with transaction.atomic():
        gone = MediaUpload.objects.filter(pk=upload.pk).select_for_update().first()
        if gone is None:
            return
        gone.delete()
    upload_parts.place(name_of(upload)).discard()
    if gone.key and gone.used_at is None:
        storage.remove([gone.key])


def name_of(upload: MediaUpload) -> str:
    return upload.upload_id.hex
