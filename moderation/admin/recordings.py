"""Recordings as they came, played in the console."""

from django.http import Http404

from config.console.pages import ConsolePage, register
from moderation.media import storage
from moderation.media.playing import Playable, answer
from moderation.media.recordings import FORMATS
from moderation.models import ModerationResult

HEADERS = {"Cache-Control": "private, max-age=300", "Cross-Origin-Resource-Policy": "same-origin"}


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
        size = storage.size_of(key) if mime and key else None
        if size is None:
            raise Http404
        return answer(self.request, Playable(key, size, mime, etag_of(sha256)), headers=HEADERS)


def file_of(media: dict) -> dict[str, str]:
    return {name: media.get(name, "") for name in ("key", "format", "sha256")}


def etag_of(sha256: str) -> str:
    return f'"{sha256[:32]}"'


# Under the names of pages that show the same of a picture.
@register("recording/<int:result_id>/", name="moderation_recording")
class ResultRecording(RecordingPage):
    def get(self, request, result_id):
        return self.play(self.one(ModerationResult, pk=result_id))

    head = get
