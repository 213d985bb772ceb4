"""What is said between those who want a picture decoded and the worker that does it. Pure."""

import msgspec

from moderation.media.limits import Limits
from moderation.workers.child import Request


class Wanted(Request, kw_only=True):
    """The file stands at the beginning of the shared memory. What is made of it is written behind it.

    `derivative` is the longest side of a JPEG to be made of it; 0 asks for pixels and fingerprints.
    """

    format: str
    length: int
    limits: Limits
    derivative: int = 0
    thumbnail: int = 0
    for_library: bool = False
    fingerprinted: bool = True


class View(msgspec.Struct, frozen=True):
    index: int
    left: int
    top: int
    width: int
    height: int
    scale: float
    offset: int


class Decoded(msgspec.Struct, kw_only=True):
    """`code` names what is wrong with the picture; then nothing else is said but details."""

    code: str = ""
    details: dict[str, str | int | float] = {}
    width: int = 0
    height: int = 0
    frame_count: int = 0
    views: list[View] = []
    fingerprints: list[tuple[bytes, int, str]] = []
    jpeg: tuple[int, int] = (0, 0)
