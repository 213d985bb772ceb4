"""What a recording is, and the picture it is known by, found out before it is kept."""

from dataclasses import dataclass

import structlog
from django.core.files.base import File

from config.errors import PlatformError
from moderation.media.film import reading
from moderation.media.film.local import as_local
from moderation.media.recordings import FORMATS, VIDEO

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    duration_ms: int
    width: int
    height: int
    # A JPEG made by us; empty where there is nothing to see.
    cover: bytes = b""

    @property
    def measures(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("duration_ms", "width", "height")}


def opened(file: File, *, format: str, content_type: str) -> Opened:
    """Raises MediaRefused for what cannot be played, Unavailable where nothing could look."""
    known = FORMATS[format]
    with as_local(file) as local:
        found = reading.probe(local, format=known, content_type=content_type)
        cover = cover_of(local, known, found.rotation) if content_type == VIDEO else b""
    file.seek(0)
    return Opened(found.duration_ms, found.width or 0, found.height or 0, cover)


def cover_of(file, known, rotation: int) -> bytes:
    """A recording is kept without one as well."""
    try:
        return reading.cover(file, format=known, rotation=rotation)
    except PlatformError as error:
        log.info("cover_not_made", code=error.code)
        return b""
