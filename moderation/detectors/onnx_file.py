"""What an ONNX file would do, read from its bytes before anything runs it.

A model may name files beside it that hold its data, and operators of libraries that somebody must load. Both
are refused: a model is one file, made of what the runtime itself brings.
"""

from collections.abc import Iterable, Iterator

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from moderation.detectors.base import EngineMissing

# The operators of the standard, and those that the runtime adds.
DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml", "com.microsoft"})
DEEPEST = 20
FIXED = {1: 8, 5: 4}
EXTERNAL = 1

# Numbers of fields in onnx.proto.
MODEL_GRAPH, MODEL_FUNCTION = 7, 25
GRAPH_NODE, GRAPH_TENSOR, GRAPH_SPARSE = 1, 5, 15
NODE_TYPE, NODE_ATTRIBUTE, NODE_DOMAIN = 4, 5, 7
ATTRIBUTE_TENSORS, ATTRIBUTE_GRAPHS, ATTRIBUTE_SPARSE = {5, 10}, {6, 11}, {22, 23}
TENSOR_FILES, TENSOR_PLACE = 13, 14
SPARSE_VALUES, SPARSE_INDICES = 1, 2
FUNCTION_NAME, FUNCTION_NODE, FUNCTION_DOMAIN = 1, 7, 10


class ModelRefused(EngineMissing):
    """A file that is no model, or one that asks for more than this product gives."""


def check(content: bytes) -> None:
    """Raise ModelRefused unless the model is whole by itself."""
    model = list(fields(memoryview(content)))
    graphs = list(messages(model, {MODEL_GRAPH}))
    functions = [list(fields(one)) for one in messages(model, {MODEL_FUNCTION})]
    if len(graphs) != 1:
        raise no_model()
    own = {(text_of(one, FUNCTION_DOMAIN), text_of(one, FUNCTION_NAME)) for one in functions}
    check_graph(graphs[0], own, 0)
    for one in functions:
        for node in messages(one, {FUNCTION_NODE}):
            check_node(node, own, 0)


def check_graph(graph: memoryview, own: set, depth: int) -> None:
    if depth > DEEPEST:
        raise ModelRefused(_("The model is nested too deeply."))
    parts = list(fields(graph))
    for node in messages(parts, {GRAPH_NODE}):
        check_node(node, own, depth)
    check_tensors(parts, {GRAPH_TENSOR}, {GRAPH_SPARSE})


def check_node(node: memoryview, own: set, depth: int) -> None:
    parts = list(fields(node))
    domain, operator = text_of(parts, NODE_DOMAIN), text_of(parts, NODE_TYPE)
    if domain not in DOMAINS and (domain, operator) not in own:
        name = f"{domain}.{operator}"
        raise ModelRefused(format_lazy(_("The model needs the custom operator {name}."), name=name))
    for attribute in messages(parts, {NODE_ATTRIBUTE}):
        inner = list(fields(attribute))
        check_tensors(inner, ATTRIBUTE_TENSORS, ATTRIBUTE_SPARSE)
        for graph in messages(inner, ATTRIBUTE_GRAPHS):
            check_graph(graph, own, depth + 1)


def check_tensors(parts: list, dense: set[int], sparse: set[int]) -> None:
    tensors = list(messages(parts, dense))
    for one in messages(parts, sparse):
        tensors += messages(fields(one), {SPARSE_VALUES, SPARSE_INDICES})
    for tensor in tensors:
        for number, value in fields(tensor):
            if number == TENSOR_FILES or (number == TENSOR_PLACE and value == EXTERNAL):
                raise ModelRefused(_("The model keeps data in other files."))


def messages(parts: Iterable[tuple], wanted: set[int]) -> Iterator[memoryview]:
    for number, value in parts:
        if number in wanted:
            if isinstance(value, int):
                raise no_model()
            yield value


def text_of(parts: list, wanted: int) -> str:
    found = list(messages(parts, {wanted}))
    return bytes(found[-1]).decode("utf-8", "replace") if found else ""


def fields(message: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """The fields of a protobuf message: number, and bytes or a whole number."""
    at, end = 0, len(message)
    while at < end:
        tag, at = varint(message, at)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            value, at = varint(message, at)
        elif kind in FIXED:
            value, at = int.from_bytes(message[at : at + FIXED[kind]], "little"), at + FIXED[kind]
        elif kind == 2:
            size, at = varint(message, at)
            value, at = message[at : at + size], at + size
        else:
            raise no_model()
        if at > end:
            raise no_model()
        yield number, value


def varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message) and shift < 70:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7
    raise no_model()


def no_model() -> ModelRefused:
    return ModelRefused(_("The file is no ONNX model."))
