"""Pictures as pixels. The work is done by the decoders, see decoder.py: here nothing looks into a file."""

import hashlib
import mmap
import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

import msgspec
import numpy
import structlog
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from config.errors import PlatformError, TooLarge, Unavailable
from libraries.matching.fingerprints import Fingerprint
from moderation.media.exchange import Decoded, View, Wanted
from moderation.media.limits import Limits
from moderation.media.sniff import DECODED, sniff
from moderation.workers import client, memory, pools

SECONDS = 15.0
PATIENCE = 10.0
LONGEST_DERIVATIVE = 2**24
THUMBNAIL = 320
# What a decoder may add to an error; the rest of what it says is left out.
DETAILS = {"width", "height", "frames", "frame_pixels", "most", "longest", "reason"}
LONGEST_WORD = 40
WORD = re.compile(r"\w{1,40}", re.ASCII)

log = structlog.get_logger(__name__)


class ImageMissing(PlatformError):
    code = "image_missing"
    default_message = _("There is no picture: send the bytes of one.")


class ImageTooLarge(TooLarge):
    code = "image_too_large"
    default_message = _("The file is larger than pictures may be: send it smaller or more compressed.")


class ImageRefused(PlatformError):
    """What is wrong with a picture that was looked at."""

    code = "image_decode_failed"
    status = 422
    default_message = _("The picture is damaged: save it anew, or send it in another format.")


class ImageTooManyPixels(ImageRefused):
    code = "image_too_many_pixels"
    default_message = _("The picture has more pixels than are allowed: send it in a smaller size.")


class ImageTooManyFrames(ImageRefused):
    code = "image_too_many_frames"
    default_message = _("The animation has more frames than are allowed: send a shorter one.")


class ImageFormatUnsupported(ImageRefused):
    code = "image_format_unsupported"
    default_message = _(
        "Pictures come as JPEG, PNG, GIF, WebP, BMP, TIFF or AVIF: convert it to one of these."
    )


class ImageTruncated(ImageRefused):
    code = "image_truncated"
    default_message = _("The picture ends before its end: send the whole file.")


class ImageDecodeTimeout(ImageRefused):
    code = "image_decode_timeout"
    default_message = _("Decoding the picture takes more time or memory than is allowed: send a simpler one.")


BY_CODE = {
    kind.code: kind
    for kind in (
        ImageRefused,
        ImageTooManyPixels,
        ImageTooManyFrames,
        ImageFormatUnsupported,
        ImageTruncated,
        ImageDecodeTimeout,
    )
}


@dataclass(frozen=True, slots=True)
class Frame:
    """Pixels that are held: a frame of the file, or a tile of one that is long.

    `left` and `top` are pixels of the upright original, of which `scale` make one that is held. A frame that
    looks different on black than on white is there twice.
    """

    index: int
    left: int
    top: int
    width: int
    height: int
    scale: float
    offset: int


@dataclass(slots=True)
class Picture:
    """A decoded picture, in shared memory that is given back by `close` or at the end of a `with`."""

    format: str
    width: int
    height: int
    bytes: int
    sha256: str
    frame_count: int
    frames: tuple[Frame, ...]
    fingerprints: tuple[Fingerprint, ...]
    memory: int
    thumbnail: bytes = field(default=b"", repr=False)
    mapped: mmap.mmap | None = field(default=None, repr=False)

    def pixels(self, frame: Frame) -> numpy.ndarray:
        """Height x width x 3, RGB, where they lie. They cannot be written to, and are gone after `close`."""
        if self.memory < 0:
            raise ValueError("This picture is closed.")
        if self.mapped is None:
            self.mapped = memory.mapped(self.memory)
        return memory.pixels(self.mapped, frame.offset, frame.height, frame.width)

    def close(self) -> None:
        if self.memory >= 0:
            os.close(self.memory)
            self.memory = -1
        if self.mapped is not None:
            with suppress(BufferError):  # somebody holds pixels yet: the last of them gives the memory back
                self.mapped.close()
            self.mapped = None

    def __enter__(self) -> "Picture":
        return self

    def __exit__(self, *_error) -> None:
        self.close()

    def __del__(self):
        self.close()


def decode(
    data: bytes, *, thumbnails: bool = False, for_library: bool = False, fingerprinted: bool = True
) -> Picture:
    """Raises the errors above for what is wrong with the picture, Unavailable if no decoder could be had.

    With `thumbnails` a small JPEG is made as well. `for_library` asks for the fingerprints that a library
    keeps instead of those that it is asked for. Not `fingerprinted`, a third of the time is saved.
    """
    kind = accepted(data)
    limits = Limits(sampled=settings.ASSAY_IMAGE_FRAMES)
    wanted = Wanted(
        seconds=SECONDS, format=kind, length=len(data), limits=limits,
        thumbnail=THUMBNAIL if thumbnails else 0, for_library=for_library,
        fingerprinted=fingerprinted,
    )  # fmt: skip
    fd = shared(data, limits.held_bytes)
    try:
        answer, sha256 = worked(wanted, fd, data)
        with nothing_believed():
            memory.seal(fd)
            place = range(memory.round_up(len(data)), os.fstat(fd).st_size)
            require_sane(answer, limits, place)
            return Picture(
                format=kind,
                width=answer.width,
                height=answer.height,
                bytes=len(data),
                sha256=sha256,
                frame_count=answer.frame_count,
                frames=tuple(Frame(*msgspec.structs.astuple(view)) for view in answer.views),
                fingerprints=tuple(Fingerprint(*one) for one in answer.fingerprints),
                memory=fd,
                thumbnail=jpeg(answer, fd, place) if thumbnails else b"",
            )
    except BaseException:
        os.close(fd)
        raise


