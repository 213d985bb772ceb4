"""Fingerprints in arrays: what an image index holds, and how it grows and shrinks. Pure."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from threading import Lock

import numpy

from libraries.matching.hash_bands import BYTES, HashBands, Pairs, planes_of, scan

# Hash, image, library, quality, kind.
ImageRow = tuple[bytes, int, int, int, str]

CHUNK = 10_000


class Names:
    """Small numbers for the few words that stand in many rows."""

    def __init__(self):
        self.words: list[str] = []
        self.numbers: dict[str, int] = {}
        self.lock = Lock()

    def number(self, word: str) -> int:
        known = self.numbers.get(word)
        if known is not None:
            return known
        with self.lock:
            if word not in self.numbers:
                self.words.append(word)
                self.numbers[word] = len(self.words) - 1
            return self.numbers[word]


KINDS = Names()


@dataclass(frozen=True, slots=True)
class ImageRows:
    """`images` tells of each row where its image stands in `image_ids` and `library_ids`."""

    planes: numpy.ndarray
    qualities: numpy.ndarray
    kinds: numpy.ndarray
    images: numpy.ndarray
    image_ids: numpy.ndarray
    library_ids: numpy.ndarray

    def __len__(self) -> int:
        return len(self.images)

    @classmethod
    def of(cls, rows: "Iterable[ImageRow] | ImageRows") -> "ImageRows":
        if isinstance(rows, cls):
            return rows
        hashes = bytearray()
        image_ids, library_ids, qualities, kinds = array("q"), array("q"), array("B"), array("H")
        rows = iter(rows)
        while chunk := list(islice(rows, CHUNK)):
            values, images, libraries, seen, words = zip(*chunk, strict=True)
            if any(len(value) != BYTES for value in values):
                raise ValueError(f"a fingerprint has {BYTES} bytes")
            hashes += b"".join(values)
            image_ids.extend(images)
            library_ids.extend(libraries)
            qualities.extend(seen)
            kinds.extend(map(KINDS.number, words))
        columns = (numpy.array(column) for column in (qualities, kinds, image_ids, library_ids))
        return cls.packed(planes_of(hashes), *columns)

    @classmethod
    def packed(cls, planes, qualities, kinds, image_ids, library_ids) -> "ImageRows":
        known, first, images = numpy.unique(image_ids, return_index=True, return_inverse=True)
        return cls(planes, qualities, kinds, images.astype(numpy.uint32), known, library_ids[first])


@dataclass(frozen=True, slots=True)
class Shelf:
    """Rows, which of their images are still there, and the bands if there are enough rows to need them."""

    rows: ImageRows
    alive: numpy.ndarray
    bands: HashBands | None = None

    @classmethod
    def of(cls, rows: ImageRows) -> "Shelf":
        return cls(rows, numpy.ones(len(rows.image_ids), bool))

    @property
    def size(self) -> int:
        return int(numpy.count_nonzero(self.alive[self.rows.images]))

    def columns(self) -> tuple[numpy.ndarray, ...]:
        """What makes up the rows that are still there, in the order in which `ImageRows.packed` takes it."""
        rows, kept = self.rows, self.alive[self.rows.images]
        images = rows.images[kept]
        return (
            rows.planes[:, kept],
            rows.qualities[kept],
            rows.kinds[kept],
            rows.image_ids[images],
            rows.library_ids[images],
        )

    def joined(self, other: "Shelf") -> "Shelf":
        """One shelf, without bands, of what is left on both."""
        pairs = zip(self.columns(), other.columns(), strict=True)
        columns = [numpy.concatenate(pair, axis=1 if pair[0].ndim > 1 else 0) for pair in pairs]
        return Shelf.of(ImageRows.packed(*columns))

    def without(self, image_ids: numpy.ndarray) -> "Shelf":
        gone = numpy.isin(self.rows.image_ids, image_ids)
        return replace(self, alive=self.alive & ~gone) if gone.any() else self

    def banded(self) -> "Shelf":
        return replace(self, bands=HashBands.build(self.rows.planes))

    def find(self, queries: numpy.ndarray, within: int) -> Pairs:
        if not len(self.rows):
            nothing = numpy.empty(0, numpy.intp)
            return nothing, nothing, nothing
        if self.bands is None:
            found = scan(self.rows.planes, queries, within)
        else:
            found = self.bands.find(queries, within)
        kept = self.alive[self.rows.images[found[1]]]
        return found[0][kept], found[1][kept], found[2][kept]


EMPTY = Shelf.of(ImageRows.of(()))


@dataclass(frozen=True, slots=True)
class Change:
    """Images whose rows go, and the rows that come."""

    image_ids: numpy.ndarray
    added: ImageRows


@dataclass(frozen=True, slots=True)
class Shelves:
    """Most rows stand in `main`, in bands; what came since waits in `tail`."""

    main: Shelf = EMPTY
    tail: Shelf = EMPTY

    @property
    def size(self) -> int:
        return self.main.size + self.tail.size

    def changed(self, change: Change) -> "Shelves":
        main, tail = self.main.without(change.image_ids), self.tail.without(change.image_ids)
        if len(change.added) or tail is not self.tail:
            tail = tail.joined(Shelf.of(change.added))
        return Shelves(main, tail)

    def sorted_out(self) -> "Shelves":
        """All that is alive in new bands."""
        return Shelves(self.main.joined(self.tail).banded())

    def find(self, queries: numpy.ndarray, within: int):
        """Of each shelf its rows and the pairs found in it."""
        for shelf in (self.main, self.tail):
            yield shelf.rows, shelf.find(queries, within)
