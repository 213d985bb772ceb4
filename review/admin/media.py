"""The recording of a review item, for the players of the reviewers' pages."""

from config.console.pages import register
from moderation.admin.recordings import RecordingPage
from review.models import ReviewItem


@register("review-media/<int:item_id>/", name="review_media")
class ItemRecording(RecordingPage):
    def get(self, request, item_id):
        return self.play(self.one(ReviewItem, pk=item_id).result)

    head = get
