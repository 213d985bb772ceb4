"""A recording as a line: where on it something was seen or said, and in which order to look. Pure."""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from moderation.values import RANKS, Level

# Distances between the times that are written under a line, in seconds.
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
MOST_TICKS = 8
# However short, a mark is seen and can be hit.
NARROWEST = 0.25
# The last frame of a recording is shown for as long as this where nothing else is known.
LAST_MS = 1000


@dataclass(frozen=True, slots=True)
class Found:
    """A label that was seen or heard somewhere."""

    label: str
    level: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A frame or a slice as the line needs it. `end_ms` is 0 for a frame."""

    at_ms: int
    level: str
    end_ms: int = 0
    kind: str = ""
    found: tuple[Found, ...] = ()
    text: str = ""
    is_unheard: bool = False

    @property
    def is_flagged(self) -> bool:
        return self.level != Level.NONE

    @property
    def score(self) -> float:
        return max((one.confidence or 0.0 for one in self.found), default=0.0)


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the line in percent of its length; alike neighbours are one."""

    at_ms: int
    end_ms: int
    left: float
    width: float
    level: str
    moments: tuple[Moment, ...]

    @property
    def found(self) -> tuple[Found, ...]:
        worst: dict[str, Found] = {}
        for moment in self.moments:
            for one in moment.found:
                held = worst.get(one.label)
                if held is None or (one.confidence or 0.0) > (held.confidence or 0.0):
                    worst[one.label] = one
        return tuple(worst.values())

    @property
    def text(self) -> str:
        return self.moments[0].text

    @property
    def is_unheard(self) -> bool:
        return any(moment.is_unheard for moment in self.moments)


@dataclass(frozen=True, slots=True)
class Line:
    duration_ms: int
    frames: list[Mark] = field(default_factory=list)
    slices: list[Mark] = field(default_factory=list)
    cuts: list[float] = field(default_factory=list)
    ticks: list[tuple[float, str]] = field(default_factory=list)
    # Where to go on, one after the other: beginnings of all that is flagged.
    flagged: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lanes:
    """From where to where each part of the drawing goes, in pixels from its top."""

    frames: int = 0
    wave: int = 0
    wave_height: int = 0
    speech: int = 0
    times: int = 0

    @property
    def height(self) -> int:
        return self.times + TIMES


LANE, CUTS, GAP, TIMES = 26, 6, 4, 20
TALL, FLAT = 66, 30


def lanes(*, frames: bool, wave: bool, speech: bool, kind: str) -> Lanes:
    """Beside frames the sound is drawn flat; where there is nothing at all, a lane stands for the whole."""
    at = 2
    tall = FLAT if frames or kind == "video" else TALL
    places = {}
    if frames or not (wave or speech):
        places["frames"], at = at, at + LANE + CUTS
    if wave:
        places["wave"], places["wave_height"], at = at, tall, at + tall + GAP
    if speech:
        places["speech"], at = at, at + LANE + GAP
    return Lanes(**places, times=at)


def line_of(frames: Sequence[Moment], slices: Sequence[Moment], *, duration_ms: int) -> Line:
    frames = sorted(frames, key=lambda moment: moment.at_ms)
    slices = sorted(slices, key=lambda moment: moment.at_ms)
    duration = duration_ms or end_of(frames, slices)
    seen = runs(frames, duration)
    heard = [mark_of([one], one.end_ms, duration) for one in slices]
    return Line(
        duration_ms=duration,
        frames=seen,
        slices=heard,
        cuts=[percent(one.at_ms, duration) for one in frames if one.kind == "cut"],
        ticks=ticks(duration),
        flagged=sorted({mark.at_ms for mark in (*seen, *heard) if mark.level != Level.NONE}),
    )


def end_of(frames: Sequence[Moment], slices: Sequence[Moment]) -> int:
    """Where the last thing ends, for a recording whose length nobody has told."""
    last = frames[-1].at_ms + LAST_MS if frames else 0
    return max([last, *(one.end_ms for one in slices)], default=0) or LAST_MS


