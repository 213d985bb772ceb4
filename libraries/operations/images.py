"""Taking pictures out of a library, and what people note beside them. Putting them in is `image_adding`."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from config.accounts.revisions import bump
from config.audit.records import record
from config.errors import NotFound
from config.retention.holds import wholly_held
from libraries.hash_feed import hash_for_others
from libraries.image_limits import clean_expiry, clean_note, clean_owner
from libraries.models import ImageFingerprint, ImageLibrary, LibraryImage
from libraries.operations.image_libraries import lock_image_library, require_custom
from libraries.storage import drop_files

SHOWN = 50
EXPIRED_AT_ONCE = 1000


@transaction.atomic
def remove_images(*, library: ImageLibrary, ids: Iterable[int], actor, now: datetime) -> int:
    """Remove pictures, and their files once that is certain. Returns how many were there."""
    held = lock_image_library(library)
    return take_out(held, ids, action="images.removed", actor=actor, now=now)


def remove_expired_images(*, now: datetime) -> int:
    """Remove every picture whose time is over. Nothing matches them since that moment anyway."""
    removed = 0
    over = LibraryImage.objects.present().filter(expires_at__lte=now)
    over = over.exclude(account__in=wholly_held(now=now))
    libraries = over.order_by("library").values_list("library", flat=True).distinct()
    for library in ImageLibrary.objects.filter(pk__in=list(libraries)).order_by("id"):
        while ids := list(over.filter(library=library).values_list("pk", flat=True)[:EXPIRED_AT_ONCE]):
            removed += remove_expired_of(library=library, ids=ids, now=now)
    return removed


@transaction.atomic
def remove_expired_of(*, library: ImageLibrary, ids: list[int], now: datetime) -> int:
    try:
        held = lock_image_library(library)
    except NotFound:
        return 0  # deleted meanwhile, with its pictures
    # Somebody may have given one of them more time while we waited.
    over = held.images.present().filter(pk__in=ids, expires_at__lte=now)
    ids = list(over.values_list("pk", flat=True))
    return take_out(held, ids, action="images.expired", actor=None, now=now)


def take_out(held: ImageLibrary, ids: Iterable[int], *, action: str, actor, now: datetime) -> int:
    # In the order in which hits are summed, or the two could wait for each other.
    present = held.images.present().filter(pk__in=list(ids)).order_by("id").select_for_update(no_key=True)
    rows = list(present.values_list("pk", "original", "thumbnail"))
    if not rows:
        return 0
    chosen = [pk for pk, *_files in rows]
    revision = bump(account_id=held.account_id, kind="images")
    LibraryImage.objects.filter(pk__in=chosen).update(
        removed_at=now, revision=revision, original="", thumbnail="", withdrawn_hash=hash_for_others()
    )
    ImageFingerprint.objects.filter(image__in=chosen).delete()
    ImageLibrary.objects.filter(pk=held.pk).update(image_count=F("image_count") - len(rows), updated_at=now)
    record(
        account=held.account,
        actor=actor,
        action=action,
        subject=f"image_library:{held.pk}",
        before={"count": len(rows), "first": chosen[:SHOWN]},
        now=now,
    )
    transaction.on_commit(lambda: drop_files(key for _pk, *keys in rows for key in keys), robust=True)
    return len(rows)


@transaction.atomic
def change_image(
    *, image: LibraryImage, note: str, owner: str, expires_at: datetime | None, actor, now: datetime
) -> LibraryImage:
    """Change what people note beside a picture, and until when it counts."""
    note, owner = clean_note(note), clean_owner(owner)
    require_custom(lock_image_library(ImageLibrary(pk=image.library_id, account_id=image.account_id)))
    held = LibraryImage.objects.present().select_related("account").filter(pk=image.pk).first()
    if held is None:
        raise NotFound()
    before = {"note": held.note, "owner": held.owner, "expires_at": held.expires_at}
    after = {"note": note, "owner": owner, "expires_at": expires_at}
    if before == after:
        return held
    held.note, held.owner = note, owner
    if expires_at != held.expires_at:
        held.expires_at = clean_expiry(expires_at, now=now)
        held.revision = bump(account_id=held.account_id, kind="images")
    held.save(update_fields=["note", "owner", "expires_at", "revision"])
    record(
        account=held.account,
        actor=actor,
        action="image.changed",
        subject=f"image:{held.pk}",
        before=before,
        after=after,
        now=now,
    )
    return held
