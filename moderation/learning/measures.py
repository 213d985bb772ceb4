"""How good scores are against what people said. Pure; shared by training, the console and `evaluate`."""

from dataclasses import asdict, dataclass
from math import sqrt

import numpy

SCORES = tuple(range(10, 100, 5))
Z95 = 1.959964
WANTED = {"medium": 0.8, "high": 0.95}


@dataclass(frozen=True, slots=True)
class At:
    """What comes of counting everything from `score` on as a hit."""

    score: float
    hits: int
    right: int
    precision: float | None
    recall: float | None

    def as_dict(self) -> dict:
        return asdict(self)


def at(scores, truth, score: float) -> At:
    scores, truth = numpy.asarray(scores, float), numpy.asarray(truth, bool)
    hit = scores >= score
    hits, right, all_true = int(hit.sum()), int((hit & truth).sum()), int(truth.sum())
    return At(
        score=score,
        hits=hits,
        right=right,
        precision=right / hits if hits else None,
        recall=right / all_true if all_true else None,
    )


def table(scores, truth) -> list[At]:
    return [at(scores, truth, score) for score in SCORES]


def average_precision(scores, truth) -> float | None:
    """Area under precision by recall, equal scores taken together."""
    scores, truth = numpy.asarray(scores, float), numpy.asarray(truth, bool)
    total = int(truth.sum())
    if not total:
        return None
    order = numpy.argsort(-scores, kind="stable")
    scores, truth = scores[order], truth[order]
    right = numpy.cumsum(truth)
    ends = numpy.append(numpy.nonzero(numpy.diff(scores))[0], len(scores) - 1)
    precision = right[ends] / (ends + 1)
    gained = numpy.diff(numpy.append(0, right[ends])) / total
    return float((precision * gained).sum())


def wilson(right: int, of: int) -> tuple[float, float] | None:
    """The 95 % interval of a share that was counted."""
    if not of:
        return None
    share, square = right / of, Z95 * Z95
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z95 * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def f1(precision: float | None, recall: float | None) -> float | None:
    if precision is None or recall is None:
        return None
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def advice(scores, truth, wanted: dict[str, float] = WANTED) -> dict[str, float | None]:
    """For each level the lowest score whose precision, read with caution, reaches what is wanted.

    With caution: it holds at this score and at every higher one that still has ten hits.
    """
    found = dict.fromkeys(wanted)
    for name, least in wanted.items():
        for score in reversed(range(1, 101)):
            reached = at(scores, truth, score)
            if reached.hits < 10:
                continue
            if reached.precision < least:
                break
            found[name] = float(score)
    return found
