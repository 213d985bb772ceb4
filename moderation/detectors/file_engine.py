"""A classifier that was brought as a file: an ONNX model, what it takes, what it says, and a proof.

All of it lies in one folder per version under MEDIA_ROOT, so that any process, also one without a database,
makes the engine from its reference `file:<code>@<version>`. A version never changes: another has its folder.
"""

import json
import math
import re
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from moderation.detectors.base import DetectorSpec, EngineMissing, Health, RawHit, RawLabel
from moderation.detectors.onnx_net import ACTIVATIONS, OnnxNet
from moderation.detectors.preprocessing import Preprocessing

MODEL, MANIFEST, SAMPLE = "model.onnx", "manifest.json", "sample.npy"
REFERENCE = re.compile(r"file:([-a-z0-9_]{1,40})@([0-9]{1,9})\Z")
LABEL = re.compile(r"[^\s=,][^=,\n]{0,59}\Z")
MOST_LABELS = 1000
FLOOR = 10.0


@dataclass(frozen=True, slots=True)
class Manifest:
    """`expected` are the sample picture's scores from 0 to 100; `tolerance` is how far off they may be."""

    name: str
    version: str
    sha256: str
    preprocessing: dict
    outputs: tuple[str, ...]
    activation: str
    expected: dict[str, float]
    tolerance: float = 2.0
    licence: str = ""

    def __post_init__(self):
        Preprocessing.from_json(self.preprocessing)
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}.")
        if not 0 < len(self.outputs) <= MOST_LABELS or len(set(self.outputs)) != len(self.outputs):
            raise ValueError("labels must be given, each once.")
        if wrong := [label for label in self.outputs if not LABEL.match(label)]:
            raise ValueError(f"labels: {wrong[0]!r} has more than 60 characters, a comma or an equals sign.")
        if not self.expected or not set(self.expected) <= set(self.outputs):
            raise ValueError("expected must hold a score for at least one of the labels.")
        if not all(is_points(value) for value in self.expected.values()):
            raise ValueError("expected must hold scores from 0 to 100.")
        if not is_points(self.tolerance):
            raise ValueError("tolerance must be from 0 to 100.")

    @classmethod
    def from_json(cls, document: dict) -> "Manifest":
        return cls(**document | {"outputs": tuple(document["outputs"])})

    def to_json(self) -> dict:
        return asdict(self) | {"outputs": list(self.outputs)}


class FileEngine:
    def __init__(self, manifest: Manifest, folder: Path):
        self.manifest = manifest
        self.folder = folder
        self.spec = DetectorSpec(
            name=manifest.name,
            version=manifest.version,
            content_types=frozenset({"image"}),
            labels=tuple(RawLabel(label, label, floor=FLOOR) for label in manifest.outputs),
            licence=manifest.licence or "–",
            weights_licence=manifest.licence or "–",
            weights={MODEL: manifest.sha256},
            is_warm=True,
            cost=30.0,
            packages=("onnxruntime",),
        )
        self.net: OnnxNet | None = None

    @property
    def reference(self) -> str:
        return f"{self.spec.name}@{self.spec.version}"

    def setup(self) -> None:
        self.net = OnnxNet(
            self.folder / MODEL,
            self.manifest.sha256,
            Preprocessing.from_json(self.manifest.preprocessing),
            self.manifest.outputs,
            self.manifest.activation,
        )

    def health(self) -> Health:
        """The sample picture must still get the scores that it was brought with."""
        sample = numpy.load(self.folder / SAMPLE, allow_pickle=False)
        off = differences(self.manifest, self.scores(sample))
        worst = max(off.values())
        return Health(worst <= self.manifest.tolerance, f"off by at most {worst:.2f}")

    def inspect(self, pixels: numpy.ndarray) -> list[RawHit]:
        return [RawHit(label, round(points, 2)) for label, points in self.scores(pixels).items()]

    def scores(self, pixels: numpy.ndarray) -> dict[str, float]:
        if self.net is None:
            self.setup()
        return {label: 100 * value for label, value in self.net.scores(pixels).items()}


def differences(manifest: Manifest, scores: dict[str, float]) -> dict[str, float]:
    return {label: abs(scores[label] - points) for label, points in manifest.expected.items()}


def folder_of(name: str, version: int | str) -> Path:
    return Path(settings.MEDIA_ROOT) / "engines" / name.removeprefix("file:") / str(version)


def open_engine(reference: str) -> FileEngine:
    """The engine of `file:<code>@<version>`, not yet set up. Raises EngineMissing."""
    match = REFERENCE.match(reference)
    folder = folder_of(match[1], match[2]) if match else None
    if folder is None or not (folder / MANIFEST).is_file():
        raise EngineMissing(_("The files of this engine are not there."))
    return FileEngine(Manifest.from_json(json.loads((folder / MANIFEST).read_text())), folder)


def is_points(value) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and 0 <= value <= 100
