"""What a family of patterns reports, in places of the folded text it was given."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sighting:
    raw: str
    score: float
    start: int
    end: int
    note: str = ""
