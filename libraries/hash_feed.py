"""The PDQ hashes of an image library as a list that others copy, and what has changed since they did.

Pictures without detail are left out: within PDQ's distance they are like too many others. A picture that is
removed is told as withdrawn for a while; one that was erased at a person's wish has no hash any more.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import BinaryField, F, Func, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from libraries.matching.fingerprints import CLEAR, PLAIN
from libraries.models import ImageFingerprint, ImageLibrary, LibraryImage

WITHDRAWN_TOLD = timedelta(days=90)
CHUNK = 5_000


class FirstHash(Func):
    function = "substring"
    template = "%(function)s(%(expressions)s FROM 1 FOR 32)"
    output_field = BinaryField()


class FirstQuality(Func):
    function = "get_byte"
    template = "%(function)s(%(expressions)s, 0)"
    output_field = IntegerField()


@dataclass(frozen=True, slots=True)
class Entry:
    """What the list says of one picture. `value` is None where its hash is not known any more."""

    image_id: int
    revision: int
    value: bytes | None
    is_active: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """After which change a page begins."""

    revision: int
    image_id: int


def shareable():
    """Fingerprints of whole pictures that are clear enough: `value` is the hash."""
    rows = ImageFingerprint.objects.annotate(
        value=FirstHash("hashes"), quality=FirstQuality("qualities"), library_id=F("image__library_id")
    )
    return rows.filter(kinds__startswith=PLAIN, quality__gte=CLEAR)


def hash_for_others() -> Subquery:
    """Of the picture that is about to be removed."""
    return Subquery(shareable().filter(image_id=OuterRef("pk")).values("value"))


def hashes_of(library: ImageLibrary) -> Iterator[str]:
    rows = shareable().filter(image__library=library, image__removed_at=None).order_by("image_id")
    for value in rows.values_list("value", flat=True).iterator(chunk_size=CHUNK):
        yield bytes(value).hex()


def changes_in(
    library: ImageLibrary, *, after: Place | None, since: datetime | None = None, most: int
) -> tuple[list[Entry], Place | None, bool]:
    """One page, where the next begins, and whether there is one at once. Oldest change first.

    Changes are numbered in the order of their commits, so none is missed.
    """
    rows = LibraryImage.objects.owned_by(library.account).filter(library=library)
    if after is not None:
        later = Q(revision=after.revision, pk__gt=after.image_id)
        rows = rows.filter(Q(revision__gt=after.revision) | later, revision__gte=after.revision)
    if since is not None:
        rows = rows.filter(Q(removed_at__gte=since) | Q(removed_at=None, added_at__gte=since))
    shared = Subquery(shareable().filter(image_id=OuterRef("pk")).values("value"))
    rows = rows.annotate(value=Coalesce(shared, "withdrawn_hash")).order_by("revision", "pk")
    columns = rows.values_list("pk", "revision", "value", "removed_at", "added_at")
    found = list(columns[: most + 1])
    entries = [
        Entry(pk, revision, value and bytes(value), removed_at is None, removed_at or added_at)
        for pk, revision, value, removed_at, added_at in found[:most]
    ]
    place = Place(entries[-1].revision, entries[-1].image_id) if entries else after
    return [one for one in entries if one.value or not one.is_active], place, len(found) > most


def still_active(library: ImageLibrary, values: Iterable[bytes]) -> set[bytes]:
    """Which of these hashes stand in the list by another picture."""
    wanted = list(values)
    if not wanted:
        return set()
    rows = shareable().filter(image__library=library, image__removed_at=None, value__in=wanted)
    return {bytes(value) for value in rows.values_list("value", flat=True)}


def forget_withdrawn_hashes(*, now: datetime) -> int:
    old = LibraryImage.objects.filter(withdrawn_hash__isnull=False, removed_at__lt=now - WITHDRAWN_TOLD)
    return old.update(withdrawn_hash=None)
