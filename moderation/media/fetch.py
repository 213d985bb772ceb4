"""Getting a file from the address that a client names. Never inside a transaction."""

import time
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from config.errors import PlatformError
from config.outbound.client import Answer, call
from config.outbound.exchange import Sink
from config.outbound.failures import OutboundFailed, UrlInvalid
from config.outbound.guard import require_allowed_url

MOST_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class ImageUnreachable(PlatformError):
    """`details.reason` is the code of what went wrong on the way, `details.status` what the server said."""

    code = "image_unreachable"
    status = 422
    default_message = _(
        "The picture could not be fetched from this address: see the reason, or send its bytes."
    )


class MediaUnreachable(PlatformError):
    """As of a picture."""

    code = "media_unreachable"
    status = 422
    default_message = _(
        "The recording could not be fetched from this address: see the reason, or send its bytes."
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for, how much of it and for how long, and what is raised if it cannot be had."""

    accept: str
    seconds: float
    most_bytes: int
    error: type[PlatformError]
    sink: Sink | None = None


def fetch_image(url: str) -> bytes:
    """The bytes behind a URL, at most one more than a picture may have, so that the decoder refuses those.

    Raises UrlInvalid, UrlForbidden or ImageUnreachable.
    """
    most = settings.ASSAY_IMAGE_MAX_BYTES + 1
    return fetch(url, Wish("image/*", settings.ASSAY_FETCH_SECONDS, most, ImageUnreachable)).body


def fetch_recording(url: str, sink: Sink, *, seconds: float | None = None) -> None:
    """Audio or video behind a URL, given to the sink piece by piece, at most one byte more than it may have.

    Raises UrlInvalid, UrlForbidden, MediaUnreachable, or what the sink raises.
    """
    most, seconds = settings.ASSAY_MEDIA_MAX_BYTES + 1, seconds or settings.ASSAY_MEDIA_FETCH_SECONDS
    fetch(url, Wish("video/*, audio/*, */*;q=0.1", seconds, most, MediaUnreachable, sink))


def fetch(url: str, wish: Wish) -> Answer:
    """Each step of a redirect is checked and pinned like the first; one from https to http is refused."""
    ends = time.monotonic() + wish.seconds
    for _step in range(MOST_REDIRECTS + 1):
        answer = ask(url, wish, seconds=ends - time.monotonic())
        if answer.status not in REDIRECTS or "location" not in answer.headers:
            return whole(answer, wish)
        url = next_url(url, answer.headers["location"], wish)
    raise wish.error(field="url", reason="too_many_redirects")


def ask(url: str, wish: Wish, *, seconds: float) -> Answer:
    if seconds <= 0:
        raise wish.error(field="url", reason="url_timeout")
    try:
        return call(
            "GET",
            url,
            headers={"Accept": wish.accept},
            seconds=seconds,
            most_bytes=wish.most_bytes,
            sink=wish.sink,
        )
    except OutboundFailed as failure:
        raise wish.error(field="url", reason=failure.code) from failure


def whole(answer: Answer, wish: Wish) -> Answer:
    if answer.status != 200:
        raise wish.error(field="url", reason="url_status", status=answer.status)
    promised = answer.headers.get("content-length", "")
    if promised.isascii() and promised.isdigit() and answer.length < int(promised) and not answer.is_cut:
        raise wish.error(field="url", reason="answer_cut")
    return answer


def next_url(url: str, location: str, wish: Wish) -> str:
    try:
        following = urljoin(url, location)
        downgraded = urlsplit(url).scheme == "https" and urlsplit(following).scheme != "https"
    except ValueError as error:
        raise UrlInvalid(field="url") from error
    if downgraded:
        raise wish.error(field="url", reason="redirect_to_http")
    require_allowed_url(following)
    return following
