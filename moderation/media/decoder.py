"""The worker that decodes: one picture at a time, in a process that can do nothing else. No Django."""

import os
from io import BytesIO

import msgspec
import numpy
from PIL import Image

from libraries.matching.fingerprints import Fingerprint, library_fingerprints, query_fingerprints
from moderation.media import colours, opening
from moderation.media.exchange import Decoded, View, Wanted
from moderation.media.limits import Limits
from moderation.media.tiles import Plan, plan
from moderation.workers import memory, sandbox
from moderation.workers.confined import Confined, prepare_encodings

PROCESSOR_SECONDS = 10.0
# A JPEG is decoded at a half, quarter or eighth of its size, which is far cheaper, where that comes out
# at least this near to what is held.
NEAR_ENOUGH = 0.8
FINGERPRINT_SIDE = 512
DERIVATIVE_QUALITY = 85
SHRINK = Image.Resampling.BILINEAR


class Decoder(Confined):
    """The handler of the pool of kind `decode`."""

    request = Wanted
    lifetime = 500
    largest_shared = 2**31

    @staticmethod
    def prepare() -> None:
        """Once in the host, so that its workers need nothing from disk."""
        prepare_encodings()
        opening.prepare()
        colours.srgb()
        sample = Image.radial_gradient("L").convert("RGB").resize((64, 64))
        query_fingerprints(numpy.asarray(sample))
        for kind in ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF"):
            file = BytesIO()
            sample.save(file, kind)
            opening.opened(file.getvalue(), kind.lower(), Limits())[0].load()

    def handle(self, wanted: Wanted, fds: list[int], emit) -> bytes:
        sandbox.limit_processor(PROCESSOR_SECONDS)
        [fd] = fds
        data = memory.read(fd, wanted.length, 0)
        try:
            answer = (derived if wanted.derivative else decoded)(data, wanted, Output(fd, wanted.length))
        except Exception as error:  # noqa: BLE001 - a stranger's file may raise anything
            refused = opening.why(error)
            answer = Decoded(code=refused.code, details=refused.details)
        return msgspec.json.encode(answer)


class Output:
    """What of the shared memory lies behind the file, given out page by page."""

    def __init__(self, fd: int, used: int):
        self.fd, self.place = fd, memory.round_up(used)
        self.end = os.fstat(fd).st_size

    def put(self, content: bytes) -> int:
        place = self.place
        if place + len(content) > self.end:
            raise MemoryError
        memory.write(self.fd, content, place)
        self.place = memory.round_up(place + len(content))
        return place


def decoded(data: bytes, wanted: Wanted, out: Output) -> Decoded:
    limits = wanted.limits
    image, frame_count = opening.opened(data, wanted.format, limits)
    size = image.size
    shape = plan(*size, limits)
    numbers = opening.spread(frame_count, min(limits.sampled, max(1, limits.held_views // len(shape.boxes))))
    limits = limits.for_frames(len(numbers))
    draft(image, shape)
    answer = Decoded(frame_count=frame_count)
    for number, frame in opening.frames(image, numbers, limits):
        turn = opening.orientation(frame)
        natural = size if wanted.format == "jpeg" else frame.size
        seen, shape = shown(frame, turn, limits)
        scale = shape.scale * max(natural) / max(frame.size)
        if not answer.views:
            answer.width, answer.height = natural[::-1] if turn in opening.ON_ITS_SIDE else natural
            if wanted.fingerprinted:
                answer.fingerprints = fingerprints(seen[0], wanted.for_library)
            if wanted.thumbnail:
                answer.jpeg = put_jpeg(seen[0], wanted.thumbnail, out)
        to_come = sum(later > number for later in numbers)
        for one in seen:
            if (
                len(answer.views) + (to_come + 1) * len(shape.boxes) > limits.held_views
                and one is not seen[0]
            ):
                break
            answer.views += put_views(one, number, shape, scale, out)
        if len(answer.views) + len(shape.boxes) > limits.held_views:
            break
    return answer


def derived(data: bytes, wanted: Wanted, out: Output) -> Decoded:
    """A JPEG with nothing in it but the first frame's pixels."""
    limits = msgspec.structs.replace(
        wanted.limits, held_side=wanted.derivative, long_ratio=wanted.limits.side
    )
    image, frame_count = opening.opened(data, wanted.format, limits)
    draft(image, plan(*image.size, limits))
    [(_number, frame)] = opening.frames(image, [0], limits)
    [seen, *_], _shape = shown(frame, opening.orientation(frame), limits)
    return Decoded(
        width=seen.width,
        height=seen.height,
        frame_count=frame_count,
        jpeg=put_jpeg(seen, wanted.derivative, out),
    )


def draft(image: Image.Image, shape: Plan) -> None:
    if image.format == "JPEG" and shape.scale > 1:
        image.draft(None, (int(shape.width * NEAR_ENOUGH), int(shape.height * NEAR_ENOUGH)))


def shown(frame: Image.Image, turn: int, limits: Limits) -> tuple[list[Image.Image], Plan]:
    """The loaded frame in RGB, upright and no larger than it is held: once, or on two grounds."""
    is_on_its_side = turn in opening.ON_ITS_SIDE
    shape = plan(*(frame.size[::-1] if is_on_its_side else frame.size), limits)
    held = (shape.height, shape.width) if is_on_its_side else (shape.width, shape.height)
    image = colours.plain(frame)
    if image.size != held:
        image = image.resize(held, SHRINK, reducing_gap=2.0)
    image = colours.in_srgb(image, frame.info.get("icc_profile"))
    return colours.composited(opening.upright(image, turn)), shape


def put_views(image: Image.Image, number: int, shape: Plan, scale: float, out: Output) -> list[View]:
    found = []
    for left, top, right, bottom in shape.boxes:
        piece = image if len(shape.boxes) == 1 else image.crop((left, top, right, bottom))
        place = out.put(piece.tobytes())
        found.append(View(number, round(left * scale), round(top * scale), *piece.size, scale, place))
    return found


def put_jpeg(image: Image.Image, side: int, out: Output) -> tuple[int, int]:
    small = image.copy()
    small.thumbnail((side, side), SHRINK)
    # Made of the pixels alone: what the file said besides stays behind.
    file = BytesIO()
    Image.frombytes("RGB", small.size, small.tobytes()).save(file, "JPEG", quality=DERIVATIVE_QUALITY)
    return out.put(file.getvalue()), file.tell()


def fingerprints(image: Image.Image, for_library: bool) -> list[tuple[bytes, int, str]]:
    times = -(-max(image.size) // FINGERPRINT_SIDE)
    small = image if times == 1 else image.reduce(times)
    found: tuple[Fingerprint, ...] = (library_fingerprints if for_library else query_fingerprints)(
        numpy.asarray(small)
    )
    return [(one.value, one.quality, one.kind) for one in found]
