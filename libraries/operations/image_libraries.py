"""Making, naming and deleting image libraries. What they hold is in `images`."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.accounts.revisions import bump
from config.audit.records import record
from config.errors import NotAllowedNow, NotFound
from libraries.image_limits import ImageLibraryLimitReached, clean_description, clean_name
from libraries.models import ImageLibrary
from libraries.operations.keywords import lock_libraries

# Rows by the hundred thousand: the collector behind QuerySet.delete() would load each of them.
# Locked in the order in which hits are summed, or the two could wait for each other.
EMPTY = (
    "SELECT count(*) FROM"
    " (SELECT id FROM libraries_libraryimage WHERE library_id = %s ORDER BY id FOR UPDATE) AS held",
    "DELETE FROM libraries_imagehit hit USING libraries_libraryimage image"
    " WHERE hit.image_id = image.id AND image.library_id = %s",
    "DELETE FROM libraries_imagefingerprint print USING libraries_libraryimage image"
    " WHERE print.image_id = image.id AND image.library_id = %s",
    "DELETE FROM libraries_libraryimage WHERE library_id = %s",
)


class ImageLibraryNameTaken(NotAllowedNow):
    code = "image_library_name_taken"
    default_message = _("Another image library has this name already.")


class ImageLibraryReviewed(NotAllowedNow):
    code = "image_library_reviewed"
    default_message = _("Reviewers' decisions fill this library: only its images can be removed by hand.")


class ImageLibraryInUse(NotAllowedNow):
    code = "image_library_in_use"
    default_message = _("Services use this image library: take it out of their rules first.")


@transaction.atomic
def create_image_library(
    *, account: Account, name: str, description: str, actor, now: datetime
) -> ImageLibrary:
    name, description = clean_name(name), clean_description(description)
    lock_libraries(account.pk)
    held = ImageLibrary.objects.owned_by(account)
    require_free(name, among=held)
    most = settings.ASSAY_IMAGE_LIBRARIES_MOST
    if held.custom().count() >= most:
        message = _("An account keeps at most %(most)s image libraries: delete one first.")
        raise ImageLibraryLimitReached(message % {"most": number_format(most)}, most=most)
    library = ImageLibrary.objects.create(
        account=account, name=name, description=description, created_at=now, updated_at=now
    )
    record(
        account=account,
        actor=actor,
        action="image_library.created",
        subject=f"image_library:{library.pk}",
        after={"name": name, "description": description},
        now=now,
    )
    return library


@transaction.atomic
def change_image_library(
    *, library: ImageLibrary, name: str, description: str, actor, now: datetime
) -> ImageLibrary:
    name, description = clean_name(name), clean_description(description)
    held = lock_image_library(library)
    require_custom(held)
    require_free(name, among=ImageLibrary.objects.owned_by(held.account).exclude(pk=held.pk))
    before = {"name": held.name, "description": held.description}
    after = {"name": name, "description": description}
    if before == after:
        return held
    held.name, held.description, held.updated_at = name, description, now
    held.save(update_fields=["name", "description", "updated_at"])
    record(
        account=held.account,
        actor=actor,
        action="image_library.changed",
        subject=f"image_library:{held.pk}",
        before=before,
        after=after,
        now=now,
    )
    return held


@transaction.atomic
def delete_image_library(*, library: ImageLibrary, used_by: Sequence[str], actor, now: datetime) -> None:
    """`used_by` names the services whose rules use it, as `libraries.usage` knows them.

    Its files are swept away on schedule: there may be too many of them for one request.
    """
    require_custom(library)
    if used_by:
        message = _("These services use this image library: %(services)s. Take it out of their rules first.")
        raise ImageLibraryInUse(message % {"services": ", ".join(used_by)}, services=list(used_by))
    held = lock_image_library(library)
    record(
        account=held.account,
        actor=actor,
        action="image_library.deleted",
        subject=f"image_library:{held.pk}",
        before={"name": held.name, "description": held.description, "images": held.image_count},
        now=now,
    )
    with connection.cursor() as cursor:
        for statement in EMPTY:
            cursor.execute(statement, [held.pk])
    held.delete()
    bump(account_id=held.account_id, kind="images")


def lock_image_library(library: ImageLibrary) -> ImageLibrary:
    """The library as it is once all writers before us are done. Raises NotFound if one deleted it."""
    lock_libraries(library.account_id)
    held = ImageLibrary.objects.select_related("account").filter(pk=library.pk).first()
    if held is None:
        raise NotFound()
    return held


def require_custom(library: ImageLibrary) -> None:
    if library.is_reviewed:
        raise ImageLibraryReviewed()


def require_free(name: str, *, among) -> None:
    if among.custom().filter(name=name).exists():
        raise ImageLibraryNameTaken(field="name")
