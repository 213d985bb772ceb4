"""Any picture classifier in one ONNX file, described by values: what goes in, what comes out."""

from collections.abc import Sequence
from pathlib import Path

import numpy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from moderation.detectors import onnx_file
from moderation.detectors.onnx_file import ModelRefused
from moderation.detectors.packages import load
from moderation.detectors.preprocessing import Preprocessing
from moderation.detectors.weights import read_pinned

__all__ = ["ACTIVATIONS", "ModelRefused", "OnnxNet", "Preprocessing", "open_session"]

ACTIVATIONS = ("none", "softmax", "sigmoid")
TYPES = {
    "tensor(float)": numpy.float32,
    "tensor(float16)": numpy.float16,
    "tensor(double)": numpy.float64,
    "tensor(uint8)": numpy.uint8,
}


class OnnxNet:
    """`outputs` are the labels in the order of the net's numbers; `activation` makes those into 0 to 1.

    Raises ModelRefused, or EngineMissing where the file differs from `sha256`, where a description does not
    fit the model, or where the runtime is not installed. Each is said before anything is looked at.
    """

    def __init__(
        self,
        path: Path,
        sha256: str,
        preprocessing: Preprocessing,
        outputs: Sequence[str],
        activation: str = "none",
    ):
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}.")
        if not outputs or len(set(outputs)) != len(outputs):
            raise ValueError("outputs must be labels, each once.")
        content = read_pinned(Path(path), sha256)
        onnx_file.check(content)
        self.preprocessing = preprocessing
        self.outputs = tuple(outputs)
        self.activation = activation
        self.session = open_session(content)
        inputs = self.session.get_inputs()
        if len(inputs) != 1 or inputs[0].type not in TYPES:
            raise ModelRefused(_("The model must take one picture, as numbers."))
        self.input = inputs[0].name
        self.type = TYPES[inputs[0].type]
        self.output = self.session.get_outputs()[0].name
        self.try_out()

    def scores(self, pixels: numpy.ndarray) -> dict[str, float]:
        """What the net says of a picture (height x width x 3, RGB, uint8): from 0 to 1 by label."""
        values = activated(self.run(self.preprocessing(pixels)), self.activation)
        if not numpy.isfinite(values).all():
            raise ArithmeticError("The net answered with something that is no number.")
        return dict(zip(self.outputs, numpy.clip(values, 0.0, 1.0).tolist(), strict=True))

    def run(self, tensor: numpy.ndarray) -> numpy.ndarray:
        (answer,) = self.session.run([self.output], {self.input: tensor.astype(self.type, copy=False)})
        return numpy.asarray(answer, dtype=numpy.float64).reshape(-1)

    def try_out(self) -> None:
        """One run on nothing: it shows whether the description fits, and warms the net."""
        try:
            found = self.run(numpy.zeros(self.preprocessing.shape, numpy.float32)).size
        except Exception as error:
            note = format_lazy(_("The model does not take such a picture: {error}"), error=error)
            raise ModelRefused(note) from error
        if found != len(self.outputs):
            note = _("The model answers with {found} numbers, and {named} labels are named.")
            raise ModelRefused(format_lazy(note, found=found, named=len(self.outputs)))


def activated(values: numpy.ndarray, activation: str) -> numpy.ndarray:
    if activation == "softmax":
        powers = numpy.exp(values - values.max())
        return powers / powers.sum()
    if activation == "sigmoid":
        return 1.0 / (1.0 + numpy.exp(-numpy.clip(values, -500, 500)))
    return values


def open_session(content: bytes, *, keep_memory: bool = True):
    """A session of the runtime: one thread, on the processor. From bytes, so that no other file is read.

    `keep_memory`: keep what one run needed for the next; not for nets whose inputs differ in size.
    """
    runtime = load("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = runtime.ExecutionMode.ORT_SEQUENTIAL
    options.enable_cpu_mem_arena = keep_memory
    options.log_severity_level = 4
    try:
        return runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        note = format_lazy(_("The model cannot be loaded: {error}"), error=error)
        raise ModelRefused(note) from error
