"""From examples to a head: fit, calibrate, and measure on what came last. Pure and deterministic."""

from dataclasses import dataclass, field

import numpy

from moderation.learning import measures
from moderation.learning.logistic import balanced, fit_calibration, fit_logistic, sigmoid

LEAST_POSITIVE, LEAST_NEGATIVE = 20, 100
HELD_OUT = 0.25
FOLDS = 4
# Strength of the fit, tried in this order; of equals the first is taken.
STRENGTHS = (10.0, 3.0, 30.0)
# With more examples than these the strength matters little, and trying costs a job's time.
FEW = 3_000
SEED = 20261121


class TooFewExamples(Exception):
    """There is not enough to learn from."""

    def __init__(self, positive: int, negative: int):
        self.positive, self.negative = positive, negative
        super().__init__(f"{positive} positive and {negative} negative examples")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A head before it has a name. Its score of an embedding x is 100 * sigmoid(slope * (coef x + b) + a)."""

    coefficients: numpy.ndarray
    intercept: float
    slope: float
    offset: float
    positive: int
    negative: int
    metrics: dict = field(default_factory=dict)

    def score(self, points) -> numpy.ndarray:
        return score(points, self.coefficients, self.intercept, self.slope, self.offset)


def score(points, coefficients, intercept, slope, offset) -> numpy.ndarray:
    values = numpy.asarray(points, numpy.float32) @ coefficients + intercept
    return 100 * sigmoid(slope * values + offset)


def fit_head(points, truth, ages) -> Fitted:
    """`ages` are moments, later is larger. Measured on the newest quarter, then fitted to all."""
    points, truth = numpy.asarray(points, numpy.float32), numpy.asarray(truth, bool)
    positive, negative = int(truth.sum()), int((~truth).sum())
    if positive < LEAST_POSITIVE or negative < LEAST_NEGATIVE:
        raise TooFewExamples(positive, negative)
    late = newest(truth, numpy.asarray(ages, float))
    strengths = STRENGTHS if len(truth) <= FEW else STRENGTHS[:1]
    strength, slope, offset = tune(points[~late], truth[~late], strengths)
    rehearsal = fit_at(points[~late], truth[~late], strength)
    scores = score(points[late], *rehearsal, slope, offset)
    metrics = report(scores, truth[late]) | {
        "strength": strength,
        "fitted_on": {"positive": int(truth[~late].sum()), "negative": int((~truth[~late]).sum())},
    }
    _same, slope, offset = tune(points, truth, (strength,))
    coefficients, intercept = fit_at(points, truth, strength)
    return Fitted(coefficients, intercept, slope, offset, positive, negative, metrics)


def newest(truth, ages) -> numpy.ndarray:
    """The last quarter of each class by time, so that neither is missing from the measurement."""
    late = numpy.zeros(len(truth), bool)
    for kind in (True, False):
        places = numpy.nonzero(truth == kind)[0]
        order = places[numpy.argsort(ages[places], kind="stable")]
        late[order[len(order) - max(1, round(len(order) * HELD_OUT)) :]] = True
    return late


def tune(points, truth, strengths) -> tuple[float, float, float]:
    """The strength with the best average precision on folds left out, and the calibration of its values."""
    folds = folds_of(truth)
    best = start = None
    for strength in strengths:
        values = numpy.empty(len(truth))
        for fold in range(FOLDS):
            out = folds == fold
            start = fit_at(points[~out], truth[~out], strength, start)
            values[out] = points[out] @ start[0] + start[1]
        precision = round(measures.average_precision(values, truth), 3)
        if best is None or precision > best[0]:
            best = precision, strength, values
    slope, offset = fit_calibration(best[2], truth)
    # A head that learned nothing might be turned upside down by its calibration: it is not.
    return best[1], max(slope, 1e-3), offset


def folds_of(truth) -> numpy.ndarray:
    folds = numpy.empty(len(truth), int)
    shuffle = numpy.random.default_rng(SEED)
    for kind in (True, False):
        places = shuffle.permutation(numpy.nonzero(truth == kind)[0])
        folds[places] = numpy.arange(len(places)) % FOLDS
    return folds


def fit_at(points, truth, strength: float, start=None):
    coefficients, intercept = fit_logistic(
        points, truth, weights=balanced(truth), penalty=1 / strength, start=start
    )
    return coefficients.astype(numpy.float32), float(intercept)


def report(scores, truth) -> dict:
    rows = measures.table(scores, truth)
    shown = measures.at(scores, truth, 60)
    return {
        "holdout": {
            "positive": int(truth.sum()),
            "negative": int((~truth).sum()),
            "precision": shown.precision,
            "recall": shown.recall,
            "average_precision": measures.average_precision(scores, truth),
        },
        "thresholds": [row.as_dict() for row in rows],
        "advice": measures.advice(scores, truth),
    }
