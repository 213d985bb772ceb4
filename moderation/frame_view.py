"""What stands under `/frames/`: frames of recordings, for whoever has an address that we gave out."""

from django.http import FileResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.api_errors import as_json
from config.errors import NotFound, PlatformError
from moderation.media import storage
from moderation.operations.frame_links import frame_behind

# A JPEG that was made here, never a part of the file that came.
HEADERS = {
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}


@require_safe
def show_frame(request, token):
    try:
        kept = storage.open_kept(frame_behind(token=token, now=timezone.now()).key)
        if kept is None:
            raise NotFound()
    except PlatformError as error:
        answer = as_json(error)
        answer.headers["Cache-Control"] = "no-store"
        return answer
    return FileResponse(kept, content_type="image/jpeg", headers=HEADERS)
