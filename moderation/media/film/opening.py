"""Open a recording without doing what it asks for: one demuxer, known codecs, no other file."""

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import chain

import av
from av.codec.context import Flags, Flags2
from av.stream import Discard, Disposition

from moderation.media.film.exchange import (
    DEMUXERS,
    PICTURE_CODECS,
    SOUND_CODECS,
    WITHOUT_INDEX,
    Limits,
    Wanted,
)
from moderation.media.film.source import Clock, Late, Source
from moderation.media.film.wholeness import is_cut_short

VIDEO, AUDIO = "video", "audio"
CODECS = {VIDEO: PICTURE_CODECS, AUDIO: SOUND_CODECS}
NO_PICTURES = Disposition.attached_pic | Disposition.timed_thumbnails
BUFFER = 2**18
LONGEST_PROBE = {"probesize": "5000000", "analyzeduration": "5000000", "max_streams": "256"}
# How far before a moment one looks for a key frame, if there is none at once.
BACK_MS = (0, 2_000, 10_000, 30_000)
# Sound that begins a little before zero is the encoder's running start.
RUN_UP = Fraction(-1)


class Refused(Exception):
    """This recording is not opened; `code` is the name of the error that the caller raises."""

    def __init__(self, code: str, **details):
        super().__init__(code)
        self.code, self.details = code, details


class NeighbourWanted(Exception):
    """The file asked for another one."""


def refuse(url, _flags, _options):
    raise NeighbourWanted


class Reader:
    """A recording that is open, with the tracks that a player would choose."""

    def __init__(self, fd: int, wanted: Wanted, clock: Clock):
        self.fd, self.wanted, self.clock = fd, wanted, clock
        self.open()
        starts = [one.start_time * one.time_base for one in self.tracks if one.start_time is not None]
        start = min(starts, default=Fraction(0))
        self.origin = Fraction(0) if RUN_UP <= start < 0 else start
        # Asked for every packet: exact fractions would cost more than what they are asked for.
        self.zero = float(self.origin * 1000)
        self.scales = {one.index: float(one.time_base * 1000) for one in self.tracks}

    def open(self) -> None:
        names, limits = DEMUXERS[self.wanted.format], self.wanted.limits
        self.container = av.open(
            Source(self.fd, self.clock),
            "r",
            format=names.partition(",")[0],
            options={"threads": "1"},
            container_options={
                **LONGEST_PROBE,
                "format_whitelist": names,
                "protocol_whitelist": "",
                "codec_whitelist": ",".join(sorted(PICTURE_CODECS | SOUND_CODECS)),
            },
            metadata_errors="ignore",
            buffer_size=BUFFER,
            io_open=refuse,
        )
        if len(self.container.streams) > limits.streams:
            raise Refused("media_too_many_streams", streams=len(self.container.streams), most=limits.streams)
        self.video, self.audio = self.track(VIDEO), self.track(AUDIO)

    def track(self, kind: str):
        """The one marked as default, or the first; of those that can be read, if any can."""
        found = [
            one for one in self.container.streams if one.type == kind and not one.disposition & NO_PICTURES
        ]
        found.sort(key=lambda one: (not is_readable(one), not one.disposition & Disposition.default))
        return found[0] if found else None

    @property
    def tracks(self) -> list:
        return [one for one in (self.video, self.audio) if one is not None]

    def use(self, kind: str):
        """The track, ready to be decoded, with all others skipped. Raises Refused if there is none."""
        track = self.video if kind == VIDEO else self.audio
        if track is None:
            raise Refused("media_without_pictures" if kind == VIDEO else "media_without_sound")
        if not is_readable(track):
            raise Refused("media_decode_failed", reason="codec", codec=name_of(track))
        for other in self.container.streams:
            other.discard = Discard.default if other.index == track.index else Discard.all
        context = track.codec_context
        require_sane(context, kind, self.wanted.limits)
        context.thread_count = 1
        if kind == VIDEO:
            context.options = {"max_pixels": str(self.wanted.limits.pixels)}
        return track

    def reopen(self) -> None:
        """At its beginning, which not every format can be taken back to."""
        self.container.close()
        self.open()

    def reopened(self, kind: str):
        self.reopen()
        return self.use(kind)

    def ms(self, track, moment: int | None) -> int | None:
        """A moment of the track in milliseconds of the recording."""
        return None if moment is None else round(moment * self.scales[track.index] - self.zero)

    def packets(self, kind: str, *, from_ms: int) -> Iterator:
        """Of one track, from the key frame at that moment or before it."""
        track = self.use(kind)
        if from_ms <= 0 or self.wanted.format in WITHOUT_INDEX:
            return self.later(self.container.demux(track), track, from_ms)
        for back in BACK_MS:
            with suppress(av.FFmpegError, OverflowError):
                at = (Fraction(max(0, from_ms - back), 1000) + self.origin) / track.time_base
                self.container.seek(int(at), stream=track)
                packets = self.container.demux(track)
                first = next((one for one in packets if one.is_keyframe and not is_flush(one)), None)
                begins = first and self.ms(track, first.pts if first.pts is not None else first.dts)
                if begins is not None and begins <= from_ms:
                    return chain([first], packets)
        track = self.reopened(kind)
        return self.container.demux(track)

    def packets_from_anywhere(self, kind: str, *, from_ms: int) -> Iterator:
        """Though no key frame is there: the decoder shows what it can make of that."""
        track = self.reopened(kind)
        context = track.codec_context
        context.flags |= int(Flags.output_corrupt)
        context.flags2 |= int(Flags2.show_all)
        at = (Fraction(max(0, from_ms), 1000) + self.origin) / track.time_base
        self.container.seek(int(at), stream=track, any_frame=True)
        return self.container.demux(track)

    def later(self, packets, track, from_ms: int) -> Iterator:
        """Of a format without an index nothing depends on what lies further back than a moment."""
        for packet in packets:
            at = self.ms(track, packet.pts)
            if at is None or at >= from_ms or is_flush(packet):
                yield packet

    def close(self) -> None:
        self.container.close()


def is_flush(packet) -> bool:
    """The last packet that is given, an empty one: it asks the decoder for what it still holds."""
    return packet.size == 0 and packet.pts is None


def is_readable(track) -> bool:
    return track.codec_context is not None and track.codec_context.codec.name in CODECS[track.type]


def name_of(track) -> str:
    return track.codec_context.codec.canonical_name if track.codec_context is not None else "unknown"


def require_sane(context, kind: str, limits: Limits) -> None:
    if kind == VIDEO:
        width, height = context.width, context.height
        if width * height > limits.pixels or max(width, height) > limits.side:
            raise Refused("media_too_many_pixels", width=width, height=height, most=limits.pixels)
    elif not 0 < context.sample_rate <= limits.rate or not 0 < context.channels <= limits.channels:
        raise Refused("media_decode_failed", reason="sound")


def why(error: Exception, fd: int, wanted: Wanted) -> Refused:
    """One code for each of the many errors that libav raises."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, Late):
        return Refused("media_decode_timeout", reason="time")
    if isinstance(error, MemoryError):
        return Refused("media_decode_timeout", reason="memory")
    if isinstance(error, NeighbourWanted):
        return Refused("media_decode_failed", reason="other_file")
    if is_cut_short(fd, DEMUXERS[wanted.format]):
        return Refused("media_truncated")
    return Refused("media_decode_failed", reason=type(error).__name__)
