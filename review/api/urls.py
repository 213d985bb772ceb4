from django.urls import path

from review.api.categories import Categories, OneCategory
from review.api.feedback import ResultFeedback
from review.api.handling import HandlingTimes

urlpatterns = [
    path("results/<uuid:request_id>/feedback", ResultFeedback.as_view(), name="api-result-feedback"),
    path("review/categories", Categories.as_view(), name="api-review-categories"),
    path("review/categories/<slug:code>", OneCategory.as_view(), name="api-review-category"),
    path("review/handling", HandlingTimes.as_view(), name="api-review-handling"),
]
