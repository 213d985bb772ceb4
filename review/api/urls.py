from django.urls import path

from review.api.feedback import ResultFeedback

urlpatterns = [
    path("results/<uuid:request_id>/feedback", ResultFeedback.as_view(), name="api-result-feedback"),
]
