"""The automated review of recordings of the library, begun by people and clients."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts import revisions
from config.accounts.models import Account
from config.errors import Invalid, NotFound, PlatformError
from moderation.models import MediaAsset, MediaJob
from moderation.operations.media_assets import MediaInReview, note, standing
from moderation.operations.media_jobs import accept_media

MOST_AT_ONCE = 100
SERVICES = {"video": "videoDetection", "audio": "audio_media_detection"}


class MediaTooMany(Invalid):
    code = "media_too_many"
    default_message = _("At most 100 recordings are named in one call.")


class MediaUnnamed(Invalid):
    code = "media_unnamed"
    default_message = _("Name at least one recording.")


@dataclass(frozen=True, slots=True)
class Started:
    """What came of asking for the review of one recording: a job, or why there is none."""

    media_id: str
    job: MediaJob | None = None
    refusal: PlatformError | None = None


def start_review(
    *, account: Account, media_ids: list[str], service_code: str = "", actor, now: datetime
) -> list[Started]:
    """Have a machine look at recordings, by this service or the usual one, each in its own transaction."""
    media_ids = list(dict.fromkeys(media_ids))
    if not media_ids:
        raise MediaUnnamed(field="media_ids")
    if len(media_ids) > MOST_AT_ONCE:
        raise MediaTooMany(field="media_ids", most=MOST_AT_ONCE)
    return [begun(account, media_id, service_code, actor, now) for media_id in media_ids]


def begun(account: Account, media_id: str, service_code: str, actor, now: datetime) -> Started:
    try:
        with transaction.atomic():
            return Started(media_id, job=begin(account, media_id, service_code, actor, now))
    except PlatformError as refusal:
        return Started(media_id, refusal=refusal)


def begin(account: Account, media_id: str, service_code: str, actor, now: datetime) -> MediaJob:
    rows = MediaAsset.objects.owned_by(account).there().select_for_update(of=("self",))
    asset = rows.filter(media_id=media_id).first()
    if asset is None:
        raise NotFound(field="media_ids", media_id=media_id)
    asset.account = account
    if MediaJob.objects.waiting().filter(asset=asset).exists():
        raise MediaInReview(media_id=media_id)
    before = standing(asset)
    job = accept_media(
        account=account,
        revisions=revisions.read(account.pk),
        content_type=asset.content_type,
        service_code=service_code or SERVICES[asset.content_type],
        source=asset,
        data_id=asset.data_id,
        author_id=asset.author_id,
        now=now,
    )
    asset.refresh_from_db(fields=["review_status", "template", "state"])
    note(asset, actor, "media.review_started", now, before=before, after=standing(asset))
    return job
