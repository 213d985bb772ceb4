"""Putting pictures into a library: each file gets an answer of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from config.accounts import revisions
from config.accounts.models import ApiKey
from config.accounts.revisions import bump
from config.audit.records import name_of, record
from config.errors import PlatformError, Unavailable
from libraries.image_limits import (
    LONGEST_OWNER,
    MOST_AT_ONCE,
    RECOMMENDED_SIDE,
    ImagesMissing,
    LibraryImageLimitReached,
    LibraryImageTooLarge,
    TooManyImages,
    clean_expiry,
    clean_note,
    clean_owner,
)
from libraries.matching.cache import image_index
from libraries.models import ImageFingerprint, ImageLibrary, LibraryImage
from libraries.operations.image_libraries import lock_image_library, require_custom
from libraries.pictures import ReadPicture, read_picture
from libraries.storage import drop_files, keep_file

# PDQ's own threshold for "the same picture, edited".
SIMILAR_WITHIN = 31


class Became(StrEnum):
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class NewImage:
    """A file as it came. Its `name` is only told back."""

    name: str
    content: bytes | None = None
    note: str = ""
    owner: str = ""
    expires_at: datetime | None = None
    refusal: PlatformError | None = None  # why its content could not even be taken in


@dataclass(frozen=True, slots=True)
class Remark:
    """What is not as good as it could be about a file that was accepted."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Similar:
    """A picture that looks almost the same, with the number of bits (of 256) that differ."""

    image_id: int
    library_id: int
    distance: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. `image` is the new one, or the one that is held already."""

    name: str
    became: Became
    image: LibraryImage | None = None
    refusal: PlatformError | None = None
    remarks: tuple[Remark, ...] = ()
    similar: tuple[Similar, ...] = ()


@dataclass(slots=True)
class Arrival:
    """A file on its way into a library."""

    file: NewImage
    picture: ReadPicture
    remarks: tuple[Remark, ...]
    similar: tuple[Similar, ...]
    keys: list[str] = field(default_factory=list)


def add_images(*, library: ImageLibrary, images: Sequence[NewImage], actor, now: datetime) -> list[Outcome]:
    """Add up to ten pictures. One that cannot be added does not keep the others out."""
    require_custom(library)
    if not images:
        raise ImagesMissing(field="images")
    if len(images) > MOST_AT_ONCE:
        raise TooManyImages(field="images", most=MOST_AT_ONCE)
    outcomes: dict[int, Outcome] = {}
    arrivals: dict[int, Arrival] = {}
    for place, file in enumerate(images):
        try:
            arrivals[place] = read_in(library, cleaned(file, actor=actor, now=now))
        except Unavailable:
            raise  # no fault of the file: nothing was added yet, so all of them may come again
        except PlatformError as error:
            outcomes[place] = Outcome(file.name, Became.REFUSED, refusal=error)
    try:
        for arrival in arrivals.values():
            for content in (arrival.file.content, arrival.picture.thumbnail):
                arrival.keys.append(keep_file(library_id=library.pk, content=content))
        outcomes |= settle(library=library, arrivals=arrivals, actor=actor, now=now)
    except BaseException:
        drop_files(key for arrival in arrivals.values() for key in arrival.keys)
        raise
    accepted = {place for place, one in outcomes.items() if one.became is Became.ACCEPTED}
    drop_files(key for place, one in arrivals.items() if place not in accepted for key in one.keys)
    return [outcomes[place] for place in range(len(images))]


def cleaned(file: NewImage, *, actor, now: datetime) -> NewImage:
    """The file with notes that may be stored; who adds a picture is responsible unless told otherwise."""
    if file.refusal is not None:
        raise file.refusal
    if len(file.content) > settings.ASSAY_LIBRARY_IMAGE_BYTES:
        raise LibraryImageTooLarge.of(len(file.content))
    return NewImage(
        name=file.name,
        content=file.content,
        note=clean_note(file.note),
        owner=clean_owner(file.owner) or called(actor),
        expires_at=clean_expiry(file.expires_at, now=now),
    )


def called(actor) -> str:
    name = actor.name if isinstance(actor, ApiKey) else name_of(actor)
    return name[:LONGEST_OWNER]


def read_in(library: ImageLibrary, file: NewImage) -> Arrival:
    picture = read_picture(file.content)
    return Arrival(file, picture, tuple(remarks_on(picture)), similar_to(library.account_id, picture))


def remarks_on(picture: ReadPicture) -> Iterable[Remark]:
    if min(picture.width, picture.height) < RECOMMENDED_SIDE:
        message = _("%(width)s × %(height)s pixels: at least 256 × 256 are recommended.")
        size = {"width": picture.width, "height": picture.height}
        yield Remark("image_smaller_than_recommended", str(message % size))
    if not picture.plain.is_clear:
        message = _("This image has little detail: other plain images may be taken for it.")
        yield Remark("image_has_little_detail", str(message))


def similar_to(account_id: int, picture: ReadPicture) -> tuple[Similar, ...]:
    """What the account's libraries hold that looks almost the same. Tells people; decides nothing."""
    if not picture.plain.is_clear:
        return ()
    index = image_index(account_id, revisions.read(account_id).images)
    found = index.find((picture.plain,), within=SIMILAR_WITHIN)
    return tuple(Similar(match.image_id, match.library_id, match.distance) for match in found)