def runs(frames: Sequence[Moment], duration: int) -> list[Mark]:
    """Neighbours of one level and with the same labels stand for one stretch, up to the next that differs."""
    marks: list[Mark] = []
    held: list[Moment] = []
    for frame in frames:
        if held and likeness(held[-1]) != likeness(frame):
            marks.append(mark_of(held, frame.at_ms, duration))
            held = []
        held.append(frame)
    if held:
        marks.append(mark_of(held, duration, duration))
    return marks


def likeness(moment: Moment):
    return moment.level, frozenset(one.label for one in moment.found)


def mark_of(moments: list[Moment], end_ms: int, duration: int) -> Mark:
    start = moments[0].at_ms
    end = max(min(end_ms, duration), start)
    left = percent(start, duration)
    width = min(max(percent(end - start, duration), NARROWEST), 100 - min(left, 100 - NARROWEST))
    return Mark(start, end, min(left, 100 - NARROWEST), round(width, 3), moments[0].level, tuple(moments))


def percent(ms: int, duration: int) -> float:
    return round(100 * ms / duration, 3) if duration else 0.0


def ticks(duration: int) -> list[tuple[float, str]]:
    step = next((step for step in STEPS if duration / 1000 / step <= MOST_TICKS), STEPS[-1]) * 1000
    # Not so near to the end that its time would be cut off.
    return [
        (percent(at, duration), clock(at, tenths=False)) for at in range(0, int(duration * 0.97) + 1, step)
    ]


def clock(ms: int, *, tenths: bool = True) -> str:
    """1:02:03.4 of an hour and more, 2:03.4 of less."""
    seconds, rest = divmod(max(int(ms), 0), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    shown = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
    return f"{shown}.{rest // 100}" if tenths else shown


def rank_of(level: str) -> int:
    return RANKS[Level(level)]


def contact_order(frames: Iterable) -> tuple[list, list]:
    """Flagged frames, the worst first; then the others as they follow each other."""
    frames = sorted(frames, key=lambda frame: frame.at_ms)
    flagged = [frame for frame in frames if frame.is_flagged]
    flagged.sort(key=lambda frame: (-rank_of(frame.level), -frame.score))
    return flagged, [frame for frame in frames if not frame.is_flagged]


@dataclass(slots=True)
class LabelMoments:
    """One label of a recording with every place where it was met."""

    label: str
    level: str
    confidence: float | None
    moments: list[int] = field(default_factory=list)


def by_label(line: Line) -> list[LabelMoments]:
    """The worst label first, each with the beginnings of its stretches."""
    held: dict[str, LabelMoments] = {}
    for mark in sorted((*line.frames, *line.slices), key=lambda mark: mark.at_ms):
        for one in mark.found:
            entry = held.setdefault(one.label, LabelMoments(one.label, one.level, one.confidence))
            if (rank_of(one.level), one.confidence or 0) > (rank_of(entry.level), entry.confidence or 0):
                entry.level, entry.confidence = one.level, one.confidence
            if mark.at_ms not in entry.moments:
                entry.moments.append(mark.at_ms)
    return sorted(held.values(), key=lambda one: (-rank_of(one.level), -(one.confidence or 0)))


def peaks_in(kept) -> list[int]:
    """Peaks of the sound as a job keeps them: numbers, or bytes in base64."""
    if isinstance(kept, str):
        try:
            return list(base64.b64decode(kept, validate=True))
        except binascii.Error:
            return []
    if isinstance(kept, list):
        return [min(max(int(one), 0), 255) for one in kept if isinstance(one, int | float)]
    return []


def wave_path(peaks: Sequence[int], *, height: int = 100) -> str:
    """The outline of a sound in a drawing as wide as there are peaks."""
    middle = height / 2
    lines = (
        f"M{at + 0.5:g} {middle - half:g}V{middle + half:g}"
        for at, peak in enumerate(peaks)
        if (half := max(peak / 255 * middle, 0.5))
    )
    return "".join(lines)
