"""Where every address of the platform leads."""

from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from config import openapi  # noqa: F401 - registers itself with the schema generator
from config.console.site import site
from config.health import healthz, readyz
from config.metrics import metrics
from libraries.link_view import library_file
from moderation.frame_view import show_frame
from moderation.playback_view import play
from stats.shared_exports import fetch_shared

handler400 = "config.api_errors.bad_request"
handler403 = "config.api_errors.permission_denied"
handler404 = "config.api_errors.page_not_found"
handler500 = "config.api_errors.server_error"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="root"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("console/", site.urls),
    path("media/<str:token>", play, name="media"),
    path("library-files/<str:token>", library_file, name="library-file"),
    path("frames/<str:token>", show_frame, name="frame"),
    path("exports/<str:token>/<str:name>", fetch_shared, name="shared-export"),
    path("api/v1/", include("moderation.api.urls")),
    path("api/v1/", include("libraries.api.urls")),
    path("api/v1/", include("review.api.urls")),
    path("api/v1/", include("stats.api.urls")),
    path("api/v1/", include("config.retention.api.urls")),
    path("api/v1/", include("config.erasure.urls")),
    path("api/v1/", include("config.wire.urls")),
    path("v1/", include("moderation.openai.urls")),
    path("api/openapi", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
    # Also what matches nothing under the API is answered in JSON: see config.api_errors.
]
