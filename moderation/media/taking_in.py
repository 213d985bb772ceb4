"""A recording on its way in: looked at by its first bytes, counted, hashed, laid on the disk as it comes."""

import hashlib
import tempfile
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from config.errors import PlatformError, TooLarge, Unavailable
from moderation.media.fetch import fetch_recording
from moderation.media.recordings import LOOKED_AT, Format, format_of, formats

# Whoever fetches keeps a thread of the web waiting: others are needed for those who only ask.
FETCHES = threading.BoundedSemaphore(max(1, settings.ASSAY_WEB_THREADS // 2))


class MediaMissing(PlatformError):
    code = "media_missing"
    default_message = _("Send the recording as `url`, as base64, or as the part `file` of a form.")


class MediaTooLarge(TooLarge):
    code = "media_too_large"
    default_message = _("The file is larger than recordings may be: send a shorter or more compressed one.")


class MediaFormatUnsupported(PlatformError):
    code = "media_format_unsupported"
    status = 422
    default_message = _("Recordings come in the formats that the details name: convert it to one of these.")


@dataclass(slots=True)
class Recording:
    """A whole file that nobody else can open; it is gone once it is closed."""

    format: Format
    bytes: int
    sha256: str
    file: File

    @property
    def facts(self) -> dict:
        return {"sha256": self.sha256, "format": self.format.name, "bytes": self.bytes}

    def __enter__(self) -> "Recording":
        return self

    def __exit__(self, *_error) -> None:
        self.file.close()


class Intake:
    def __init__(self, content_type: str, *, played: bool = False):
        self.content_type, self.played = content_type, played
        self.head, self.format, self.length = bytearray(), None, 0
        self.hash = hashlib.sha256()
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - the recording that is made of it closes it

    def write(self, piece: bytes) -> None:
        self.length += len(piece)
        if self.length > settings.ASSAY_MEDIA_MAX_BYTES:
            raise MediaTooLarge(most=settings.ASSAY_MEDIA_MAX_BYTES)
        if self.format is None:
            self.head += piece
            if len(self.head) >= LOOKED_AT:
                self.look()
        self.hash.update(piece)
        try:
            self.file.write(piece)
        except OSError as error:
            raise Unavailable(retry_after=60) from error  # the disk is full

    def look(self) -> None:
        self.format = format_of(self.head, self.content_type, played=self.played)
        if self.format is None:
            taken = formats(self.content_type, played=self.played)
            raise MediaFormatUnsupported(formats=[found.name for found in taken])

    def finish(self) -> Recording:
        if not self.length:
            raise MediaMissing()
        if self.format is None:
            self.look()
        self.file.seek(0)
        return Recording(self.format, self.length, self.hash.hexdigest(), File(self.file))


def taken(pieces: Iterable[bytes], *, content_type: str, played: bool = False) -> Recording:
    """`played`: only what browsers play. Raises the errors above, Unavailable where the disk is full."""

    def give(write):
        for piece in pieces:
            write(piece)

    return received(give, content_type, played)


def fetched(url: str, *, content_type: str, played: bool = False) -> Recording:
    """Raises also what `fetch_recording` raises, and Unavailable while too many others are being fetched."""
    if not FETCHES.acquire(blocking=False):
        raise Unavailable(
            _("Too many recordings are being fetched: try again shortly, or send the file itself."),
            retry_after=5,
        )
    try:
        return received(lambda write: fetch_recording(url, write), content_type, played)
    finally:
        FETCHES.release()


def received(give, content_type: str, played: bool) -> Recording:
    intake = Intake(content_type, played=played)
    try:
        give(intake.write)
        return intake.finish()
    except BaseException:
        intake.file.close()
        raise
