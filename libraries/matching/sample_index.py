"""Texts that people have decided on, by the hash of their normalised form. Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from libraries.matching.normalise import folded
from libraries.matching.simhash import NearTextIndex, simhash


@dataclass(frozen=True, slots=True)
class SampleMatch:
    sample_id: int
    outcome: str
    label: str
    # In how many of 256 bits the text differs from the sample.
    distance: int = 0
    # Whether the machine said otherwise of the sample itself; whether the sample rests, or was released.
    overrules: bool = True
    rests: bool = False
    is_vouched: bool = False


def digest_of(content: str) -> bytes:
    return hashlib.sha256(folded(content).encode("utf-8", "surrogatepass")).digest()


def emptied_digest(sample_id: int) -> bytes:
    """What stands in the place of the digest of a sample that was erased: unique, and of no text."""
    return sample_id.to_bytes(32)


class SampleIndex:
    """The same text gets the same answer; what is nearly the same as a blocked text is blocked as well.

    Nearness passes nothing: to a text that was passed, a few words can be added that nobody would pass.
    """

    def __init__(self):
        self.revision = 0
        self.known: dict[bytes, SampleMatch] = {}
        self.blocked: dict[int, SampleMatch] = {}
        self.near = NearTextIndex()

    @property
    def size(self) -> int:
        return len(self.known)

    def follow(self, changes: Iterable[tuple[bytes, SampleMatch, bytes | None, bool]], revision: int) -> None:
        """Take in what changed since `self.revision`: digest, sample, simhash, and whether it was removed."""
        near = []
        for digest, match, nearness, is_removed in changes:
            if is_removed:
                self.drop(digest, match.sample_id)
            else:
                self.known[digest] = match
            if is_removed or match.outcome != "block" or nearness is None:
                near.append((match.sample_id, None))
            else:
                self.blocked[match.sample_id] = match
                near.append((match.sample_id, nearness))
        self.near.follow(near, revision)
        for sample_id in [one for one, nearness in near if nearness is None]:
            self.blocked.pop(sample_id, None)
        self.revision = revision

    def drop(self, digest: bytes, sample_id: int) -> None:
        if digest == emptied_digest(sample_id):
            # Nothing tells any more under which digest it was known here.
            for known in [one for one, match in self.known.items() if match.sample_id == sample_id]:
                del self.known[known]
        self.known.pop(digest, None)

    def look_up(self, content: str) -> SampleMatch | None:
        """The same text's sample, else the nearest blocked one; one that rests only if no other is near."""
        if not self.known:
            return None
        same = self.known.get(digest_of(content))
        if same is not None and not same.rests:
            return same
        found = (
            replace(match, distance=distance)
            for sample_id, distance in self.near.find(simhash(content) if self.near.size else None)
            if (match := self.blocked.get(sample_id)) is not None
        )
        resting = same
        for match in found:
            if not match.rests:
                return match
            resting = resting or match
        return resting
