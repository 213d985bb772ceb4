"""A decoder that a picture has taken over: it answers what it likes."""

import mmap
import os

import msgspec

from moderation.media.exchange import Decoded, View, Wanted

held = []
GOOD = View(0, 0, 0, 10, 10, 1.0, 8192)


def views(**changes) -> bytes:
    lie = msgspec.structs.replace(GOOD, **changes)
    return msgspec.json.encode(Decoded(width=10, height=10, frame_count=1, views=[lie]))


LIES = {
    "nothing": b"",
    "no answer": b"{}",
    "no json": b"\xff" * 100,
    "far too much": b" " * (9 * 2**20),
    "a picture that ends outside": views(width=2048, height=2048, offset=400 * 2**20),
    "the file itself as a picture": views(offset=0),
    "a picture that begins before": views(offset=-4096),
    "a picture too large": views(width=2**40, height=2**40),
    "a scale of nothing": views(scale=0.0),
    "a scale of infinity": views().replace(b"1.0", b"1e999"),
    "no number": views().replace(b"1.0", b"NaN"),
    "too many": msgspec.json.encode(Decoded(width=10, height=10, views=[GOOD] * 10_000)),
    "a short fingerprint": msgspec.json.encode(
        Decoded(width=10, height=10, views=[GOOD], fingerprints=[(b"short", 1, "plain")])
    ),
    "an error that does not exist": msgspec.json.encode(Decoded(code="server_fault")),
    "a size beyond all": msgspec.json.encode(Decoded(width=2**50, height=1, frame_count=1, views=[GOOD])),
    "frames beyond all": msgspec.json.encode(Decoded(width=1, height=1, frame_count=2**50, views=[GOOD])),
    "words in the error": msgspec.json.encode(
        Decoded(
            code="image_truncated",
            details={
                "message": "<b>",
                "format": "x",
                "field": "x",
                "retry_after": 1,
                "reason": "<script>",
                "most": 5,
            },
        )
    ),
    "a name": b'{"code": {"$ref": "x"}}',
}


class Liar:
    request = Wanted
    lifetime = 10_000
    is_confined = False

    @staticmethod
    def prepare() -> None:
        pass

    def setup(self) -> None:
        pass

    def load_more(self) -> bool:
        return False

    def engines(self) -> list:
        return []

    def handle(self, wanted: Wanted, fds: list[int], emit) -> bytes:
        told = os.pread(fds[0], wanted.length, 0).split(b"|")[1].decode()
        if told == "a picture that it still writes to":
            held.append(mmap.mmap(fds[0], 4096))
            return views()
        if told == "no jpeg":
            return msgspec.json.encode(Decoded(jpeg=(0, 8)))
        if told == "a jpeg outside":
            return msgspec.json.encode(Decoded(jpeg=(2**40, 8)))
        if told == "an endless answer":
            for _ in range(10_000):
                emit(b"x" * 2**20)
        return LIES[told]
