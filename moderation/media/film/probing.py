"""What a recording is: measured, since what its header says was written by whoever made it."""

from contextlib import suppress
from fractions import Fraction

import av

from moderation.media.film.exchange import DEMUXERS, WITHOUT_INDEX, Facts
from moderation.media.film.opening import AUDIO, VIDEO, Reader, Refused, is_flush, is_readable, name_of
from moderation.media.film.stills import shape_of, turn_of
from moderation.media.film.wholeness import is_cut_short

FIRST_PACKETS = 500
TAIL_MS = 5_000
FASTEST = 1000
# These tell their whole length first, so that half of one is seen to be half.
TELLING = ("mov", "matroska")


def probe(reader: Reader) -> Facts:
    is_video = reader.wanted.content_type == VIDEO
    if is_video and reader.video is None:
        raise Refused("media_without_pictures")
    if not is_video and reader.audio is None:
        raise Refused("media_without_sound")
    if DEMUXERS[reader.wanted.format].startswith(TELLING) and is_cut(reader):
        raise Refused("media_truncated")
    facts = Facts(duration_ms=measured(reader))
    if reader.audio is not None:
        facts.audio_codec = name_of(reader.audio)
        facts.has_audio = is_readable(reader.audio) and first_frame(reader, AUDIO) is not None
    if reader.video is not None:
        facts.video_codec = name_of(reader.video)
        see(reader, facts, is_needed=is_video)
    if not is_video and not facts.has_audio:
        reader.use(AUDIO)
        raise Refused("media_decode_failed", reason="sound")
    return facts


def see(reader: Reader, facts: Facts, *, is_needed: bool) -> None:
    """The first frame, of which a player makes what it shows."""
    try:
        frame = first_frame(reader, VIDEO)
    except Refused:
        if is_needed:
            raise
        return
    if frame is None:
        if is_needed:
            raise Refused("media_decode_failed", reason="pictures")
        return
    facts.has_video = True
    facts.rotation = turn_of(frame)
    facts.width, facts.height = shape_of(frame, reader.video, facts.rotation)
    rate = reader.video.average_rate
    facts.frame_rate = round(float(rate), 3) if rate and 0 < rate <= FASTEST else 0.0


def first_frame(reader: Reader, kind: str):
    track = reader.reopened(kind)
    for number, packet in enumerate(reader.container.demux(track)):
        with suppress(av.FFmpegError):
            for frame in packet.decode():
                return frame
        if number > FIRST_PACKETS:
            break
    return None


def measured(reader: Reader) -> int:
    """From the beginning to the end of the last packet that is really there, in milliseconds."""
    tracks = reader.tracks
    told = max((told_ms(reader, one) for one in tracks), default=0)
    end = 0
    if told > TAIL_MS and reader.wanted.format not in WITHOUT_INDEX:
        with suppress(av.FFmpegError, OverflowError):
            at = Fraction(min(told, reader.wanted.limits.seconds * 1000) - TAIL_MS, 1000) + reader.origin
            reader.container.seek(int(at * av.time_base))
            end = last_ms(reader)
    if not end:
        reader.reopen()
        end = last_ms(reader)
    if end <= 0:
        raise Refused("media_truncated" if is_cut(reader) else "media_empty")
    require_short(reader, end)
    return end


def is_cut(reader: Reader) -> bool:
    return is_cut_short(reader.fd, DEMUXERS[reader.wanted.format])


def told_ms(reader: Reader, track) -> int:
    if track.duration is not None:
        return round(track.duration * track.time_base * 1000)
    return round((reader.container.duration or 0) / 1000)


def last_ms(reader: Reader) -> int:
    """Reads on to the end. A sole packet lasts at least one millisecond."""
    end = 0
    for packet in reader.container.demux(reader.tracks):
        if is_flush(packet):
            continue
        at = reader.ms(packet.stream, packet.pts if packet.pts is not None else packet.dts)
        if at is not None:
            lasts = packet.duration or 0
            end = max(end, at + round(lasts * reader.scales[packet.stream_index]), 1)
            require_short(reader, end)
    return end


def require_short(reader: Reader, end_ms: int) -> None:
    most = reader.wanted.limits.seconds
    if end_ms > most * 1000:
        raise Refused("media_too_long", seconds=end_ms // 1000, most=most)
