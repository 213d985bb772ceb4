"""The pictures of an account's libraries as one process knows them: an index that follows the revisions.

Beside the index stands what may end a picture's life without a change of its row: the moment at which it
expires, and the library it is in. And what people decided on those of the reviewed libraries.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import numpy
from django.utils import timezone

from libraries.matching.fingerprints import Fingerprint
from libraries.matching.hash_bands import planes_of
from libraries.matching.image_index import ImageIndex, ImageMatch
from libraries.matching.image_rows import KINDS, ImageRow, ImageRows
from libraries.matching.rulings import IDENTICAL, SIMILAR, TURNED, WHOLE, Ruling, Rulings, shows_the_same
from libraries.models import ImageFingerprint, ImageLibrary, LibraryImage
from libraries.models.images import SEPARATOR

CHUNK = 20_000


class KnownImages:
    def __init__(
        self,
        index: ImageIndex,
        *,
        libraries: frozenset[int],
        expiries: dict[int, datetime],
        rulings: Rulings | None = None,
    ):
        self.index = index
        self.libraries = libraries
        self.expiries = expiries
        self.rulings = rulings or Rulings()

    @property
    def revision(self) -> int:
        return self.index.revision

    @property
    def size(self) -> int:
        return self.index.size

    def find(
        self, fingerprints: Iterable[Fingerprint], within: int = 31, *, now: datetime | None = None
    ) -> list[ImageMatch]:
        """The pictures that look like this, each once with its smallest distance; no expired ones."""
        now = now or timezone.now()
        return [
            match
            for match in self.index.find(fingerprints, within=within)
            if (expires_at := self.expiries.get(match.image_id)) is None or expires_at > now
        ]

    def look(self, fingerprints: Sequence[Fingerprint], *, now: datetime | None = None) -> list[ImageMatch]:
        """What is like this picture. Of one that is the same the whole counts, though a part be nearer."""
        now = now or timezone.now()
        found = self.find(fingerprints, within=SIMILAR, now=now)
        if not found:
            return found
        whole = [one for one in fingerprints if one.kind in WHOLE or one.kind.startswith(TURNED)]
        same = {
            match.image_id: match
            for match in self.find(whole, within=IDENTICAL, now=now)
            if shows_the_same(match)
        }
        nearest = [same.get(match.image_id, match) for match in found]
        return sorted(nearest, key=lambda match: (match.distance, match.image_id))


def load_images(account_id: int, revision: int, held: KnownImages | None) -> KnownImages:
    """Only what changed since the index that is held, unless a library that it knows is gone."""
    libraries = frozenset(ImageLibrary.objects.filter(account_id=account_id).values_list("pk", flat=True))
    if held is None or held.libraries - libraries:
        return load_all(account_id, revision, libraries)
    follow(account_id, revision, held)
    held.libraries = libraries
    return held


def load_all(account_id: int, revision: int, libraries: frozenset[int]) -> KnownImages:
    index = ImageIndex()
    index.build(all_rows(account_id), revision)
    expiring = LibraryImage.objects.present().filter(account_id=account_id, expires_at__isnull=False)
    rulings = Rulings()
    for pk, ruling, _is_removed in rulings_in(LibraryImage.objects.present().filter(account_id=account_id)):
        rulings.put(pk, ruling)
    return KnownImages(
        index, libraries=libraries, expiries=dict(expiring.values_list("pk", "expires_at")), rulings=rulings
    )


def rulings_in(images) -> Iterator[tuple[int, Ruling, bool]]:
    """What people decided on these; and whether it is removed."""
    rows = images.reviewed().values_list(
        "pk",
        "sha256",
        "library__kind",
        "label",
        "added_at",
        "overrules",
        "quarantined_at",
        "vouched_at",
        "removed_at",
    )
    for pk, sha256, kind, label, at, overrules, resting, vouched, removed in rows.iterator(chunk_size=CHUNK):
        outcome = "pass" if kind == ImageLibrary.Kind.REVIEWED_PASS else "block"
        rests, is_vouched = resting is not None, vouched is not None
        ruling = Ruling(pk, bytes(sha256), outcome, label, at.timestamp(), overrules, rests, is_vouched)
        yield pk, ruling, removed is not None


def all_rows(account_id: int) -> ImageRows:
    """Joined as they come: a million rows made one by one take many times as long."""
    present = ImageFingerprint.objects.filter(account_id=account_id, image__removed_at=None)
    columns = present.values_list("image_id", "image__library_id", "hashes", "qualities", "kinds")
    found = list(columns.iterator(chunk_size=CHUNK))
    if not found:
        return ImageRows.of(())
    image_ids, library_ids, hashes, qualities, kinds = zip(*found, strict=True)
    counts = [len(one) for one in qualities]
    numbers = {words: kind_numbers(words) for words in set(kinds)}
    return ImageRows.packed(
        planes_of(b"".join(hashes)),
        numpy.frombuffer(b"".join(qualities), numpy.uint8),
        numpy.concatenate([numbers[words] for words in kinds]),
        numpy.repeat(numpy.array(image_ids, numpy.int64), counts),
        numpy.repeat(numpy.array(library_ids, numpy.int64), counts),
    )


def kind_numbers(words: str) -> numpy.ndarray:
    return numpy.array([KINDS.number(word) for word in words.split(SEPARATOR)], numpy.uint16)


def follow(account_id: int, revision: int, held: KnownImages) -> None:
    changed = LibraryImage.objects.filter(account_id=account_id, revision__gt=held.revision)
    states = list(changed.values_list("pk", "expires_at", "removed_at"))
    gone = [pk for pk, _expires_at, removed_at in states if removed_at]
    present = {pk: expires_at for pk, expires_at, removed_at in states if not removed_at}
    # Before the rows: what is found meanwhile must not be found as if it never expired.
    held.expiries.update((pk, expires_at) for pk, expires_at in present.items() if expires_at)
    for pk, ruling, is_removed in rulings_in(changed):
        held.rulings.put(pk, None if is_removed else ruling)
    changes: dict[int, list[ImageRow] | None] = dict.fromkeys(gone)
    for row in ImageFingerprint.objects.filter(image__in=list(present)).select_related("image"):
        changes[row.image_id] = list(rows_of(row))
    held.index.follow(changes.items(), revision)
    for pk in [*gone, *(pk for pk, expires_at in present.items() if expires_at is None)]:
        held.expiries.pop(pk, None)


def rows_of(held: ImageFingerprint) -> Iterator[ImageRow]:
    for one in held.fingerprints:
        yield one.value, held.image_id, held.image.library_id, one.quality, one.kind