@transaction.atomic
def settle(
    *, library: ImageLibrary, arrivals: dict[int, Arrival], actor, now: datetime
) -> dict[int, Outcome]:
    """Write the rows of those that fit, and say what became of each."""
    if not arrivals:
        return {}
    held = lock_image_library(library)
    known = {bytes(image.sha256): image for image in twins(held, arrivals.values())}
    free = settings.ASSAY_LIBRARY_IMAGES_MOST - images_of(held.account)
    outcomes: dict[int, Outcome] = {}
    new: list[LibraryImage] = []
    revision = None
    for place, one in arrivals.items():
        if twin := known.get(one.picture.sha256):
            outcomes[place] = Outcome(one.file.name, Became.DUPLICATE, twin)
            continue
        if len(new) >= free:
            outcomes[place] = Outcome(one.file.name, Became.REFUSED, refusal=no_room())
            continue
        if revision is None:
            revision = bump(account_id=held.account_id, kind="images")
        image = insert(held, one, actor=actor, revision=revision, now=now)
        known[one.picture.sha256] = image
        new.append(image)
        outcomes[place] = Outcome(
            one.file.name, Became.ACCEPTED, image, remarks=one.remarks, similar=one.similar
        )
    if new:
        ImageLibrary.objects.filter(pk=held.pk).update(
            image_count=F("image_count") + len(new), updated_at=now
        )
        record(
            account=held.account,
            actor=actor,
            action="images.added",
            subject=f"image_library:{held.pk}",
            after={"count": len(new), "images": {str(one.pk): one.sha256.hex() for one in new}},
            now=now,
        )
    return outcomes


def twins(held: ImageLibrary, arrivals: Iterable[Arrival]):
    return held.images.present().filter(sha256__in=[one.picture.sha256 for one in arrivals])


def images_of(account) -> int:
    """How many count against the account's limit."""
    return ImageLibrary.objects.owned_by(account).custom().aggregate(total=Sum("image_count"))["total"] or 0


def no_room() -> LibraryImageLimitReached:
    most = settings.ASSAY_LIBRARY_IMAGES_MOST
    message = _("An account keeps at most %(most)s images in all its libraries.")
    return LibraryImageLimitReached(message % {"most": number_format(most, force_grouping=True)}, most=most)


def insert(held: ImageLibrary, one: Arrival, *, actor, revision: int, now: datetime) -> LibraryImage:
    original, thumbnail = one.keys
    image = LibraryImage.objects.create(
        account=held.account,
        library=held,
        sha256=one.picture.sha256,
        format=one.picture.format,
        width=one.picture.width,
        height=one.picture.height,
        bytes=len(one.file.content),
        quality=one.picture.plain.quality,
        original=original,
        thumbnail=thumbnail,
        note=one.file.note,
        owner=one.file.owner,
        expires_at=one.file.expires_at,
        added_by=name_of(actor),
        added_at=now,
        revision=revision,
    )
    ImageFingerprint.of(image, one.picture.fingerprints).save(force_insert=True)
    return image
