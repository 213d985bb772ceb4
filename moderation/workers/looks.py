"""What is said between those who want something looked at and the worker that holds the engines. Pure."""

from dataclasses import dataclass, field

import msgspec

from moderation.detectors.base import RawHit
from moderation.workers.child import Request


class Wanted(Request, kw_only=True):
    """A text; places of pixels in the shared memory: offset, height and width; or a sound's samples there.

    Of the kind `embed`, texts that are wanted as vectors.
    """

    kind: str = "look"
    engines: list[str] = []
    text: str = ""
    views: list[tuple[int, int, int]] = []
    samples: int = 0
    texts: list[str] = []


class Order(msgspec.Struct, frozen=True):
    """Said first: who is missing from the next answer is the one at work."""

    engines: list[str]


class Vectors(msgspec.Struct, kw_only=True):
    """A row of float16 for each text; or why there are none."""

    numbers: bytes = b""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A hit, and in which of the picture's frames; of a text there is one."""

    frame: int
    hit: RawHit


@dataclass(frozen=True, slots=True)
class EngineLook:
    """What an engine saw. `failed`: it could not look at all of it, which is not the same as nothing.

    `is_missing`: it is not installed here, so that there is nothing to be mended.
    """

    engine: str
    version: str = ""
    sightings: list[Sighting] = field(default_factory=list)
    failed: bool = False
    is_missing: bool = False
    error: str = ""
    milliseconds: float = 0.0

    @property
    def hits(self) -> list[RawHit]:
        return [sighting.hit for sighting in self.sightings]
