"""What is said of a recording as a whole, from what was seen in its frames and heard in its speech. Pure.

The worst moment decides. One that the account has exempted says nothing of the others: it clears itself, and
the whole only where everything in it is exempt.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from moderation.values import EXEMPT, NO_RISK, Level, Source, worst

MOST_MOMENTS = 20
MOST_OF_A_MOMENT = 3
# Moments that are no further from each other belong to one scene.
SCENE_MS = 5_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """By one service, of one frame or one stretch of speech. `place` says when."""

    service: str
    place: dict
    labels: list[dict]
    uncovered: Iterable[str] = ()

    @property
    def at_ms(self) -> int:
        return self.place.get("at_ms", self.place.get("start_ms", 0))

    @property
    def is_speech(self) -> bool:
        return "start_ms" in self.place


@dataclass(frozen=True, slots=True)
class Moment:
    """One label at one time."""

    verdict: Verdict
    level: Level
    confidence: float | None
    evidence: list[dict]

    @property
    def strength(self) -> tuple:
        return self.level.rank, self.confidence or 0.0

    def told(self) -> list[dict]:
        shown = sorted(self.evidence, key=lambda one: -one.get("score", 0.0))[:MOST_OF_A_MOMENT]
        if not shown:
            return []
        return [{**self.verdict.place, **one, "service": self.verdict.service} for one in shown]


@dataclass(frozen=True, slots=True)
class Whole:
    """`keywords` and `images` are those of the account's lists that were met anywhere."""

    level: Level
    labels: list[dict]
    uncovered: list[str]
    keywords: dict[int, str] = field(default_factory=dict)
    images: dict[int, str] = field(default_factory=dict)


def sum_up(verdicts: Sequence[Verdict], *, uncovered: Iterable[str] = ()) -> Whole:
    by_label: dict[str, list[Moment]] = defaultdict(list)
    for verdict in verdicts:
        for label in verdict.labels:
            by_label[label["label"]].append(
                Moment(verdict, Level(label["level"]), label["confidence"], label.get("evidence") or [])
            )
    risky = {code: found for code, found in by_label.items() if code not in (NO_RISK, EXEMPT)}
    labels = sorted(
        (entry(code, found) for code, found in risky.items()),
        key=lambda one: (-Level(one["level"]).rank, -(one["confidence"] or 0), one["label"]),
    )
    lost = {code for verdict in verdicts for code in verdict.uncovered}
    return Whole(
        level=worst(Level(one["level"]) for one in labels),
        labels=labels or [nothing_found(by_label)],
        uncovered=sorted({*uncovered, *lost}),
        keywords=met(by_label, Source.VOCABULARY, "keyword_id"),
        images=met(by_label, None, "image"),
    )


def entry(code: str, found: list[Moment]) -> dict:
    best = max(found, key=lambda moment: moment.strength)
    confidences = [moment.confidence for moment in found if moment.confidence is not None]
    return {
        "label": code,
        "level": best.level.value,
        "confidence": max(confidences, default=None),
        "frames": len({moment.verdict.at_ms for moment in found if not moment.verdict.is_speech}),
        "slices": len({moment.verdict.at_ms for moment in found if moment.verdict.is_speech}),
        "evidence": [one for moment in shown(found) for one in moment.told()],
    }


def shown(found: list[Moment]) -> list[Moment]:
    """The strongest of each scene, then the others by strength, up to a number; told in the order of time."""
    scenes: list[list[Moment]] = []
    for moment in sorted(found, key=lambda one: one.verdict.at_ms):
        if scenes and moment.verdict.at_ms - scenes[-1][-1].verdict.at_ms <= SCENE_MS:
            scenes[-1].append(moment)
        else:
            scenes.append([moment])
    leading = [max(scene, key=lambda one: one.strength) for scene in scenes]
    first = {id(moment) for moment in leading}
    others = [moment for moment in found if id(moment) not in first]
    chosen = [*by_strength(leading), *by_strength(others)][:MOST_MOMENTS]
    return sorted(chosen, key=lambda one: (one.verdict.at_ms, one.verdict.is_speech))


def by_strength(moments: list[Moment]) -> list[Moment]:
    return sorted(moments, key=lambda one: one.strength, reverse=True)


def nothing_found(by_label: dict[str, list[Moment]]) -> dict:
    """Exempt as a whole only where nothing in it is not."""
    is_exempt = by_label.get(EXEMPT) and not by_label.get(NO_RISK)
    code = EXEMPT if is_exempt else NO_RISK
    return entry(code, by_label[code]) if by_label.get(code) else {**NOTHING}


NOTHING = {
    "label": NO_RISK,
    "level": Level.NONE.value,
    "confidence": None,
    "frames": 0,
    "slices": 0,
    "evidence": [],
}


def met(by_label: dict[str, list[Moment]], source: Source | None, name: str) -> dict[int, str]:
    """Ids of entries of the account's lists, each with a label under which it was met."""
    return {
        one[name]: code
        for code, moments in by_label.items()
        for moment in moments
        for one in moment.evidence
        if name in one and (source is None or one.get("source") == source)
    }
