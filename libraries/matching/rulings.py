"""Which of the pictures that people decided on has the say. Pure.

The same file has the first word, then what is the same picture, then what is like it; of several the newest
decision. Likeness blocks and does not pass: into a picture that was passed, something can be put that nobody
would pass.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from libraries.matching.image_index import ImageMatch

# Of 256 bits. The same picture, saved again or made smaller, stays well within the first.
IDENTICAL, SIMILAR = 12, 31
# Fingerprints of all that a picture shows, with and without its borders.
WHOLE = {"plain", "trim"}
TURNED = "dihedral:"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What people decided on a picture: when, against the machine or not, and whether it counts."""

    image_id: int
    sha256: bytes
    outcome: str
    label: str
    at: float
    overrules: bool = True
    rests: bool = False
    is_vouched: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """A ruling that fits a picture. `match` is None for the very same file."""

    ruling: Ruling
    match: ImageMatch | None = None

    @property
    def is_block(self) -> bool:
        return self.ruling.outcome == "block"

    @property
    def nearness(self) -> int:
        if self.match is None:
            return 2
        return 1 if shows_the_same(self.match) else 0

    @property
    def holds(self) -> bool:
        return self.is_block or self.nearness > 0


class Rulings:
    """All of an account, by image and by file."""

    def __init__(self):
        self.by_image: dict[int, Ruling] = {}
        self.by_file: dict[bytes, Ruling] = {}

    def __len__(self) -> int:
        return len(self.by_image)

    def put(self, image_id: int, ruling: Ruling | None) -> None:
        old = self.by_image.pop(image_id, None)
        if old is not None and self.by_file.get(old.sha256) is old:
            del self.by_file[old.sha256]
        if ruling is not None:
            self.by_image[image_id] = self.by_file[ruling.sha256] = ruling

    def on(self, sha256: bytes, matches: Iterable[ImageMatch]) -> list[Sample]:
        """The samples that fit, the one that has the say first."""
        found = {
            ruling.image_id: Sample(ruling, match)
            for match in matches
            if (ruling := self.by_image.get(match.image_id)) is not None
        }
        if (same := self.by_file.get(sha256)) is not None:
            found[same.image_id] = Sample(same)
        fitting = [sample for sample in found.values() if sample.holds]
        return sorted(fitting, key=lambda one: (-one.nearness, -one.ruling.at, -one.ruling.image_id))


def is_same(match: ImageMatch) -> bool:
    """All of the one is all of the other: not mirrored, not turned, not a part."""
    return match.distance <= IDENTICAL and {match.kind, match.library_kind} <= WHOLE


def shows_the_same(match: ImageMatch) -> bool:
    """All of the one is all of the other, mirrored or turned perhaps."""
    kind = "plain" if match.kind.startswith(TURNED) else match.kind
    return match.distance <= IDENTICAL and {kind, match.library_kind} <= WHOLE
