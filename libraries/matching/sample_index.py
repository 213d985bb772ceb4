"""Texts that people have decided on, by the hash of their normalised form. Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from libraries.matching.normalise import folded


@dataclass(frozen=True, slots=True)
class SampleMatch:
    sample_id: int
    outcome: str
    label: str


def digest_of(content: str) -> bytes:
    return hashlib.sha256(folded(content).encode("utf-8", "surrogatepass")).digest()


class SampleIndex:
    def __init__(self):
        self.revision = 0
        self.known: dict[bytes, SampleMatch] = {}

    @property
    def size(self) -> int:
        return len(self.known)

    def follow(self, changes: Iterable[tuple[bytes, SampleMatch | None]], revision: int) -> None:
        """Take in what changed since `self.revision`; None: the sample was removed."""
        for digest, match in changes:
            if match is None:
                self.known.pop(digest, None)
            else:
                self.known[digest] = match
        self.revision = revision

    def look_up(self, content: str) -> SampleMatch | None:
        return self.known.get(digest_of(content)) if self.known else None
