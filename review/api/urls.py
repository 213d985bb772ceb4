from django.urls import path

from review.api.feedback import ResultFeedback
from review.api.queues import ReviewQueues

urlpatterns = [
    path("results/<uuid:request_id>/feedback", ResultFeedback.as_view(), name="api-result-feedback"),
    path("review/queues", ReviewQueues.as_view(), name="api-review-queues"),
]
