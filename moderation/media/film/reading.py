"""What is in a recording. The work is done by workers of the kind `film`: here nothing looks into a file."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import msgspec
import structlog
from django.conf import settings

from config.errors import Unavailable
from moderation.media.film.exchange import CUT, KEY, LONGEST_SIDE, RATE, SECOND, Answer, Facts, Limits, Wanted
from moderation.media.film.local import read_only
from moderation.media.film.refusals import (
    BY_CODE,
    MediaDecodeTimeout,
    MediaEmpty,
    MediaRefused,
)
from moderation.media.recordings import Format
from moderation.workers import client, memory, pools

# Both times together are less than anybody should wait: with all frames, and with key frames alone.
SECONDS, SECONDS_FOR_KEYS = 20.0, 8.0
PATIENCE = 45.0
LONGEST_WINDOW, LONGEST_SOUND = 60_000, 600_000
MOST_SHOTS = 400
LARGEST_JPEG = 4 * 2**20
ROOM = 128 * 2**20
ROOM_FOR_FACTS = 4096
DETAILS = {"seconds", "most", "width", "height", "streams", "reason", "codec"}
TURNS = (0, 90, 180, 270)
FASTEST = 1000
WORD = re.compile(r"\w{1,40}", re.ASCII)
LATER = 1000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Probe:
    """`width` and `height` are of the picture as it is shown, `rotation` clockwise, as `shots` asks for it.

    A codec that is named where `has_video` or `has_audio` is false is one that is not read here.
    """

    duration_ms: int
    width: int
    height: int
    video_codec: str
    audio_codec: str
    frame_rate: float
    rotation: int
    has_video: bool
    has_audio: bool


@dataclass(frozen=True, slots=True)
class Shot:
    at_ms: int
    kind: str
    jpeg: bytes
    width: int
    height: int


class Shots(list[Shot]):
    """`is_coarse`: the time did not do for all of the window, parts of it were seen by key frames only."""

    is_coarse = False


def probe(file, *, format: Format, content_type: str) -> Probe:
    """Raises MediaRefused and its kinds, Unavailable if no worker could be had."""
    wanted = request("probe", format, content_type=content_type)
    with worked(file, wanted, ROOM_FOR_FACTS) as (answer, _out):
        return believed_facts(answer.facts, wanted.limits)


def shots(
    file, *, format: Format, window: range, every_ms: int, most: int, cuts: bool, rotation: int = 0
) -> Shots:
    """Of a window of at most a minute: its key frames, one each `every_ms`, and what follows each cut."""
    require_window(window, LONGEST_WINDOW)
    wanted = request(
        "shots",
        format,
        start_ms=window.start,
        stop_ms=window.stop,
        every_ms=max(1, every_ms),
        most=max(1, min(most, MOST_SHOTS)),
        sees_cuts=cuts,
        rotation=rotation % 360,
    )
    try:
        return looked(file, wanted)
    except MediaDecodeTimeout:
        log.warning("film_seen_by_key_frames", window=str(window))
        return looked(file, msgspec.structs.replace(wanted, only_keys=True, seconds=SECONDS_FOR_KEYS))


def sound(file, *, format: Format, window: range) -> bytes:
    """Of a window of at most ten minutes: 16 bits, 16 kHz, one channel; ends with the last that is heard."""
    require_window(window, LONGEST_SOUND)
    wanted = request("sound", format, start_ms=window.start, stop_ms=window.stop)
    longest = len(window) * RATE // 1000 * 2
    with worked(file, wanted, longest + memory.PAGE) as (answer, out):
        if not 0 <= answer.length <= longest or answer.length % 2:
            raise ValueError("There is no sound of that length.")
        if answer.is_coarse:
            raise MediaDecodeTimeout(reason="time")
        return memory.read(out, answer.length, 0)


def cover(file, *, format: Format, rotation: int = 0) -> bytes:
    """A JPEG of the first frame that is neither black nor white nor empty; of the best one if all are."""
    with worked(file, request("cover", format, rotation=rotation % 360), ROOM) as (answer, out):
        [found] = believed_shots(answer, range(LATER * 10**6), 1, out)
        return found.jpeg


def looked(file, wanted: Wanted) -> Shots:
    with worked(file, wanted, ROOM) as (answer, out):
        found = believed_shots(answer, range(wanted.start_ms, wanted.stop_ms), wanted.most, out)
        found.is_coarse = answer.is_coarse
        return found


def request(task: str, format: Format, **more) -> Wanted:
    limits = Limits(
        seconds=settings.ASSAY_MEDIA_MAX_SECONDS,
        pixels=settings.ASSAY_MEDIA_MAX_PIXELS,
        streams=settings.ASSAY_MEDIA_MAX_STREAMS,
    )
    return Wanted(seconds=SECONDS, task=task, format=format.name, limits=limits, **more)


def require_window(window: range, longest: int) -> None:
    if window.step != 1 or not 0 <= window.start < window.stop or len(window) > longest:
        raise ValueError(f"A window has between 1 and {longest} milliseconds, not {window}.")


@contextmanager
def worked(file, wanted: Wanted, room: int) -> Iterator[tuple[Answer, int]]:
    """The worker's answer and the memory it wrote to. Asked once more if the worker was lost at once."""
    with read_only(file) as fd:
        if not os.fstat(fd).st_size:
            raise MediaEmpty
        try:
            out = memory.allocate(room)
        except OSError as error:
            raise Unavailable(retry_after=2) from error  # out of memory, or of descriptors
        try:
            answer = asked(wanted, (fd, out))
            if answer.code:
                raise refusal(answer)
            with nothing_believed():
                memory.seal(out)
                yield answer, out
        finally:
            os.close(out)


