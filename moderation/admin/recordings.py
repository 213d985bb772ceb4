"""Recordings as they came, played in the console: part by part, under a type of our own reading."""

from django.http import Http404, HttpResponse, StreamingHttpResponse

from config.console.pages import ConsolePage, register
from moderation.media import storage
from moderation.media.ranges import Unsatisfiable, wanted_part
from moderation.media.recordings import FORMATS
from moderation.models import ModerationResult

PIECE = 64 * 1024
# A thread of the web is held for one part only, however long the recording is.
LARGEST_PART = 4 * 2**20
HEADERS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, max-age=300",
    "Content-Disposition": "inline",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class RecordingPage(ConsolePage):
    ability = "content.view"
    cacheable = True
    http_method_names = ["get", "head"]

    def play(self, result: ModerationResult | None):
        if result is None or not result.is_recording:
            raise Http404
        return self.play_file(content_type=result.content_type, **file_of(result.media))

    def play_file(self, *, content_type: str, key: str, format: str, sha256: str):
        known = FORMATS.get(format)
        mime = known.mime(content_type) if known else ""
        stored = storage.open_kept(key) if mime and key else None
        if stored is None:
            raise Http404
        return answer_part(self.request, stored, mime=mime, etag=f'"{sha256[:32]}"')


def file_of(media: dict) -> dict[str, str]:
    return {name: media.get(name, "") for name in ("key", "format", "sha256")}


# Under the names of pages that show the same of a picture.
@register("recording/<int:result_id>/", name="moderation_recording")
class ResultRecording(RecordingPage):
    def get(self, request, result_id):
        return self.play(self.one(ModerationResult, pk=result_id))

    head = get


def answer_part(request, stored, *, mime: str, etag: str):
    """Closes the file, at once or with the answer."""
    size = stored.size
    asked = request.headers.get("Range", "")
    if request.headers.get("If-Range", etag) != etag:
        asked = ""
    try:
        part = wanted_part(asked, size, most=LARGEST_PART)
    except Unsatisfiable:
        stored.close()
        return with_headers(HttpResponse(status=416), {"Content-Range": f"bytes */{size}", "ETag": etag})
    shown = range(size) if part is None else part
    headers = {"ETag": etag, "Content-Type": mime, "Content-Length": str(len(shown))}
    if part is not None:
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    if request.method == "HEAD":
        stored.close()
        return with_headers(HttpResponse(status=200 if part is None else 206), headers)
    pieces = Pieces(stored, shown)
    return with_headers(StreamingHttpResponse(pieces, status=200 if part is None else 206), headers)


def with_headers(answer, headers: dict[str, str]):
    for name, value in (HEADERS | headers).items():
        answer.headers[name] = value
    return answer


class Pieces:
    """The part, read as it is sent; `close` is called when the answer ends, sent or not."""

    def __init__(self, stored, part: range):
        self.stored, self.left = stored, len(part)
        stored.seek(part.start)

    def __iter__(self):
        while self.left:
            piece = self.stored.read(min(PIECE, self.left))
            if not piece:
                return
            self.left -= len(piece)
            yield piece

    def close(self):
        self.stored.close()
