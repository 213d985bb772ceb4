"""What a recording is, and the picture it is known by, found out before it is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from django.core.files.base import File

from config.errors import PlatformError
from moderation.media.recordings import FORMATS, VIDEO

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Opener:
    """What opens recordings: probe(file, format=, content_type=), cover(file, format=, rotation=), and a
    context manager that makes a file of this machine of any file."""

    probe: Callable[..., Any] | None = None
    cover: Callable[..., bytes] | None = None
    as_local: Callable[..., Any] | None = None


OPENER = Opener()


def open_with(*, probe, cover, as_local) -> None:
    OPENER.probe, OPENER.cover, OPENER.as_local = probe, cover, as_local


def facts_of(file: File, *, format: str, content_type: str) -> dict[str, int]:
    """Its length and size; where nothing opens recordings nothing is known of them."""
    if OPENER.probe is None:
        return {"duration_ms": 0, "width": 0, "height": 0}
    with OPENER.as_local(file) as local:
        found = OPENER.probe(local, format=FORMATS[format], content_type=content_type)
    file.seek(0)
    return {"duration_ms": found.duration_ms, "width": found.width or 0, "height": found.height or 0}


def cover_of(file: File, *, format: str, content_type: str) -> bytes:
    """A JPEG made by us; blank where there is nothing to see, or nothing that could look."""
    if OPENER.cover is None or content_type != VIDEO:
        return b""
    try:
        with OPENER.as_local(file) as local:
            known = FORMATS[format]
            rotation = OPENER.probe(local, format=known, content_type=content_type).rotation
            return OPENER.cover(local, format=known, rotation=rotation)
    except PlatformError as error:
        log.info("cover_not_made", code=error.code)
        return b""
    finally:
        file.seek(0)