def derivative(data: bytes, *, side: int) -> bytes:
    """A JPEG of the first frame, upright, at most `side` pixels long, with nothing else of the file in it."""
    kind = accepted(data)
    wanted = Wanted(seconds=SECONDS, format=kind, length=len(data), limits=Limits(), derivative=side)
    fd = shared(data, LONGEST_DERIVATIVE)
    try:
        answer, _sha256 = worked(wanted, fd, data)
        with nothing_believed():
            return jpeg(answer, fd, range(memory.round_up(len(data)), os.fstat(fd).st_size))
    finally:
        os.close(fd)


def accepted(data: bytes) -> str:
    """The format, of those that are decoded; asked before anything is copied anywhere."""
    if not data:
        raise ImageMissing
    kind = sniff(data)
    if kind not in DECODED:
        raise ImageFormatUnsupported(format=kind)
    if len(data) > settings.ASSAY_IMAGE_MAX_BYTES:
        raise ImageTooLarge(bytes=len(data), most=settings.ASSAY_IMAGE_MAX_BYTES)
    return kind


def shared(data: bytes, room: int) -> int:
    try:
        return memory.allocate(memory.round_up(len(data)) + room, content=data)
    except OSError as error:
        raise Unavailable(retry_after=2) from error  # out of memory, or of descriptors


def worked(wanted: Wanted, fd: int, data: bytes) -> tuple[Decoded, str]:
    """The decoder's answer, and the file's hash, taken meanwhile. Asked once more if the worker was lost."""
    sha256 = ""
    for is_last in (False, True):
        try:
            with closing(client.ask(pools.decoders(), wanted, (fd,), patience=PATIENCE)) as parts:
                sha256 = sha256 or hashlib.sha256(data).hexdigest()
                [body] = parts
            answer = msgspec.json.decode(body, type=Decoded)
        except pools.PoolUnavailable as error:
            raise Unavailable(retry_after=2) from error
        except client.Lost as lost:
            log.warning("decoder_lost", why=str(lost), seconds=round(lost.seconds, 3), sha256=sha256)
            if is_last or not lost.was_quick:
                raise ImageDecodeTimeout from lost
        except (client.Fault, ValueError) as error:
            log.error("decoder_failed", error=repr(error))
            raise ImageRefused from error
        else:
            if answer.code:
                raise refusal(answer, wanted.format)
            return answer, sha256
    raise AssertionError("The loop ends by itself.")


@contextmanager
def nothing_believed() -> Iterator[None]:
    """A decoder that says what cannot be has been taken over by the picture."""
    try:
        yield
    except (OSError, ValueError) as error:
        log.error("decoder_lied", error=repr(error))
        raise ImageRefused from error


def require_sane(answer: Decoded, limits: Limits, place: range) -> None:
    """Raises ValueError for frames that do not lie where they say, and for sizes that cannot be."""
    is_sane = (
        0 < len(answer.views) <= limits.held_views
        and 0 < answer.width <= limits.side
        and 0 < answer.height <= limits.side
        and 0 < answer.frame_count <= limits.frames
        and all(is_within(view, limits, place) for view in answer.views)
        and all(
            len(value) == 32 and 0 <= quality <= 100 and len(kind) <= LONGEST_WORD
            for value, quality, kind in answer.fingerprints
        )
    )
    if not is_sane:
        raise ValueError(f"No picture is like this: {str(answer)[:500]}")


def is_within(view: View, limits: Limits, place: range) -> bool:
    return (
        0 < view.width <= limits.held_side
        and 0 < view.height <= limits.held_side
        and 0 <= view.index < limits.frames
        and 0 <= view.left < limits.side
        and 0 <= view.top < limits.side
        and view.offset >= place.start
        and view.offset + view.width * view.height * 3 <= place.stop
        and 0 < view.scale <= limits.side
    )


def refusal(answer: Decoded, kind: str) -> ImageRefused:
    """The error that it names, with those of its details that are known, and no words but short ones."""
    details = {
        name: value
        for name, value in answer.details.items()
        if name in DETAILS and (not isinstance(value, str) or WORD.fullmatch(value))
    }
    return BY_CODE.get(answer.code, ImageRefused)(format=kind, **details)


def jpeg(answer: Decoded, fd: int, where: range) -> bytes:
    """What was made, which lies behind the file: never the file itself."""
    place, length = answer.jpeg
    if not 0 < length <= LONGEST_DERIVATIVE or place < where.start or place + length > where.stop:
        raise ValueError("There is no JPEG of that length at that place.")
    found = memory.read(fd, length, place)
    if not found.startswith(b"\xff\xd8\xff"):
        raise ValueError("This is no JPEG.")
    return found
