"""What stands under `/media/`: recordings, for whoever has an address that we gave out. Without a session."""

from functools import partial
from urllib.parse import quote

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from config.accounts.addresses import client_address
from config.api_errors import as_json
from config.errors import PlatformError
from moderation.media import playing, storage
from moderation.media.playing import Playable, Watch
from moderation.media.ranges import Unsatisfiable
from moderation.media.recordings import FORMATS
from moderation.models import MediaAsset
from moderation.operations.playback import admit, is_admitted, read_ticket

# Asked again each time: what was cleared a minute ago may be blocked by now.
HEADERS = {"Cache-Control": "private, no-store", "Cross-Origin-Resource-Policy": "cross-origin"}
ALLOWED = {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Range, If-Range",
    "Access-Control-Max-Age": "600",
}
EXPOSED = "Accept-Ranges, Content-Length, Content-Range, ETag"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "OPTIONS"])
def play(request, token):
    origin = shared_with(request)
    if request.method == "OPTIONS":
        answer = HttpResponse(status=204, headers=ALLOWED if origin else None)
    else:
        try:
            answer = answer_with(request, token)
        except PlatformError as error:
            answer = as_json(error)
            answer.headers["Cache-Control"] = "no-store"
            if error.retry_after is not None:
                answer.headers["Retry-After"] = str(error.retry_after)
    if settings.ASSAY_MEDIA_ORIGINS:
        answer.headers["Vary"] = "Origin"
    if origin:
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Access-Control-Expose-Headers"] = EXPOSED
    return answer


def shared_with(request) -> str:
    """The site whose scripts may read the answer, if the installation names it."""
    origin = request.headers.get("Origin", "")
    return origin if origin in settings.ASSAY_MEDIA_ORIGINS else ""


def answer_with(request, token: str):
    now = timezone.now()
    ticket, address = read_ticket(token), client_address(request)
    asset = admit(ticket=ticket, address=address, now=now)
    played = playable(asset)
    if settings.ASSAY_ACCEL_PREFIX and storage.local_path(played.key):
        accelerated = by_the_proxy(request, played)
        if accelerated is not None:
            return accelerated
    # An address that expires meanwhile ends nothing that has begun; a recording that is blocked does.
    watch = Watch(partial(is_admitted, ticket=ticket, address=address, now=now))
    return playing.answer(request, played, headers=HEADERS, goes_on=watch)


def playable(asset: MediaAsset) -> Playable:
    mime = FORMATS[asset.format].mime(asset.content_type)
    return Playable(asset.key, asset.bytes, mime, f'"{asset.sha256[:32]}"', asset.created_at)


def by_the_proxy(request, played: Playable) -> HttpResponse | None:
    """Let the proxy send the part, which it is told: by itself it would send as much as the client asks for.

    What it has begun to send nobody ends: so nothing but parts is left to it, as small as they are here.
    """
    try:
        part = playing.part_of(request, played)
    except Unsatisfiable:
        return None
    if part is None or request.method == "HEAD":
        return None
    headers = (
        played.headers
        | HEADERS
        | {
            "X-Accel-Redirect": settings.ASSAY_ACCEL_PREFIX + quote(played.key),
            "X-Assay-Range": f"bytes={part.start}-{part.stop - 1}",
        }
    )
    return playing.with_headers(HttpResponse(), headers)
