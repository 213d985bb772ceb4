"""The frames of a window that are worth looking at."""

from collections.abc import Iterator

import av

from moderation.media.film import cuts
from moderation.media.film.choosing import Candidate, merged, spread
from moderation.media.film.exchange import CUT, KEY, SECOND, Answer, Seen
from moderation.media.film.opening import VIDEO, Reader
from moderation.media.film.output import Full, Output
from moderation.media.film.source import Late
from moderation.media.film.stills import jpeg

# Frames that no other is made from are skipped, unless nothing else would come for so long.
UNSEEN_MS = 200
AFTER_MS = 500
ALIKE = 8.0
MOST_MET = 400
FEW_APART_MS = 300
USUAL_RATE = 25
# Where no key frame is in reach, one starts so long before: what has moved or changed since is seen.
LEAP_MS = 3_000
UNMADE = 5.0


class TooFar(Exception):
    """The key frame before the window lies so far back that the time is over before one is there."""


def shots(reader: Reader, out: Output) -> Answer:
    window = Window(reader, out)
    try:
        window.look()
    except (Late, Full):
        window.is_coarse = True
    return window.answer()


class Window:
    def __init__(self, reader: Reader, out: Output):
        self.reader, self.out, self.wanted = reader, out, reader.wanted
        self.start, self.stop = reader.wanted.start_ms, reader.wanted.stop_ms
        self.is_coarse = self.wanted.only_keys
        self.met: list[Candidate] = []
        self.slots: set[int] = set()
        self.last_key = -FEW_APART_MS
        self.leapt = False
        self.cuts = cuts.Cuts() if self.wanted.sees_cuts else None

    def look(self) -> None:
        try:
            self.watch(self.reader.packets(VIDEO, from_ms=self.start))
        except TooFar:
            self.is_coarse = True
            self.cuts, self.leapt = self.cuts and cuts.Cuts(), True
            self.watch(self.reader.packets_from_anywhere(VIDEO, from_ms=self.start - LEAP_MS))

    def watch(self, packets) -> None:
        for at_ms, frame in self.frames(packets):
            if at_ms >= self.stop + AFTER_MS:
                break
            self.meet(at_ms, frame)
        if self.cuts and (last := self.cuts.end()):
            self.cut(*last)

    def frames(self, packets) -> Iterator[tuple[int, object]]:
        """In order, each with its moment."""
        track = self.reader.video
        step = 1000 / float(track.average_rate or USUAL_RATE)
        seen: int | None = None
        for packet in packets:
            if self.reader.clock.is_late:
                raise Late
            at = self.reader.ms(track, packet.dts if packet.dts is not None else packet.pts)
            is_over = at is not None and at > self.stop + 4 * AFTER_MS
            track.codec_context.skip_frame = self.skipped(at, seen)
            for frame in decoded(track.codec_context, None if is_over else packet):
                moment = self.reader.ms(track, frame.pts if frame.pts is not None else frame.dts)
                seen = moment if moment is not None else 0 if seen is None else round(seen + step)
                yield max(0, seen), frame
            if is_over:
                return

    def skipped(self, at: int | None, seen: int | None) -> str:
        """Whoever made the film has no say in how long nothing is looked at."""
        if self.leapt:
            return "NONREF"
        if self.is_coarse or self.reader.clock.is_short:
            if not self.wanted.only_keys and (seen or 0) < self.start:
                raise TooFar
            self.is_coarse = True
            return "NONKEY"
        is_waiting = seen is None or at is None or at - seen > UNSEEN_MS
        return "DEFAULT" if is_waiting else "NONREF"

    def meet(self, at_ms: int, frame) -> None:
        look = cuts.signature(frame)
        if self.leapt and float(look[0].std()) < UNMADE:
            return
        if self.cuts and (found := self.cuts.feed(at_ms, look, (at_ms, frame, look))):
            self.cut(*found)
        if not self.start <= at_ms < self.stop:
            return
        is_first = at_ms // self.wanted.every_ms not in self.slots
        self.slots.add(at_ms // self.wanted.every_ms)
        is_key = bool(frame.key_frame) and at_ms - self.last_key >= FEW_APART_MS
        if frame.key_frame:
            self.last_key = at_ms
        if is_key or is_first and (self.leapt or not self.is_coarse):
            self.keep(at_ms, KEY if is_key else SECOND, frame, look)

    def cut(self, began: int, seen: tuple) -> None:
        at_ms, frame, look = seen
        if self.start <= began < self.stop and at_ms < self.stop:
            # What was met between is the same scene, in its first moment.
            self.met = [one for one in self.met if not began <= one.at_ms <= at_ms]
            self.keep(at_ms, CUT, frame, look)

    def keep(self, at_ms: int, kind: str, frame, look) -> None:
        if len(self.met) >= MOST_MET:
            raise Full
        content, width, height = jpeg(frame, self.reader.video, self.wanted.rotation)
        place = self.out.put(content)
        self.met.append(Candidate(at_ms, kind, look, Seen(at_ms, kind, width, height, place, len(content))))

    def answer(self) -> Answer:
        found = merged(
            self.met,
            every_ms=self.wanted.every_ms,
            alike=lambda one, other: cuts.difference(one, other) < ALIKE,
        )
        chosen = spread(found, most=self.wanted.most)
        return Answer(shots=[one.shown for one in chosen], is_coarse=self.is_coarse)


def decoded(context, packet) -> list:
    """What a packet gives; a damaged one gives nothing. Without one, what the decoder still holds."""
    try:
        return context.decode(packet)
    except MemoryError:
        raise
    except (av.FFmpegError, ValueError):
        return []
