"""How a recording of the library stands, and what a review by machine does to that.

What belongs to a review runs in the transaction in which its job begins or ends.
"""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from config.audit.records import record
from config.errors import NotAllowedNow
from moderation.callbacks.media import tell_of_review
from moderation.media.asset_states import automated_of, state_of, status_when_begun, status_when_cancelled
from moderation.models import MediaAsset, MediaJob, ModerationResult, Service
from moderation.values import EXEMPT, NO_RISK

MOST_VIOLATIONS = 20
MEASURES = ("duration_ms", "width", "height")


class MediaInReview(NotAllowedNow):
    code = "media_in_review"
    default_message = _("This recording is being reviewed already: wait until that has ended.")


def state_now(asset: MediaAsset) -> str:
    return state_of(asset.final, asset.review_status, asset.automated, settings.ASSAY_MEDIA_PUBLISH_FIRST)


def standing(asset: MediaAsset) -> dict:
    """How a recording stands, as the books and the events say it."""
    names = ("state", "review_status", "automated", "final")
    return {name: str(getattr(asset, name)) for name in names}


def note(asset: MediaAsset, actor, action: str, now: datetime, before=None, after=None) -> None:
    record(
        account=asset.account,
        actor=actor,
        action=action,
        subject=f"media:{asset.media_id}",
        before=before,
        after=after,
        now=now,
    )


def review_began(asset: MediaAsset, service: Service, now: datetime) -> None:
    """The asset is locked by whoever begins."""
    asset.review_status, asset.template = status_when_begun(asset.review_status), service
    save(asset, now, "review_status", "template")


def review_ended(job: MediaJob, result: ModerationResult, now: datetime) -> MediaAsset | None:
    """Let the recording say what was found, and tell of it. None: it was removed meanwhile."""
    asset = locked(job)
    if asset is None:
        return None
    before = standing(asset)
    asset.review_status = MediaAsset.ReviewStatus.SUCCEEDED.value
    asset.automated, asset.result = automated_of(result.level), result
    asset.violations = violations_of(result)
    asset.cover_key = asset.cover_key or result.media.get("cover_key", "")
    for name in MEASURES:
        setattr(asset, name, getattr(asset, name) or result.media.get(name, 0))
    save(asset, now, "review_status", "automated", "result", "violations", "cover_key", *MEASURES)
    return told(asset, job, before, now)


def review_failed(job: MediaJob, now: datetime) -> MediaAsset | None:
    """Nothing was found, because nothing could look. What was found before holds."""
    asset = locked(job)
    if asset is None:
        return None
    before = standing(asset)
    asset.review_status = MediaAsset.ReviewStatus.FAILED.value
    save(asset, now, "review_status")
    return told(asset, job, before, now)


def review_taken_back(job: MediaJob, now: datetime) -> MediaAsset | None:
    """What was known before the review was begun holds again."""
    asset = locked(job)
    if asset is not None:
        asset.review_status = status_when_cancelled(asset.review_status, asset.automated)
        save(asset, now, "review_status")
    return asset


def told(asset: MediaAsset, job: MediaJob, before: dict, now: datetime) -> MediaAsset:
    tell_of_review(asset, job)
    note(asset, None, "media.reviewed", now, before=before, after=standing(asset))
    return asset


def locked(job: MediaJob) -> MediaAsset | None:
    rows = MediaAsset.objects.there().select_for_update(of=("self",)).select_related("account", "result")
    return rows.filter(pk=job.asset_id).first() if job.asset_id else None


def save(asset: MediaAsset, now: datetime, *changed: str) -> None:
    asset.state, asset.updated_at = state_now(asset), now
    asset.save(update_fields=[*changed, "state", "updated_at"])


def violations_of(result: ModerationResult) -> list[str]:
    """The labels that were found, in the order of the result."""
    codes = (one["label"] for one in result.labels if one["level"] != "none")
    return [code for code in codes if code not in (NO_RISK, EXEMPT)][:MOST_VIOLATIONS]
