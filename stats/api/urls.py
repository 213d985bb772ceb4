from django.urls import path

from stats.api.usage import Usage

urlpatterns = [path("usage", Usage.as_view(), name="api-usage")]
