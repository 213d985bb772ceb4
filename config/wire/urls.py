from django.urls import path

from config.wire import api

urlpatterns = [path("temporary-keys", api.TemporaryKeys.as_view(), name="temporary-keys")]
