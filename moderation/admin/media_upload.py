"""Uploading into the media library: file by file, in pieces that go on where they stopped."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.console.navigation import NavItem
from config.console.navigation import register as add_to_sidebar
from config.console.pages import ConsolePage, register
from config.errors import Invalid
from moderation.admin.results import console_address
from moderation.media.recordings import FORMATS
from moderation.media.upload_parts import reader_of
from moderation.models import MediaAsset, MediaUpload, Service
from moderation.models.media import RECORDING_KINDS, RECORDINGS
from moderation.operations.asset_reviews import start_review
from moderation.operations.assets import create_asset
from moderation.operations.for_people import RecordingSource
from moderation.operations.uploads import open_upload, receive, take_back, upload_of

LONGEST_TITLE = 128


class FileMissing(Invalid):
    code = "file_missing"
    default_message = _("Choose a file first.")


@register("media-upload/", name="media_upload")
class Upload(ConsolePage):
    title = _("Upload")
    ability = "media.manage"
    template_name = "moderation/media_upload.html"
    parents = ((_("Video Review"), "media_review"),)

    def get(self, request):
        services = self.owned(Service).exclude(current_version=None).for_machine().by_code()
        return self.render(
            formats=[one.name for one in FORMATS.values()],
            most=settings.ASSAY_MEDIA_MAX_BYTES,
            kinds=RECORDINGS,
            templates=[(kind, name, list(services.of_content(kind))) for kind, name in RECORDINGS],
            words=WORDS,
        )

    def post(self, request):
        """Without a script: one file with the form."""
        file = request.FILES.get("file")
        if file is None:
            raise FileMissing(field="file")
        kind = kind_of(request.POST.get("content_type", ""), file.content_type or "")
        source = RecordingSource(pieces=file.chunks, name=file.name)
        asset = taken_in(request, source, kind, request.POST.get("title", ""), file.name)
        said, refused = begin_review(request, asset)
        self.say(said)
        if refused:
            self.say(refused, 30)
        return self.go("media_details", asset.media_id)


def kind_of(asked: str, mime: str) -> str:
    return asked if asked in RECORDING_KINDS else "audio" if mime.startswith("audio/") else "video"


def taken_in(request, source: RecordingSource | MediaUpload, kind: str, title: str, name: str) -> MediaAsset:
    return create_asset(
        account=request.account,
        title=(title.strip() or name.rpartition(".")[0] or name)[:LONGEST_TITLE],
        source=source,
        content_type=kind,
        actor=request.user,
        now=timezone.now(),
    )


def begin_review(request, asset: MediaAsset) -> tuple[str, str]:
    """If it was asked for. Says what was done, and why a review could not begin."""
    said = ngettext("%(count)d recording is in the library.", "%(count)d recordings are in the library.", 1)
    said %= {"count": 1}
    if not request.POST.get("review"):
        return said, ""
    (started,) = start_review(
        account=request.account,
        media_ids=[asset.media_id],
        service_code=request.POST.get(f"service_{asset.content_type}", ""),
        actor=request.user,
        now=timezone.now(),
    )
    return said, str(started.refusal.message) if started.refusal else ""


class UploadEndpoint(ConsolePage):
    """An address that the page's script speaks to."""

    ability = "media.manage"


@register("media-uploads/", name="media_uploads")
class NewUpload(UploadEndpoint):
    http_method_names = ["post"]

    def post(self, request):
        posted = request.POST
        length = posted.get("length", "")
        upload = open_upload(
            account=request.account,
            content_type=kind_of(posted.get("content_type", ""), posted.get("mime", "")),
            length=int(length) if length.isdecimal() and len(length) < 16 else 0,
            name=posted.get("name", ""),
            now=timezone.now(),
        )
        return JsonResponse(body_of(upload), status=201)


@register("media-uploads/<uuid:upload_id>/", name="media_upload_bytes")
class UploadBytes(UploadEndpoint):
    http_method_names = ["get", "patch", "delete"]

    def get(self, request, upload_id):
        upload = upload_of(account=request.account, upload_id=upload_id, now=timezone.now())
        return JsonResponse(body_of(upload) | {"is_used": upload.used_at is not None})

    def patch(self, request, upload_id):
        offset = request.headers.get("Upload-Offset", "")
        length = request.META.get("CONTENT_LENGTH") or ""
        upload = receive(
            account=request.account,
            upload_id=upload_id,
            offset=int(offset) if offset.isdecimal() and len(offset) < 16 else -1,
            read=reader_of(request),
            length=int(length) if length.isdecimal() else None,
            now=timezone.now(),
        )
        return JsonResponse(body_of(upload))

    def delete(self, request, upload_id):
        take_back(account=request.account, upload_id=upload_id, now=timezone.now())
        return HttpResponse(status=204)


@register("media-uploads/<uuid:upload_id>/use/", name="media_upload_use")
class UseUpload(UploadEndpoint):
    http_method_names = ["post"]

    def post(self, request, upload_id):
        upload = upload_of(account=request.account, upload_id=upload_id, now=timezone.now())
        asset = taken_in(
            request, upload, upload.content_type, request.POST.get("title", ""), upload.name or _("Untitled")
        )
        _said, refused = begin_review(request, asset)
        return JsonResponse(
            {
                "media_id": asset.media_id,
                "title": asset.title,
                "page": console_address("media_details", asset.media_id),
                "is_reviewed": bool(request.POST.get("review")) and not refused,
                "refused": refused,
            },
            status=201,
        )


def body_of(upload: MediaUpload) -> dict:
    return {
        "id": str(upload.upload_id),
        "address": console_address("media_upload_bytes", upload.upload_id),
        "offset": upload.offset,
        "length": upload.length,
    }


WORDS = {
    "waiting": _("Waiting"),
    "sending": _("{percent} %"),
    "resumed": _("Goes on at {percent} %"),
    "paused": _("Paused"),
    "retrying": _("No connection: tries again in {n} s"),
    "opening": _("Taking it in"),
    "done": _("In the library"),
    "reviewing": _("In the library, automated review begun"),
    "cancelled": _("Cancelled"),
    "refused": _("Refused: {message}"),
    "too_large": _("This file is larger than {most}."),
    "failed": _("That did not go through."),
    "open": _("Open"),
    "pause": _("Pause"),
    "resume": _("Resume"),
    "cancel": _("Cancel"),
}

add_to_sidebar(NavItem("media", _("Upload"), "media_upload", "upload", "media.manage", order=20))
