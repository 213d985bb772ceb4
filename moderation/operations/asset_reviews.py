"""The automated review of recordings of the library: begun, and what comes of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from config.accounts import revisions
from config.accounts.models import Account
from config.errors import Invalid, NotAllowedNow, NotFound, PlatformError
from moderation.callbacks.media import tell_of_review
from moderation.media.asset_states import automated_of, status_when_begun, status_when_cancelled
from moderation.models import MediaAsset, MediaJob, ModerationResult
from moderation.operations.assets import locked, note, standing, state_now
from moderation.values import EXEMPT, NO_RISK

MOST_AT_ONCE = 100
MOST_VIOLATIONS = 20
SERVICES = {"video": "videoDetection", "audio": "audio_media_detection"}
JOBS = "moderation.operations.media_jobs"


class MediaInReview(NotAllowedNow):
    code = "media_in_review"
    default_message = _("This recording is being reviewed already: wait until that has ended.")


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
    asset = MediaAsset.objects.owned_by(account).there().filter(media_id=media_id).first()
    if asset is None:
        raise NotFound(field="media_ids", media_id=media_id)
    asset = locked(asset)
    if MediaJob.objects.waiting().filter(asset=asset).exists():
        raise MediaInReview(media_id=media_id)
    before = standing(asset)
    job = import_string(f"{JOBS}.accept_media")(
        account=account,
        revisions=revisions.read(account.pk),
        content_type=asset.content_type,
        service_code=service_code or SERVICES[asset.content_type],
        source=asset,
        data_id=asset.data_id,
        author_id=asset.author_id,
        now=now,
    )
    asset.review_status, asset.template = status_when_begun(asset.review_status), job.service
    settle(asset, now, "review_status", "template")
    note(asset, actor, "media.review_started", now, before=before, after=standing(asset))
    return job


@transaction.atomic
def review_ended(*, job: MediaJob, result: ModerationResult | None, now: datetime) -> MediaAsset | None:
    """Let a recording say what its review came to, and tell of it; without a result the review failed.

    Runs in the transaction of the job's end. None: the recording was removed meanwhile.
    """
    asset = asset_of_job(job)
    if asset is None:
        return None
    before = standing(asset)
    asset.review_status = MediaAsset.ReviewStatus.FAILED.value
    if result is not None:
        asset.review_status = MediaAsset.ReviewStatus.SUCCEEDED.value
        asset.automated, asset.result = automated_of(result.level), result
        asset.violations = violations_of(result)
    settle(asset, now, "review_status", "automated", "result", "violations")
    note(asset, None, "media.reviewed", now, before=before, after=standing(asset))
    tell_of_review(asset, job)
    return asset


@transaction.atomic
def review_cancelled(*, job: MediaJob, now: datetime) -> MediaAsset | None:
    """As it was before. Runs in the transaction in which the job is cancelled."""
    asset = asset_of_job(job)
    if asset is not None:
        asset.review_status = status_when_cancelled(asset.review_status, asset.automated)
        settle(asset, now, "review_status")
    return asset


def asset_of_job(job: MediaJob) -> MediaAsset | None:
    rows = MediaAsset.objects.there().select_for_update(of=("self",)).select_related("account")
    return rows.filter(pk=job.asset_id).first() if job.asset_id else None


def settle(asset: MediaAsset, now: datetime, *changed: str) -> None:
    asset.state, asset.updated_at = state_now(asset), now
    asset.save(update_fields=[*changed, "state", "updated_at"])


def violations_of(result: ModerationResult) -> list[str]:
    """The labels that were found, in the order of the result."""
    codes = (one["label"] for one in result.labels if one["level"] != "none")
    return [code for code in codes if code not in (NO_RISK, EXEMPT)][:MOST_VIOLATIONS]
