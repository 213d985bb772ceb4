"""What a detection engine is: it says what it can see, and under its own labels what it saw. Pure."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RawHit:
    """One sighting, under the engine's own label; `start` and `end` are places in the text it was given."""

    raw: str
    score: float
    start: int
    end: int
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class RawLabel:
    code: str
    description: str


@dataclass(frozen=True, slots=True)
class DetectorSpec:
    name: str
    version: str
    content_types: frozenset[str]
    labels: tuple[RawLabel, ...]
    languages: tuple[str, ...] = ()
    licence: str = "Apache-2.0"
    leaves_host: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """What came of the engine's golden sample."""

    is_ok: bool
    note: str = ""


class Detector(Protocol):
    """Engines emit raw labels only: what those mean, and how bad a score is, is decided elsewhere."""

    spec: DetectorSpec

    def setup(self) -> None:
        """Load what is needed, once per process."""

    def health(self) -> Health:
        """Run the golden sample and compare with what must come out."""

    def inspect(self, text: str) -> list[RawHit]:
        """Look at a text of any kind and length. Deterministic, and repeat-safe."""
