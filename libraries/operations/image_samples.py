"""Remembering what people decided on pictures, and forgetting it. Nothing here reads or decodes a file:
fingerprints were taken when the picture was moderated, and its files are copied afterwards by a job."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F

from config.accounts.models import Account
from config.accounts.revisions import bump
from config.errors import PlatformError, Unavailable
from libraries.matching.fingerprints import PLAIN, Fingerprint
from libraries.models import ImageFingerprint, ImageLibrary, LibraryImage
from libraries.operations.keywords import lock_libraries
from libraries.operations.sample_guard import note_change_of_mind
from libraries.pictures import ReadPicture, read_picture
from libraries.storage import drop_files, keep_file

KINDS = {"pass": ImageLibrary.Kind.REVIEWED_PASS, "block": ImageLibrary.Kind.REVIEWED_BLOCK}
NAMES = {
    ImageLibrary.Kind.REVIEWED_PASS: "Passed by reviewers",
    ImageLibrary.Kind.REVIEWED_BLOCK: "Blocked by reviewers",
}
FILES_AT_ONCE = 500

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SeenPicture:
    """What is known of a picture without opening it. `key` is where it is stored, blank if it is not."""

    sha256: bytes
    format: str
    width: int
    height: int
    bytes: int
    fingerprints: Sequence[Fingerprint] = ()
    key: str = ""

    @property
    def quality(self) -> int:
        return next((one.quality for one in self.fingerprints if one.kind == PLAIN), 0)


@transaction.atomic
def add_image_sample(
    *,
    account: Account,
    picture: SeenPicture,
    outcome: str,
    label: str,
    origin: str,
    overrules: bool = True,
    added_by: str = "",
    is_new_mind: bool = True,
    now: datetime,
) -> LibraryImage:
    """Remember what a person decided on a picture; a newer decision on the same file replaces the older.

    The audit record is the decision's, in whose transaction this is called. Not `is_new_mind`: an older
    decision stands again.
    """
    lock_libraries(account.pk)
    library = library_for(account, outcome, now)
    held = held_sample(account, picture.sha256)
    if held is None:
        return new_sample(
            library, picture, label=label, origin=origin, overrules=overrules, added_by=added_by, now=now
        )
    is_other = held.library_id != library.pk
    if is_other:
        count_images(held.library_id, -1, now)
        count_images(library.pk, +1, now)
    held.library, held.label, held.origin, held.overrules = library, label, origin, overrules
    held.added_by, held.added_at = added_by, now
    held.revision = bump(account_id=account.pk, kind="images")
    held.save(update_fields=["library", "label", "origin", "overrules", "added_by", "added_at", "revision"])
    if is_other and is_new_mind:
        note_change_of_mind(sample=held, now=now)
    return held


@transaction.atomic
def remove_image_sample(*, account: Account, sha256: bytes, now: datetime) -> bool:
    """The machine judges the picture afresh from now on. The audit record is the undoing's."""
    lock_libraries(account.pk)
    held = held_sample(account, sha256)
    if held is None:
        return False
    keys = [held.original, held.thumbnail]
    held.original = held.thumbnail = ""
    held.removed_at = now
    held.revision = bump(account_id=account.pk, kind="images")
    held.save(update_fields=["original", "thumbnail", "removed_at", "revision"])
    ImageFingerprint.objects.filter(image=held).delete()
    count_images(held.library_id, -1, now)
    transaction.on_commit(lambda: drop_files(keys), robust=True)
    return True


def held_sample(account: Account, sha256: bytes) -> LibraryImage | None:
    """Locks its row: hits are summed into it meanwhile."""
    rows = LibraryImage.objects.owned_by(account).present().reviewed().select_related("account")
    return rows.filter(sha256=sha256).select_for_update(of=("self",), no_key=True).first()


def library_for(account: Account, outcome: str, now: datetime) -> ImageLibrary:
    """Made when first needed."""
    kind = KINDS[outcome]
    library, _is_new = ImageLibrary.objects.get_or_create(
        account=account, kind=kind, defaults={"name": NAMES[kind], "created_at": now, "updated_at": now}
    )
    return library


def new_sample(
    library: ImageLibrary, picture: SeenPicture, *, label, origin, overrules, added_by, now: datetime
) -> LibraryImage:
    image = LibraryImage.objects.create(
        account=library.account,
        library=library,
        sha256=picture.sha256,
        format=picture.format,
        width=picture.width,
        height=picture.height,
        bytes=picture.bytes,
        quality=picture.quality,
        original=picture.key,
        thumbnail="",
        label=label,
        origin=origin,
        overrules=overrules,
        added_by=added_by,
        added_at=now,
        revision=bump(account_id=library.account_id, kind="images"),
    )
    if picture.fingerprints:
        ImageFingerprint.of(image, picture.fingerprints).save(force_insert=True)
    count_images(library.pk, +1, now)
    return image


def count_images(library_id: int, change: int, now: datetime) -> None:
    ImageLibrary.objects.filter(pk=library_id).update(image_count=F("image_count") + change, updated_at=now)


def bring_files(*, most: int = FILES_AT_ONCE) -> int:
    """Copy the pictures of new samples into their library, each with a thumbnail; repeat-safe.

    A picture that is no longer there leaves a sample without files, which decides as well.
    """
    waiting = LibraryImage.objects.present().filter(thumbnail="").exclude(original="")
    brought = 0
    for image in waiting.select_related("library").order_by("id")[:most]:
        try:
            brought += bring_file(image)
        except Unavailable:
            break  # no decoder, or a full disk: the next round goes on
    return brought


def bring_file(image: LibraryImage) -> bool:
    content, picture = read_stored(image)
    keys = []
    if picture is not None:
        keys = [keep_file(library_id=image.library_id, content=one) for one in (content, picture.thumbnail)]
    try:
        is_named = name_files(image, keys, picture)
    except BaseException:
        drop_files(keys)
        raise
    if not is_named:
        drop_files(keys)
    return is_named and bool(keys)


def read_stored(image: LibraryImage) -> tuple[bytes, ReadPicture | None]:
    try:
        with default_storage.open(image.original) as stored:
            content = stored.read()
        return content, read_picture(content)
    except FileNotFoundError:
        return b"", None
    except Unavailable:
        raise
    except PlatformError as error:
        log.warning("sample_not_read", image=image.pk, code=error.code)
        return b"", None


@transaction.atomic
def name_files(image: LibraryImage, keys: list[str], picture: ReadPicture | None) -> bool:
    """False where the sample went meanwhile, or another round was faster."""
    lock_libraries(image.account_id)
    original, thumbnail = keys or ("", "")
    rows = LibraryImage.objects.present().filter(pk=image.pk, original=image.original, thumbnail="")
    if not rows.update(original=original, thumbnail=thumbnail):
        return False
    if picture is not None and not ImageFingerprint.objects.filter(image=image).exists():
        ImageFingerprint.of(image, picture.fingerprints).save(force_insert=True)
        revision = bump(account_id=image.account_id, kind="images")
        LibraryImage.objects.filter(pk=image.pk).update(revision=revision, quality=picture.plain.quality)
    return True