def asked(wanted: Wanted, fds: tuple[int, int]) -> Answer:
    for is_last in (False, True):
        try:
            with closing(client.ask(pools.films(), wanted, fds, patience=PATIENCE)) as parts:
                [body] = parts
            return msgspec.json.decode(body, type=Answer)
        except pools.PoolUnavailable as error:
            raise Unavailable(retry_after=5) from error
        except client.Lost as lost:
            log.warning("film_worker_lost", why=str(lost), seconds=round(lost.seconds, 3), task=wanted.task)
            if is_last or not lost.was_quick:
                raise MediaDecodeTimeout from lost
        except (client.Fault, ValueError) as error:
            log.error("film_worker_failed", error=repr(error), task=wanted.task)
            raise MediaRefused from error
    raise AssertionError("The loop ends by itself.")


@contextmanager
def nothing_believed() -> Iterator[None]:
    """A worker that says what cannot be has been taken over by the recording."""
    try:
        yield
    except (OSError, ValueError, TypeError) as error:
        log.error("film_worker_lied", error=repr(error))
        raise MediaRefused from error


def believed_facts(facts: Facts | None, limits: Limits) -> Probe:
    if facts is None:
        raise ValueError("No facts were told.")
    is_sane = (
        0 < facts.duration_ms <= limits.seconds * 1000
        and facts.rotation in TURNS
        and 0 <= facts.frame_rate <= FASTEST
        and 0 <= facts.width <= limits.side * 8
        and 0 <= facts.height <= limits.side * 8
        and facts.has_video <= (facts.width > 0 and facts.height > 0)
        and all(not word or WORD.fullmatch(word) for word in (facts.video_codec, facts.audio_codec))
    )
    if not is_sane:
        raise ValueError(f"No recording is like this: {str(facts)[:500]}")
    return Probe(**msgspec.structs.asdict(facts))


def believed_shots(answer: Answer, window: range, most: int, out: int) -> Shots:
    if len(answer.shots) > most:
        raise ValueError("There are more shots than were asked for.")
    found, size, before = Shots(), os.fstat(out).st_size, -1
    for one in answer.shots:
        is_sane = (
            before < one.at_ms
            and one.at_ms in window
            and one.kind in (KEY, SECOND, CUT)
            and 0 < one.width <= LONGEST_SIDE
            and 0 < one.height <= LONGEST_SIDE
            and 0 < one.length <= LARGEST_JPEG
            and 0 <= one.place <= size - one.length
        )
        jpeg = memory.read(out, one.length, one.place) if is_sane else b""
        if not jpeg.startswith(b"\xff\xd8\xff"):
            raise ValueError(f"No shot is like this: {str(one)[:500]}")
        before = one.at_ms
        found.append(Shot(one.at_ms, one.kind, jpeg, one.width, one.height))
    return found


def refusal(answer: Answer) -> MediaRefused:
    """The error that it names, with those of its details that are known, and no words but short ones."""
    details = {
        name: value
        for name, value in answer.details.items()
        if name in DETAILS and (not isinstance(value, str) or WORD.fullmatch(value))
    }
    kind: Callable[..., MediaRefused] = BY_CODE.get(answer.code, MediaRefused)
    return kind(**details)
