from django.urls import path

from stats.api.service_level import UsageErrors, UsageLatency
from stats.api.usage import Usage

urlpatterns = [
    path("usage", Usage.as_view(), name="api-usage"),
    path("usage/latency", UsageLatency.as_view(), name="api-usage-latency"),
    path("usage/errors", UsageErrors.as_view(), name="api-usage-errors"),
]
