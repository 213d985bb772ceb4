"""Covers of videos for the console: safe copies, as of pictures."""

from django.http import Http404

from config.console.pages import ConsolePage, register
from moderation.admin.pictures import SMALL, copy_of, picture_answer
from moderation.admin.results import cover_key
from moderation.models import ModerationResult


@register("cover/<int:result_id>/", name="moderation_cover")
class ResultCover(ConsolePage):
    ability = "content.view"
    cacheable = True
    http_method_names = ["get"]

    def get(self, request, result_id):
        key = cover_key(self.one(ModerationResult, pk=result_id))
        content = copy_of(key, SMALL) if key else None
        if content is None:
            raise Http404
        return picture_answer(content)
