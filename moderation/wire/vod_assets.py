"""Recordings of the media library, as calls name them."""

from django.utils.translation import gettext_lazy as _

from config.errors import NotFound
from config.wire.registry import Call
from moderation.models import MediaAsset, MediaJob, ModerationResult

# Rows that are walked to by numbers of pages.
DEEPEST = 10_000


class MediaNotReviewed(NotFound):
    code = "media_not_reviewed"
    default_message = _("No machine has reviewed this recording yet, or its result is not kept any more.")


def asset_of(call: Call, media_id: str) -> MediaAsset:
    assets = MediaAsset.objects.owned_by(call.account).there().select_related("result__service")
    asset = assets.filter(media_id=media_id).first()
    if asset is None:
        raise NotFound(field="MediaId")
    return asset


def reviewed(call: Call) -> tuple[MediaJob, ModerationResult]:
    """The newest review of the recording that came to a result."""
    asset = asset_of(call, call.parameters.required("MediaId"))
    if asset.result is None:
        raise MediaNotReviewed()
    jobs = MediaJob.objects.owned_by(call.account).select_related("account", "service", "asset")
    job = jobs.filter(asset=asset, job_id=asset.result.request_id).first()
    if job is None:
        raise MediaNotReviewed()
    return job, asset.result
