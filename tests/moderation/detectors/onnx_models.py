"""The smallest ONNX models, written by hand: no package is needed to make one."""

FLOAT, LARGE = 1, 7


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def message(field: int, content: bytes | str) -> bytes:
    content = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(content)) + content


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def node(operator: str, inputs: list[str], output: str, *, domain: str = "", attribute: bytes = b"") -> bytes:
    parts = b"".join(message(1, name) for name in inputs) + message(2, output) + message(4, operator)
    return parts + (message(7, domain) if domain else b"") + (message(5, attribute) if attribute else b"")


def value(name: str, shape: list[int], kind: int = FLOAT) -> bytes:
    sizes = b"".join(message(1, number(1, size)) for size in shape)
    return message(1, name) + message(2, message(1, number(1, kind) + message(2, sizes)))


def model(
    nodes: list[bytes],
    *,
    tensors: list[bytes] = (),
    functions: list[bytes] = (),
    taken: bytes = b"",
    given: bytes = b"",
    domains: tuple[str, ...] = ("",),
) -> bytes:
    graph = b"".join(message(1, one) for one in nodes) + message(2, "graph")
    graph += b"".join(message(5, tensor) for tensor in tensors)
    graph += message(11, taken or value("image", [1, 3, 16, 16]))
    graph += message(12, given or value("shades", [1, 3]))
    used = b"".join(message(8, (message(1, domain) if domain else b"") + number(2, 13)) for domain in domains)
    return number(1, 7) + used + message(7, graph) + b"".join(message(25, one) for one in functions)


MEANS = [node("GlobalAveragePool", ["image"], "means"), node("Flatten", ["means"], "shades")]


def mean_colours() -> bytes:
    """A net whose three numbers are the means of the three channels as it is given them."""
    return model(MEANS)
