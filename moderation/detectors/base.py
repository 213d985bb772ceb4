"""What a detection engine is: it says what it can see, and under its own labels what it saw. Pure."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy

# A place in a picture: left, top, width, height in pixels of what the engine was given.
Box = tuple[int, int, int, int]
# A stretch of a sound: from and to, in milliseconds of what the engine was given.
Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class RawHit:
    """One sighting, under the engine's own label, with its score from 0 to 100.

    `start` and `end` are places in the text that the engine was given, `box` one in the picture, `at` one in
    the sound. `text` is what stands there: the words that were hit, the line that was read or heard, the
    payload of a code.
    """

    raw: str
    score: float
    start: int = 0
    end: int = 0
    text: str = ""
    note: str = ""
    box: Box | None = None
    at: Stretch | None = None


@dataclass(frozen=True, slots=True)
class RawLabel:
    """`floor`: a score under it is noted, but is no sighting: for engines that score whatever they see."""

    code: str
    description: str
    floor: float = 0.0


@dataclass(frozen=True, slots=True)
class DetectorSpec:
    """What an engine declares of itself.

    `is_warm`: it needs weights or much memory, and so runs in the engine workers, not where it is asked.
    `reads_text`: the texts of its hits are text found in a picture or words heard in a sound, and go on to
    the text rules; `reads_lines`: it reads what people read, not only codes.
    `is_experimental`: it hears, and too badly to be relied on: it vouches for nothing, and what is found in
    its words is medium risk at most.
    `cost` orders engines, cheap before dear: about the milliseconds one look takes.
    `weights` are files by name with their sha256; `packages` are what must be installed besides, as imported.
    """

    name: str
    version: str
    content_types: frozenset[str]
    labels: tuple[RawLabel, ...]
    languages: tuple[str, ...] = ()
    licence: str = "Apache-2.0"
    weights_licence: str = ""
    weights: dict[str, str] = field(default_factory=dict)
    leaves_host: bool = False
    is_warm: bool = False
    reads_text: bool = False
    reads_lines: bool = False
    is_experimental: bool = False
    cost: float = 1.0
    seconds: float = 10.0
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """What came of the engine's golden sample."""

    is_ok: bool
    note: str = ""


class Detector(Protocol):
    """Engines emit raw labels only: what those mean, and how bad a score is, is decided elsewhere."""

    spec: DetectorSpec

    def setup(self) -> None:
        """Load what is needed, once per process. Raises EngineMissing if a package or file is not there."""

    def health(self) -> Health:
        """Run the golden sample and compare with what must come out."""

    def inspect(self, content: "str | numpy.ndarray") -> list[RawHit]:
        """Look at a text of any kind and length, at a picture: height x width x 3, RGB, uint8, upright; or
        listen to a sound: its samples at 16 kHz, mono, int16.

        Deterministic, and repeat-safe. Neither picture nor sound may be written to.
        """


class EngineMissing(Exception):
    """A package or file that the engine needs is not installed: it is listed as such, and nothing breaks."""
