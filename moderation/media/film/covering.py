"""The frame that a film is known by: the first that shows something."""

from itertools import chain

import av

from moderation.media.film import cuts
from moderation.media.film.exchange import KEY, Answer, Seen
from moderation.media.film.opening import VIDEO, Reader, Refused
from moderation.media.film.output import Output
from moderation.media.film.stills import jpeg

DARKEST, LIGHTEST, FLATTEST = 24.0, 232.0, 6.0
FIRST_MS = 10_000
MOST_KEYS = 60


def cover(reader: Reader, out: Output) -> Answer:
    best, best_worth = None, -1.0
    for at_ms, frame in chain(first_ones(reader), key_frames(reader)):
        look = cuts.signature(frame)[0]
        if DARKEST < float(look.mean()) < LIGHTEST and float(look.std()) > FLATTEST:
            best = at_ms, frame
            break
        if float(look.std()) > best_worth:
            best, best_worth = (at_ms, frame), float(look.std())
        if reader.clock.is_short:
            break
    if best is None:
        raise Refused("media_decode_failed", reason="pictures")
    at_ms, frame = best
    content, width, height = jpeg(frame, reader.video, reader.wanted.rotation)
    place = out.put(content)
    return Answer(shots=[Seen(at_ms, KEY, width, height, place, len(content))])


def first_ones(reader: Reader):
    """All frames of the first seconds."""
    for at_ms, frame in frames(reader, "NONREF"):
        if at_ms > FIRST_MS:
            return
        yield at_ms, frame


def key_frames(reader: Reader):
    for number, found in enumerate(frames(reader, "NONKEY")):
        if number == MOST_KEYS:
            return
        yield found


def frames(reader: Reader, skipped: str):
    track = reader.reopened(VIDEO)
    track.codec_context.skip_frame = skipped
    for packet in reader.container.demux(track):
        try:
            found = packet.decode()
        except MemoryError:
            raise
        except (av.FFmpegError, ValueError):
            continue
        for frame in found:
            yield max(0, reader.ms(track, frame.pts) or 0), frame
