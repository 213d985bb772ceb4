"""Recordings as they came, played part by part, under a type of our own reading: never through memory."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import http_date, parse_http_date_safe
from django.utils.translation import gettext_lazy as _

from config.errors import NotFound, Unavailable
from moderation.media import storage
from moderation.media.ranges import Unsatisfiable, wanted_part

PIECE = 64 * 1024
# A thread of the web is held for one part only, however long the recording is.
LARGEST_PART = 4 * 2**20
# Whoever reads more slowly than this in the long run is cut off, and may go on with a range.
GRACE_SECONDS, SLOWEST = 60, 32 * 1024
HEADERS = {
    "Accept-Ranges": "bytes",
    "Content-Disposition": "inline",
    "Content-Security-Policy": "default-src 'none'; media-src 'self'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Playable:
    """A file under a key, and what is said of it to whoever plays it."""

    key: str
    size: int
    mime: str
    etag: str
    modified: datetime | None = None

    @property
    def headers(self) -> dict[str, str]:
        facts = {"ETag": self.etag, "Content-Type": self.mime}
        if self.modified is not None:
            facts["Last-Modified"] = http_date(self.modified.timestamp())
        return HEADERS | facts


class TooManyPlayers(Unavailable):
    code = "too_many_players"
    default_message = _("Too many recordings are being played at this moment: try again shortly.")


class Players:
    """How many answers are being sent by this process. One thread is left to those who do not play."""

    def __init__(self):
        self.lock, self.count = threading.Lock(), 0

    @property
    def are_many(self) -> bool:
        return self.count >= max(1, settings.ASSAY_WEB_THREADS - 1)

    def add(self, number: int) -> None:
        with self.lock:
            self.count += number


PLAYERS = Players()


def answer(request, played: Playable, *, headers: dict[str, str], goes_on: Callable[[], bool] | None = None):
    """The whole, or the part that is asked for, up to LARGEST_PART of it. `goes_on` is asked on the way.

    Raises NotFound where the file is gone, TooManyPlayers where no thread is left for it.
    """
    headers = played.headers | headers
    if is_known(request, played):
        return with_headers(HttpResponse(status=304), headers)
    try:
        part = part_of(request, played)
    except Unsatisfiable:
        return with_headers(HttpResponse(status=416), headers | {"Content-Range": f"bytes */{played.size}"})
    shown = range(played.size) if part is None else part
    headers |= {"Content-Length": str(len(shown))}
    if part is not None:
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{played.size}"
    status = 200 if part is None else 206
    if request.method == "HEAD":
        return with_headers(HttpResponse(status=status), headers)
    return with_headers(StreamingHttpResponse(pieces_of(played, shown, goes_on), status=status), headers)


def part_of(request, played: Playable) -> range | None:
    asked = request.headers.get("Range", "")
    if not is_still(request.headers.get("If-Range", ""), played):
        asked = ""
    return wanted_part(asked, played.size, most=LARGEST_PART)


def is_still(condition: str, played: Playable) -> bool:
    """Whether the file is the one that the client has a part of: by its tag, or by its exact date."""
    if not condition or condition == played.etag:
        return True
    moment = parse_http_date_safe(condition)
    return moment is not None and played.modified is not None and moment == int(played.modified.timestamp())


def is_known(request, played: Playable) -> bool:
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return bool(known & {played.etag, "*"})
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", "")) if played.modified else None
    return since is not None and int(played.modified.timestamp()) <= since


def with_headers(response, headers: dict[str, str]):
    for name, value in headers.items():
        response.headers[name] = value
    if response.status_code == 304:
        del response.headers["Content-Type"]
    return response


def pieces_of(played: Playable, part: range, goes_on) -> "Pieces":
    if PLAYERS.are_many:
        raise TooManyPlayers(retry_after=1)
    opened = storage.open_part(played.key, part)
    if opened is None:
        raise NotFound()
    return Pieces(opened, len(part), goes_on)


class Pieces:
    """The part, read as it is sent; `close` is called when the answer ends, sent or not."""

    def __init__(self, opened: BinaryIO, length: int, goes_on: Callable[[], bool] | None = None):
        self.opened, self.left, self.goes_on = opened, length, goes_on
        self.until = time.monotonic() + GRACE_SECONDS + length / SLOWEST

    def __iter__(self) -> Iterator[bytes]:
        PLAYERS.add(1)
        try:
            while self.left and self.may_go_on():
                piece = self.opened.read(min(PIECE, self.left))
                if not piece:
                    return
                self.left -= len(piece)
                yield piece
        finally:
            PLAYERS.add(-1)

    def may_go_on(self) -> bool:
        return time.monotonic() < self.until and (self.goes_on is None or self.goes_on())

    def close(self) -> None:
        self.opened.close()


class Watch:
    """Asks again whether it may go on, once a second at most: between that the last answer holds."""

    def __init__(self, ask: Callable[[], bool], *, every: float = 1.0):
        self.ask, self.every = ask, every
        self.asked_at, self.said = time.monotonic(), True

    def __call__(self) -> bool:
        now = time.monotonic()
        if self.said and now - self.asked_at >= self.every:
            self.said, self.asked_at = self.ask(), now
        return self.said
