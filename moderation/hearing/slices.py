"""Speech in pieces that a recogniser takes at a time. Pure."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from moderation.hearing.spans import Span

LONGEST_MS = 30_000
# Who pauses for less goes on with the same sentence, or the same number.
JOINED_MS = 2_000


def cut(spans: Iterable[Span], *, longest_ms: int = LONGEST_MS, total_ms: int) -> list[Span]:
    """Slices that hold all speech: joined across short pauses, and cut at the longest where too long."""
    spoken = joined((Span(max(0, one.start_ms), min(one.end_ms, total_ms)) for one in spans), least=1)
    return [piece for group in grouped(spoken) for piece in parted(group, longest_ms)]


def joined(spans: Iterable[Span], *, least: int) -> list[Span]:
    """In order, those that touch or overlap as one."""
    found: list[Span] = []
    for span in sorted(one for one in spans if one.length_ms >= least):
        if found and span.start_ms <= found[-1].end_ms:
            found[-1] = Span(found[-1].start_ms, max(found[-1].end_ms, span.end_ms))
        else:
            found.append(span)
    return found


def grouped(spans: Sequence[Span]) -> list[list[Span]]:
    groups: list[list[Span]] = []
    for span in spans:
        if groups and span.start_ms - groups[-1][-1].end_ms < JOINED_MS:
            groups[-1].append(span)
        else:
            groups.append([span])
    return groups


def parted(group: list[Span], longest_ms: int) -> list[Span]:
    found, waiting = [], [group]
    while waiting:
        spans = waiting.pop()
        whole = Span(spans[0].start_ms, spans[-1].end_ms)
        if whole.length_ms <= longest_ms:
            found.append(whole)
        elif len(spans) == 1:
            found += split(whole, longest_ms)
        else:
            place = longest_pause(spans)
            waiting += [spans[place:], spans[:place]]
    return found


def longest_pause(spans: Sequence[Span]) -> int:
    """The number of the span after it; of pauses of one length, the one nearest to the middle."""
    middle = (spans[0].start_ms + spans[-1].end_ms) / 2
    pauses = [
        (after.start_ms - before.end_ms, -abs(before.end_ms - middle), number)
        for number, (before, after) in enumerate(pairwise(spans), 1)
    ]
    return max(pauses)[2]


def split(span: Span, longest_ms: int) -> list[Span]:
    """Somebody who never pauses is cut into pieces of one length."""
    count = -(-span.length_ms // longest_ms)
    edges = [span.start_ms + span.length_ms * number // count for number in range(count + 1)]
    return [Span(first, last) for first, last in pairwise(edges)]


def settled(slices: Sequence[Span], *, start_ms: int, end_ms: int, is_last: bool) -> tuple[list[Span], int]:
    """Of a window of a recording: the slices that are whole in it, and where the next window should begin.

    What is said at a window's end may go on behind it, so that its slice is left to the next one; not if it
    began with the window, because each must take the recording on.
    """
    goes_on = slices and end_ms - slices[-1].end_ms < JOINED_MS
    if is_last or not goes_on or slices[-1].start_ms <= start_ms:
        return list(slices), end_ms
    return list(slices[:-1]), slices[-1].start_ms
