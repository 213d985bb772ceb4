"""Getting a picture from the address that a client names. Never inside a transaction."""

import time
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from config.errors import PlatformError
from config.outbound.client import Answer, call
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


def fetch_image(url: str) -> bytes:
    """The bytes behind a URL, at most one more than a picture may have, so that the decoder refuses those.

    Each step of a redirect is checked and pinned like the first; one from https to http is refused.
    Raises UrlInvalid, UrlForbidden or ImageUnreachable.
    """
    ends = time.monotonic() + settings.ASSAY_FETCH_SECONDS
    for _step in range(MOST_REDIRECTS + 1):
        answer = ask(url, seconds=ends - time.monotonic())
        if answer.status not in REDIRECTS or "location" not in answer.headers:
            return body_of(answer)
        url = next_url(url, answer.headers["location"])
    raise ImageUnreachable(field="url", reason="too_many_redirects")


def ask(url: str, *, seconds: float) -> Answer:
    if seconds <= 0:
        raise ImageUnreachable(field="url", reason="url_timeout")
    try:
        return call(
            "GET",
            url,
            headers={"Accept": "image/*"},
            seconds=seconds,
            most_bytes=settings.ASSAY_IMAGE_MAX_BYTES + 1,
        )
    except OutboundFailed as failure:
        raise ImageUnreachable(field="url", reason=failure.code) from failure


def body_of(answer: Answer) -> bytes:
    if answer.status != 200:
        raise ImageUnreachable(field="url", reason="url_status", status=answer.status)
    promised = answer.headers.get("content-length", "")
    if promised.isascii() and promised.isdigit() and len(answer.body) < int(promised) and not answer.is_cut:
        raise ImageUnreachable(field="url", reason="answer_cut")
    return answer.body


def next_url(url: str, location: str) -> str:
    try:
        following = urljoin(url, location)
        downgraded = urlsplit(url).scheme == "https" and urlsplit(following).scheme != "https"
    except ValueError as error:
        raise UrlInvalid(field="url") from error
    if downgraded:
        raise ImageUnreachable(field="url", reason="redirect_to_http")
    require_allowed_url(following)
    return following
