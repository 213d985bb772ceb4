from django.urls import path

from moderation.api.results import OneResult
from moderation.api.services import OneService, Services
from moderation.api.texts import TextModerations

urlpatterns = [
    path("texts/moderations", TextModerations.as_view(), name="api-moderate-text"),
    path("results/<uuid:request_id>", OneResult.as_view(), name="api-result"),
    path("services", Services.as_view(), name="api-services"),
    path("services/<slug:code>", OneService.as_view(), name="api-service"),
]
