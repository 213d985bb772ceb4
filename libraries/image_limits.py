"""How much an account may keep in its image libraries, and how it may be named. Pure but for its messages."""

from datetime import datetime

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from config.errors import Invalid, NotAllowedNow, TooLarge

MOST_AT_ONCE = 10
RECOMMENDED_SIDE = 256
LONGEST_NAME = 60
LONGEST_DESCRIPTION = 300
LONGEST_NOTE = 300
LONGEST_OWNER = 100


class ImageLibraryLimitReached(NotAllowedNow):
    code = "image_library_limit_reached"
    default_message = _("This account has as many image libraries as it may keep: delete one first.")


class LibraryImageLimitReached(NotAllowedNow):
    code = "library_image_limit_reached"
    default_message = _("This account has as many images in its libraries as it may keep.")


class ImageLibraryNameMissing(Invalid):
    code = "image_library_name_missing"
    default_message = _("Give the image library a name.")


class ImageLibraryNameTooLong(Invalid):
    code = "image_library_name_too_long"
    default_message = _("An image library's name has at most 60 characters.")


class ImageLibraryDescriptionTooLong(Invalid):
    code = "image_library_description_too_long"
    default_message = _("An image library's description has at most 300 characters.")


class ImagesMissing(Invalid):
    code = "images_missing"
    default_message = _("Choose at least one image.")


class TooManyImages(Invalid):
    code = "too_many_images"
    default_message = _("At most 10 images can be added at a time: add the others afterwards.")


class LibraryImageTooLarge(TooLarge):
    code = "library_image_too_large"
    default_message = _("This file is too large for an image library.")

    @classmethod
    def of(cls, size: int) -> "LibraryImageTooLarge":
        most = settings.ASSAY_LIBRARY_IMAGE_BYTES
        message = _("This file has %(size)s MB; an image of a library has at most %(most)s MB.")
        return cls(message % {"size": megabytes(size), "most": megabytes(most)}, bytes=size, most=most)


class ImageNoteTooLong(Invalid):
    code = "image_note_too_long"
    default_message = _("A note has at most 300 characters.")


class ImageOwnerTooLong(Invalid):
    code = "image_owner_too_long"
    default_message = _("The name of who is responsible has at most 100 characters.")


class ImageExpiryPassed(Invalid):
    code = "image_expiry_passed"
    default_message = _("This moment is over: an image expires in the future, or never.")


def megabytes(size: int) -> str:
    return number_format(round(size / 2**20, 1), decimal_pos=0 if size % 2**20 == 0 else 1)


def clean_name(name: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise ImageLibraryNameMissing(field="name")
    if len(name) > LONGEST_NAME:
        raise ImageLibraryNameTooLong(field="name", characters=len(name))
    return name


def clean_description(description: str) -> str:
    description = description.replace("\0", "").strip()
    if len(description) > LONGEST_DESCRIPTION:
        raise ImageLibraryDescriptionTooLong(field="description", characters=len(description))
    return description


def clean_note(note: str) -> str:
    note = note.replace("\0", "").strip()
    if len(note) > LONGEST_NOTE:
        raise ImageNoteTooLong(field="note", characters=len(note))
    return note


def clean_owner(owner: str) -> str:
    owner = " ".join(owner.replace("\0", "").split())
    if len(owner) > LONGEST_OWNER:
        raise ImageOwnerTooLong(field="owner", characters=len(owner))
    return owner


def clean_expiry(expires_at: datetime | None, *, now: datetime) -> datetime | None:
    if expires_at is not None and expires_at <= now:
        raise ImageExpiryPassed(field="expires_at")
    return expires_at
