"""What becomes of a recording: it is opened and read, or there is one coded error."""

import time

import numpy
import psutil

from config.errors import PlatformError
from moderation.media.film import reading
from moderation.media.film.refusals import BY_CODE
from moderation.media.recordings import FORMATS
from moderation.workers import places, pools
from tests.moderation.media.film.films import saved_as_file

LONGEST = 30.0
NOISE = numpy.random.default_rng(3).integers(0, 255, (1080, 1920, 3), numpy.uint8)


def workers() -> list[psutil.Process]:
    state = pools.films().place.read_state()
    return psutil.Process(state.host).children() if state else []


def deaths() -> int:
    return (pools.films().place.read_state() or places.PoolState(host=0)).deaths


def outcome(data: bytes, format: str = "mp4", content_type: str = "video") -> str:
    """`ok` for a recording that is opened and read, or the code of the error; others fail the test."""
    began = time.monotonic()
    try:
        with saved_as_file(data) as file:
            facts = reading.probe(file, format=FORMATS[format], content_type=content_type)
            assert 0 < facts.duration_ms <= 4 * 3600 * 1000
            if facts.has_video:
                shots(file, format, facts)
            if facts.has_audio:
                heard = reading.sound(file, format=FORMATS[format], window=range(600_000))
                assert len(heard) % 2 == 0 and len(heard) <= 600 * 32_000
        return "ok"
    except PlatformError as error:
        assert error.status == 422 and error.code in BY_CODE, error
        return error.code
    finally:
        assert time.monotonic() - began < LONGEST
        assert all(worker.memory_info().rss < 2**30 for worker in workers())


def shots(file, format: str, facts) -> None:
    found = reading.shots(
        file, format=FORMATS[format], window=range(60_000), every_ms=1000, most=50, cuts=True,
        rotation=facts.rotation,
    )  # fmt: skip
    assert len(found) <= 50
    assert all(shot.jpeg.startswith(b"\xff\xd8\xff") for shot in found)
    if found:
        assert reading.cover(file, format=FORMATS[format]).startswith(b"\xff\xd8\xff")
