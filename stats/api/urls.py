from django.urls import path

from stats.api.review_statistics import ReviewStatistics
from stats.api.usage import Usage

urlpatterns = [
    path("usage", Usage.as_view(), name="api-usage"),
    path("review/statistics", ReviewStatistics.as_view(), name="api-review-statistics"),
]
