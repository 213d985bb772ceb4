"""A worker that a recording has taken over: it answers what it likes."""

import mmap
import os

import msgspec

from moderation.media.film.exchange import Answer, Facts, Seen, Wanted

held = []
FACTS = Facts(duration_ms=1000, width=10, height=10, has_video=True)
GOOD = Seen(0, "key", 10, 10, 0, 8)
JPEG = b"\xff\xd8\xff\xe0" + bytes(60)


def facts(**changes) -> tuple[str, bytes]:
    return "probe", msgspec.json.encode(Answer(facts=msgspec.structs.replace(FACTS, **changes)))


def shots(**changes) -> tuple[str, bytes]:
    return "shots", msgspec.json.encode(Answer(shots=[msgspec.structs.replace(GOOD, **changes)]))


LIES = {
    "nothing": ("probe", b""),
    "no facts": ("probe", b"{}"),
    "no json": ("shots", b"\xff" * 100),
    "far too much": ("sound", b" " * (9 * 2**20)),
    "an endless answer": ("shots", b""),
    "no time": facts(duration_ms=0),
    "endless time": facts(duration_ms=2**62),
    "a huge picture": facts(width=2**40),
    "a picture without sides": facts(width=0),
    "a turn of its own": facts(rotation=45),
    "a rate of infinity": ("probe", facts()[1].replace(b'"frame_rate":0.0', b'"frame_rate":1e999')),
    "a codec of markup": facts(video_codec="<script>"),
    "a long codec": facts(audio_codec="x" * 1000),
    "a shot outside the memory": shots(place=2**30),
    "a shot before the memory": shots(place=-4096),
    "a shot that ends outside": shots(place=128 * 2**20 - 4),
    "a shot of a gigabyte": shots(length=2**30),
    "a shot of nothing": shots(length=0),
    "a shot that is no jpeg": shots(place=4096),
    "a shot of another time": shots(at_ms=1000),
    "a shot before time": shots(at_ms=-1),
    "a shot of no known kind": shots(kind="<b>"),
    "a shot too large": shots(width=5000),
    "two shots at once": ("shots", msgspec.json.encode(Answer(shots=[GOOD, GOOD]))),
    "too many shots": ("shots", msgspec.json.encode(Answer(shots=[GOOD] * 10_000))),
    "more sound than time": ("sound", msgspec.json.encode(Answer(length=2**20))),
    "half a number": ("sound", msgspec.json.encode(Answer(length=3))),
    "sound of before": ("sound", msgspec.json.encode(Answer(length=-2))),
    "no cover": ("cover", msgspec.json.encode(Answer())),
    "two covers": (
        "cover",
        msgspec.json.encode(Answer(shots=[GOOD, msgspec.structs.replace(GOOD, at_ms=5)])),
    ),
    "memory that it still writes to": ("sound", msgspec.json.encode(Answer(length=2))),
    "an error that does not exist": ("probe", msgspec.json.encode(Answer(code="server_fault"))),
    "a name": ("probe", b'{"code": {"$ref": "x"}}'),
    "words in the error": (
        "probe",
        msgspec.json.encode(
            Answer(
                code="media_too_long",
                details={"message": "<b>", "field": "x", "retry_after": 1, "reason": "<script>", "most": 5},
            )
        ),
    ),
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

    def handle(self, _wanted: Wanted, fds: list[int], emit) -> bytes:
        file, out = fds
        told = os.pread(file, 1000, 0).split(b"|")[1].decode()
        os.pwrite(out, JPEG, 0)
        if told == "memory that it still writes to":
            held.append(mmap.mmap(out, 4096))
        if told == "an endless answer":
            for _ in range(10_000):
                emit(b"x" * 2**20)
        return LIES[told][1]
