"""Logistic regression by L-BFGS, in numpy alone: the optimum is unique, so every run comes to the same."""

from collections import deque

import numpy

MOST_STEPS = 400
STEEP = 1e-4
REMEMBERED = 12


def fit_logistic(points, targets, *, weights=None, penalty: float = 1.0, start=None):
    """Coefficients and intercept. `targets` lie between 0 and 1; `penalty` draws the coefficients to 0.

    `start` is the answer to a like question, from where the way is shorter; it leads to the same place.
    """
    points = numpy.asarray(points, numpy.float64)
    targets = numpy.asarray(targets, numpy.float64)
    weights = numpy.ones(len(points)) if weights is None else numpy.asarray(weights, numpy.float64)

    def look(found):
        values = points @ found[:-1] + found[-1]
        # What each point adds: log(1 + e^v) - t v, in the form that does not overflow.
        losses = numpy.logaddexp(0, values) - targets * values
        pull = weights * (sigmoid(values) - targets)
        slope = numpy.append(points.T @ pull + penalty * found[:-1], pull.sum())
        return weights @ losses + 0.5 * penalty * (found[:-1] @ found[:-1]), slope

    first = numpy.zeros(points.shape[1] + 1) if start is None else numpy.append(*start).astype(float)
    found = descend(look, first)
    return found[:-1], float(found[-1])


def descend(look, found) -> numpy.ndarray:
    """Down to where `look`, which answers height and slope of a convex function, is flat."""
    steps: deque = deque(maxlen=REMEMBERED)
    height, slope = look(found)
    for _step in range(MOST_STEPS):
        if numpy.abs(slope).max() < STEEP:
            break
        way = direction(slope, steps)
        drop, length = way @ slope, 1.0
        while True:
            there = found + length * way
            next_height, next_slope = look(there)
            if next_height <= height + 1e-4 * length * drop:
                break
            length /= 2
            if length < 1e-10:
                return found
        moved, turned = there - found, next_slope - slope
        if moved @ turned > 1e-12:
            steps.append((moved, turned, 1 / (moved @ turned)))
        found, height, slope = there, next_height, next_slope
    return found


def direction(slope, steps) -> numpy.ndarray:
    """Against the slope, bent by what the last steps told of the curvature."""
    way, gains = -slope, []
    for moved, turned, rate in reversed(steps):
        gain = rate * (moved @ way)
        gains.append(gain)
        way = way - gain * turned
    if not steps:
        return way / max(1.0, float(numpy.linalg.norm(slope)))
    moved, turned, _rate = steps[-1]
    way = way * ((moved @ turned) / (turned @ turned))
    for (moved, turned, rate), gain in zip(steps, reversed(gains), strict=True):
        way = way + moved * (gain - rate * (turned @ way))
    return way


def balanced(targets) -> numpy.ndarray:
    """Weights under which both classes count the same."""
    targets = numpy.asarray(targets, bool)
    positive = max(int(targets.sum()), 1)
    negative = max(len(targets) - positive, 1)
    return numpy.where(targets, len(targets) / (2 * positive), len(targets) / (2 * negative))


def fit_calibration(values, targets) -> tuple[float, float]:
    """Platt's: the sigmoid that turns a head's raw values into probabilities."""
    targets = numpy.asarray(targets, bool)
    positive, negative = int(targets.sum()), int((~targets).sum())
    soft = numpy.where(targets, (positive + 1) / (positive + 2), 1 / (negative + 2))
    slope, intercept = fit_logistic(numpy.asarray(values)[:, None], soft, penalty=1e-6)
    return float(slope[0]), intercept


def sigmoid(values):
    return 1 / (1 + numpy.exp(-numpy.clip(values, -60, 60)))
