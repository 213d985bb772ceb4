"""What a recording is, found out before it is kept."""

from collections.abc import Callable
from typing import Any

from django.core.files.base import File

from moderation.media.recordings import FORMATS

_probe: Callable[..., Any] | None = None


def probe_with(probe: Callable[..., Any]) -> None:
    """Name what opens recordings: probe(file, format=..., content_type=...)."""
    global _probe
    _probe = probe


def facts_of(file: File, *, format: str, content_type: str) -> dict[str, int]:
    """Its length and size; without anything that opens recordings nothing is known of them."""
    if _probe is None:
        return {"duration_ms": 0, "width": 0, "height": 0}
    found = _probe(file, format=FORMATS[format], content_type=content_type)
    file.seek(0)
    return {"duration_ms": found.duration_ms, "width": found.width or 0, "height": found.height or 0}
