"""Frames of a video, judged as pictures are, by all services at once; unchanged ones are only counted."""

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy
from django.conf import settings
from django.db import connection
from PIL import Image

from config.accounts.revisions import Revisions
from moderation.media.decoding import Picture, decode
from moderation.models import MediaShot
from moderation.operations.moderate import is_flip, labels_json
from moderation.pictures import Sightings, inspect_image, is_looked_up, see
from moderation.scope import Scope
from moderation.values import Rules, worst
from moderation.verdict import reach_verdict

CUT, KEY = MediaShot.Kind.CUT, MediaShot.Kind.KEY
# Brightness is compared in squares of so many pixels; so many of 256 steps are a matter of coding alone.
SQUARE, NOISE = 8, 6


@dataclass(slots=True)
class Seen:
    """A frame, and what came of it. Up to `until_ms` the picture stayed as it was."""

    shot: object
    level: str
    verdicts: list[dict]
    is_read: bool


@dataclass(frozen=True, slots=True)
class Eyes:
    """How the frames of one window are looked at. `is_coarse`: nobody knows where its cuts are."""

    scopes: tuple[Scope, ...]
    revisions: Revisions
    rules: Rules
    is_coarse: bool = False

    def reads(self, shot, *, is_first: bool) -> bool:
        """Whether lines of text are read in the frame: dear, and what is written mostly stays for a scene."""
        if self.rules.reads != "cuts":
            return self.rules.reads == "all"
        by_kind = shot.kind == CUT or shot.kind == KEY and not self.rules.sees_cuts
        return by_kind or is_first or self.is_coarse

    @property
    def line_readers(self) -> frozenset[str]:
        return frozenset(name for scope in self.scopes for name in line_readers_of(scope))

    def judge(self, picture: Picture, shot, *, is_read: bool) -> Seen:
        without = frozenset() if is_read else self.line_readers
        with picture:
            seen = see(picture, scopes=self.scopes, revisions=self.revisions, without=without)
            verdicts = [self.verdict(seen, scope) for scope in self.scopes]
        for verdict in verdicts:
            verdict["is_read"] = is_read
        return Seen(shot, worst(verdict["level"] for verdict in verdicts), verdicts, is_read)

    def verdict(self, seen: Sightings, scope: Scope) -> dict:
        inspection = inspect_image(seen, scope=scope, revisions=self.revisions)
        reached = reach_verdict(inspection.findings, scope.rules)
        return {
            "service": scope.service.code,
            "level": reached.level.value,
            "labels": labels_json(reached, inspection.notes),
            "uncovered": inspection.uncovered(scope),
            "text": inspection.text,
            "flipped": inspection.flipped if is_flip(inspection, scope.rules) else None,
        }


def line_readers_of(scope: Scope) -> frozenset[str]:
    return frozenset(name for name in scope.readers if scope.specs[name].reads_lines)


def look_at_all(eyes: Eyes, shots: Iterable, *, is_beginning: bool, check) -> list[Seen]:
    """In their order. Engines look at several at once, while the next is decoded.

    A frame in which nothing has changed since the last one that was judged is left out, unless a scene begins
    with it. `check` is called between two frames, and may raise.
    """
    fingerprinted = is_looked_up(eyes.scopes, eyes.revisions)
    waiting: list[tuple[Future, object]] = []
    last, is_first = None, is_beginning
    pool = ThreadPoolExecutor(settings.ASSAY_MEDIA_LOOKS)
    try:
        for shot in shots:
            check()
            picture = decode(shot.jpeg, fingerprinted=fingerprinted)
            drawn = squares(picture)
            if waiting and shot.kind != CUT and is_unchanged(last, drawn):
                picture.close()
                waiting[-1][1].append(shot.at_ms)
                continue
            is_read = eyes.reads(shot, is_first=is_first)
            waiting.append((pool.submit(elsewhere, eyes, picture, shot, is_read), []))
            last, is_first = drawn, False
        found = []
        for future, same in waiting:
            seen = future.result()
            for verdict in seen.verdicts if same else ():
                verdict["until_ms"] = same[-1]
            found.append(seen)
            check()
        return found
    finally:
        pool.shutdown(cancel_futures=True)


def elsewhere(eyes: Eyes, picture: Picture, shot, is_read: bool) -> Seen:
    """In a thread of the pool, which may have asked the database and will not be asked again."""
    try:
        return eyes.judge(picture, shot, is_read=is_read)
    finally:
        connection.close()


def squares(picture: Picture) -> numpy.ndarray | None:
    """How bright the picture is all over, in small squares. None where it was cut into parts."""
    if len(picture.frames) != 1:
        return None
    shown = Image.fromarray(picture.pixels(picture.frames[0])).convert("L")
    return numpy.asarray(shown.reduce(SQUARE), numpy.int16)


def is_unchanged(before: numpy.ndarray | None, now: numpy.ndarray | None) -> bool:
    """Nowhere: a fingerprint of the whole would not tell that a small sign was put into a corner."""
    if before is None or now is None or before.shape != now.shape:
        return False
    return int(numpy.abs(before - now).max()) <= NOISE
