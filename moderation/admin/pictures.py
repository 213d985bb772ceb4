"""Safe copies of pictures for the console: made again from the pixels, never the bytes that came."""

from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse

from config.console.pages import ConsolePage, register
from config.errors import PlatformError
from moderation.media import storage
from moderation.media.decoding import derivative
from moderation.models import ModerationResult
from moderation.models.content import ContentType

SMALL, LARGE = storage.SIDES


class SafeCopy(ConsolePage):
    ability = "content.view"
    cacheable = True
    http_method_names = ["get"]

    def show(self, key: str | None):
        side = LARGE if self.request.GET.get("size") == "large" else SMALL
        content = copy_of(key, side) if key else None
        if content is None:
            raise Http404
        return picture_answer(content)


@register("picture/<int:result_id>/", name="moderation_picture")
class ResultPicture(SafeCopy):
    def get(self, request, result_id):
        result = self.one(ModerationResult, pk=result_id)
        return self.show(result.media.get("key") if result.content_type == ContentType.IMAGE else None)


def copy_of(key: str, side: int) -> bytes | None:
    """Made when it is first asked for, then kept beside the original."""
    held = storage.read(storage.copy_key(key, side))
    if held is not None:
        return held
    original = storage.read(key)
    if original is None:
        return None
    try:
        content = derivative(original, side=side)
    except PlatformError:
        return None
    if not default_storage.exists(storage.copy_key(key, side)):
        storage.keep(storage.copy_key(key, side), content)
    return content


def picture_answer(content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type="image/jpeg")
    answer.headers["Cache-Control"] = "private, max-age=300"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Content-Disposition"] = "inline"
    return answer
