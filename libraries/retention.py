"""How long what the machine learned from people is kept: reviewed texts and pictures."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.accounts.revisions import bump
from config.retention import classes
from config.retention.classes import Gone, RetentionClass
from config.retention.orphans import finders
from libraries.models import ImageFingerprint, LibraryImage, TextSample
from libraries.operations.image_samples import count_images
from libraries.operations.keywords import lock_libraries
from libraries.storage import ROOT, orphans


def join_retention() -> None:
    finders.append(lambda now: orphans(now=now))
    classes.register(
        RetentionClass(
            name="samples",
            order=80,
            title=_("Reviewed texts and pictures"),
            about=_("What the machine answers from since a person decided on it."),
            setting="ASSAY_SAMPLES_KEPT_DAYS",
            due=old_texts,
            forget=forget_texts,
            is_locked=False,
        ),
        RetentionClass(
            name="image_samples",
            title=_("Reviewed pictures"),
            follows="samples",
            clock="added_at",
            due=old_pictures,
            forget=forget_pictures,
            is_locked=False,
        ),
    )


def old_texts(account: Account, before: datetime):
    return TextSample.objects.owned_by(account).present().filter(created_at__lt=before)


def forget_texts(account: Account, rows: list[TextSample], now: datetime) -> Gone:
    """The rows stay, without the texts, so that processes that follow the revisions learn of it."""
    lock_libraries(account.pk)
    # Somebody may have decided on one of them again while we waited.
    newest = max(row.created_at for row in rows)
    held = TextSample.objects.owned_by(account).present().filter(pk__in=[row.pk for row in rows])
    held = list(held.filter(created_at__lte=newest))
    revision = bump(account_id=account.pk, kind="samples")
    TextSample.objects.filter(pk__in=[one.pk for one in held]).update(
        removed_at=now, revision=revision, content="", simhash=None
    )
    return Gone(held)


def old_pictures(account: Account, before: datetime):
    return LibraryImage.objects.owned_by(account).present().reviewed().filter(added_at__lt=before)


def forget_pictures(account: Account, rows: list[LibraryImage], now: datetime) -> Gone:
    lock_libraries(account.pk)
    newest = max(row.added_at for row in rows)
    held = LibraryImage.objects.owned_by(account).present().filter(pk__in=[row.pk for row in rows])
    # Hits are summed into these rows meanwhile.
    held = list(held.filter(added_at__lte=newest).order_by("pk").select_for_update(no_key=True))
    ids = [one.pk for one in held]
    revision = bump(account_id=account.pk, kind="images")
    LibraryImage.objects.filter(pk__in=ids).update(
        original="", thumbnail="", removed_at=now, revision=revision
    )
    ImageFingerprint.objects.filter(image__in=ids).delete()
    for library_id in {one.library_id for one in held}:
        count = sum(one.library_id == library_id for one in held)
        count_images(library_id, -count, now)
    keys = [key for one in held for key in (one.original, one.thumbnail) if key.startswith(f"{ROOT}/")]
    return Gone(held, keys)
