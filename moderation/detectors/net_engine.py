"""Engines that are one net: what they share."""

from typing import ClassVar

import numpy
from PIL import Image

from moderation.detectors.base import DetectorSpec, Health, RawHit
from moderation.detectors.golden import picture
from moderation.detectors.onnx_net import OnnxNet
from moderation.detectors.preprocessing import Preprocessing
from moderation.detectors.weights import Weights

TOLERANCE = 3.0
# A net that is shown nothing guesses: of a black picture one says that it is pornographic, at 47.
FLAT = 8


class NetEngine:
    """`golden`: the scores that the golden picture must have, by label."""

    spec: ClassVar[DetectorSpec]
    weights: ClassVar[Weights]
    preprocessing: ClassVar[Preprocessing]
    outputs: ClassVar[tuple[str, ...]]
    activation: ClassVar[str] = "none"
    golden: ClassVar[dict[str, float]]

    net: OnnxNet

    def look_for(self) -> None:
        self.weights.look_for()

    def setup(self) -> None:
        path = self.weights.look_for()
        self.net = OnnxNet(path, self.weights.sha256, self.preprocessing, self.outputs, self.activation)

    def health(self) -> Health:
        scores = {hit.raw: hit.score for hit in self.inspect(picture())}
        is_ok = all(abs(scores[raw] - score) <= TOLERANCE for raw, score in self.golden.items())
        return Health(is_ok, ", ".join(f"{raw} {score:.1f}" for raw, score in scores.items()))

    def inspect(self, content: numpy.ndarray) -> list[RawHit]:
        if is_blank(content):
            return []
        scores = self.net.scores(content)
        return [RawHit(label.code, round(100 * scores[label.code], 2)) for label in self.spec.labels]


def is_blank(content: numpy.ndarray) -> bool:
    """Whether the picture is one colour, or as good as that."""
    return all(most - least <= FLAT for least, most in Image.fromarray(content).getextrema())
