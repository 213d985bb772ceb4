"""Recordings that say themselves what a decoder would find in them, and a decoder that believes it."""

import io
import json
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.utils import timezone

from moderation.operations.media_jobs import cancel_job
from tests.pictures import saying
from tests.recordings import FILM


@dataclass(frozen=True)
class Scene:
    """From `at_ms` on every frame shows this picture. `seed` is of what is behind the message."""

    at_ms: int
    message: str = ""
    seed: int = 1


@dataclass(frozen=True)
class Found:
    duration_ms: int
    width: int = 320
    height: int = 240
    video_codec: str = "h264"
    audio_codec: str = ""
    frame_rate: float = 25.0
    rotation: int = 0
    has_video: bool = True
    has_audio: bool = False


@dataclass(frozen=True)
class Shot:
    at_ms: int
    kind: str
    jpeg: bytes = field(repr=False)
    width: int = 320
    height: int = 240


class Shots(list):
    is_coarse = False


def film(*scenes: Scene, duration_ms: int = 20_000) -> bytes:
    told = {"duration_ms": duration_ms, "scenes": [[one.at_ms, one.message, one.seed] for one in scenes]}
    return FILM + json.dumps(told).encode()


class Decoder:
    """Takes the place of the decoders; keeps what it was asked for. `before` is called with each request."""

    def __init__(self):
        self.asked, self.before = [], lambda kind: None

    @contextmanager
    def as_local(self, file):
        yield file

    def probe(self, file, *, format, content_type):
        self.note("probe")
        return Found(self.told(file)["duration_ms"])

    def shots(self, file, *, format, window, every_ms, most, cuts, rotation):
        self.note("shots", window)
        scenes = self.told(file)["scenes"]
        found = {at: "second" for at in window if at % every_ms == 0}
        found |= {at: "cut" for at, _message, _seed in scenes if at in window and at and cuts}
        shots = Shots()
        for at, kind in sorted(found.items())[:most]:
            message, seed = [(message, seed) for since, message, seed in scenes if since <= at][-1]
            shots.append(Shot(at, kind, saying(message, seed)))
        return shots

    def note(self, kind: str, *more) -> None:
        self.asked.append((kind, *more))
        self.before(kind)

    def told(self, file) -> dict:
        file.seek(0)
        return json.loads(io.BytesIO(file.read()).getvalue()[len(FILM) :])


RISKY = film(Scene(0, "", 1), Scene(21_000, "[[fake:porn=91]]", 2), duration_ms=40_000)


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def cancel(job):
    return cancel_job(account=job.account, job_id=job.job_id, actor=None, now=timezone.now())
