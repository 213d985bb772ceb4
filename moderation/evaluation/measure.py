"""From what was said of each item to what is worth knowing of each label. Pure."""

from collections import Counter
from dataclasses import dataclass, field

from moderation.learning import measures
from moderation.values import NO_RISK

SHOWN_CONFUSIONS = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What an item should get, what it got, and the labels that count as hits."""

    truth: frozenset[str]
    scores: dict[str, float]
    hits: frozenset[str]
    name: str = ""


@dataclass(slots=True)
class OfLabel:
    label: str
    count: int
    hits: int
    right: int
    precision: float | None
    precision_interval: tuple[float, float] | None
    recall: float | None
    recall_interval: tuple[float, float] | None
    f1: float | None
    average_precision: float | None
    advice: dict[str, float | None] = field(default_factory=dict)


@dataclass(slots=True)
class Evaluation:
    items: int
    labels: list[OfLabel]
    confusions: list[tuple[str, str, int]]
    clean: int
    false_alarms: int
    false_alarm_interval: tuple[float, float] | None
    false_alarm_names: list[str]
    missed_names: list[str]


def measured(answers: list[Answer], *, shown: int = 0) -> Evaluation:
    labels = sorted({code for one in answers for code in (*one.truth, *one.hits)})
    clean = [one for one in answers if not one.truth]
    alarmed = [one for one in clean if one.hits]
    return Evaluation(
        items=len(answers),
        labels=[of_label(label, answers) for label in labels],
        confusions=confusions(answers),
        clean=len(clean),
        false_alarms=len(alarmed),
        false_alarm_interval=measures.wilson(len(alarmed), len(clean)),
        false_alarm_names=[one.name for one in alarmed[:shown]],
        missed_names=[one.name for one in answers if one.truth and not one.hits][:shown],
    )


def of_label(label: str, answers: list[Answer]) -> OfLabel:
    truth = [label in one.truth for one in answers]
    hit = [label in one.hits for one in answers]
    scores = [one.scores.get(label, 0.0) for one in answers]
    right = sum(true and seen for true, seen in zip(truth, hit, strict=True))
    hits, count = sum(hit), sum(truth)
    precision = right / hits if hits else None
    recall = right / count if count else None
    return OfLabel(
        label=label,
        count=count,
        hits=hits,
        right=right,
        precision=precision,
        precision_interval=measures.wilson(right, hits),
        recall=recall,
        recall_interval=measures.wilson(right, count),
        f1=measures.f1(precision, recall),
        average_precision=measures.average_precision(scores, truth),
        advice=measures.advice(scores, truth) if count else {},
    )


def confusions(answers: list[Answer]) -> list[tuple[str, str, int]]:
    """What was expected, what came instead or besides, and how often."""
    pairs = Counter(
        (expected, got)
        for one in answers
        for expected in (one.truth or {NO_RISK})
        for got in (one.hits or {NO_RISK})
        if expected != got and got not in one.truth
    )
    return [(expected, got, count) for (expected, got), count in pairs.most_common(SHOWN_CONFUSIONS)]
