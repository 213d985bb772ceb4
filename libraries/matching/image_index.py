"""An account's known pictures by their fingerprints. Pure.

What is known is one immutable value that is exchanged as a whole, so that looking up never waits. When what
came since the bands were built has grown long, a thread builds new bands beside the old ones.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy

from libraries.matching.fingerprints import CLEAR, Fingerprint
from libraries.matching.hash_bands import REACH, planes_of
from libraries.matching.image_rows import KINDS, Change, ImageRow, ImageRows, Shelf, Shelves

# So many new rows, or one for each 500 in bands, are compared one by one: about 0.05 ms a hash.
TAIL = 1024
TAIL_SHARE = 500

# How far apart two pictures that show too little may be: no further than saving one again brings it. Those of
# which PDQ sees nothing at all, such as sheets of one colour, all have the same hash and are never found.
IDENTICAL = 4


@dataclass(frozen=True, slots=True)
class ImageMatch:
    """`kind` is that of the fingerprint looked up, `library_kind` that of the one found."""

    image_id: int
    library_id: int
    distance: int
    kind: str
    library_kind: str


class ImageIndex:
    def __init__(self):
        self.revision = 0
        self.shelves = Shelves()
        self.changing = threading.Lock()
        self.builder: threading.Thread | None = None
        self.meanwhile: list[Change] = []

    @property
    def size(self) -> int:
        """How many fingerprints are known."""
        return self.shelves.size

    def build(self, rows: Iterable[ImageRow], revision: int) -> None:
        """Know exactly these."""
        taken = Shelves(tail=Shelf.of(ImageRows.of(rows)))
        shelves = taken.sorted_out() if is_long(taken) else taken
        with self.changing:
            self.shelves = shelves
            self.revision = revision
            self.builder = None

    def follow(self, changes: Iterable[tuple[int, Sequence[ImageRow] | None]], revision: int) -> None:
        """Take in what changed since `self.revision`: an image with all its rows; None: it was removed."""
        latest = dict(changes)
        added = ImageRows.of(row for rows in latest.values() for row in rows or ())
        change = Change(numpy.fromiter(latest, numpy.int64), added)
        with self.changing:
            self.shelves = self.shelves.changed(change)
            self.revision = max(self.revision, revision)
            # One that died, or was left behind by a fork, is followed by another.
            if self.builder is not None and self.builder.is_alive():
                self.meanwhile.append(change)
            elif is_long(self.shelves):
                self.meanwhile = []
                self.builder = threading.Thread(target=self.rebuild, args=(self.shelves,), daemon=True)
                self.builder.start()

    def rebuild(self, shelves: Shelves) -> None:
        while True:
            built = shelves.sorted_out()
            with self.changing:
                if self.builder is not threading.current_thread():
                    return
                for change in self.meanwhile:
                    built = built.changed(change)
                self.shelves = shelves = built
                self.meanwhile = []
                if not is_long(shelves):
                    self.builder = None
                    return

    def settle(self) -> None:
        """Wait for the bands that are being built."""
        builder = self.builder
        if builder is not None:
            builder.join()

    def find(self, fingerprints: Iterable[Fingerprint], within: int = REACH) -> list[ImageMatch]:
        """Of each known picture that is near the closest pair, the nearest picture first."""
        if not 0 <= within <= REACH:
            raise ValueError(f"pictures are found within 0 to {REACH} bits")
        asked = tuple(fingerprints)
        if not asked:
            return []
        queries = planes_of(one.value for one in asked)
        qualities = numpy.array([one.quality for one in asked])
        best: dict[int, ImageMatch] = {}
        for rows, (query, row, distance) in self.shelves.find(queries, within):
            quality = numpy.minimum(qualities[query], rows.qualities[row])
            kept = (quality >= CLEAR) | ((distance <= IDENTICAL) & (quality > 0))
            hits = numpy.stack([query[kept], row[kept], distance[kept]], axis=1).tolist()
            for q, r, bits in hits:
                image = rows.images[r]
                image_id = int(rows.image_ids[image])
                known = best.get(image_id)
                if known is None or bits < known.distance:
                    library_id, library_kind = int(rows.library_ids[image]), KINDS.words[rows.kinds[r]]
                    best[image_id] = ImageMatch(image_id, library_id, bits, asked[q].kind, library_kind)
        return sorted(best.values(), key=lambda match: (match.distance, match.image_id))


def is_long(shelves: Shelves) -> bool:
    """Whether so much came or went that bands should be built anew."""
    main = shelves.main
    gone = len(main.alive) - numpy.count_nonzero(main.alive)
    return len(shelves.tail.rows) > TAIL + len(main.rows) // TAIL_SHARE or gone > TAIL + len(main.alive) // 4
