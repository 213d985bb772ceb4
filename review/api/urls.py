from django.urls import path

from review.api.feedback import ResultFeedback
from review.api.items import Decisions, Items, OneItem, Rechecks

urlpatterns = [
    path("results/<uuid:request_id>/feedback", ResultFeedback.as_view(), name="api-result-feedback"),
    path("review/items", Items.as_view(), name="api-review-items"),
    path("review/items/decisions", Decisions.as_view(), name="api-review-decisions"),
    path("review/items/rechecks", Rechecks.as_view(), name="api-review-rechecks"),
    path("review/items/<int:item_id>", OneItem.as_view(), name="api-review-item"),
]
