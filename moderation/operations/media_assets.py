"""What a review by machine does to the asset that it is of. Runs in the review's own transactions."""

from datetime import datetime

from moderation.media.asset_states import state_of
from moderation.models import MediaAsset, MediaJob, ModerationResult, Service
from moderation.values import EXEMPT, NO_RISK, Level

Review, Automated = MediaAsset.ReviewStatus, MediaAsset.Automated
RESULTS = {
    Level.HIGH: Automated.VIOLATION,
    Level.MEDIUM: Automated.SUSPECTED,
    Level.LOW: Automated.SUSPECTED,
    Level.NONE: Automated.NORMAL,
}


def locked(job: MediaJob) -> MediaAsset:
    return MediaAsset.objects.select_for_update(of=("self",)).get(pk=job.asset_id)


def review_began(asset: MediaAsset, service: Service, now: datetime) -> None:
    again = asset.automated or asset.review_status in (Review.SUCCEEDED, Review.FAILED, Review.RE_REVIEWING)
    asset.review_status = Review.RE_REVIEWING if again else Review.REVIEWING
    asset.template = service
    save(asset, now)


def review_ended(job: MediaJob, result: ModerationResult, now: datetime) -> None:
    asset = locked(job)
    asset.review_status = Review.SUCCEEDED
    asset.automated = RESULTS[Level(result.level)]
    labels = [label["label"] for label in result.labels]
    asset.violations = [label for label in labels if label not in (NO_RISK, EXEMPT)]
    asset.result = result
    asset.cover_key = asset.cover_key or result.media.get("cover_key", "")
    for name in ("duration_ms", "width", "height"):
        setattr(asset, name, getattr(asset, name) or result.media.get(name, 0))
    save(asset, now)


def review_failed(job: MediaJob, now: datetime) -> None:
    asset = locked(job)
    asset.review_status, asset.automated, asset.violations = Review.FAILED, "", []
    save(asset, now)


def review_taken_back(job: MediaJob, now: datetime) -> None:
    """What was known before the review was begun holds again."""
    asset = locked(job)
    asset.review_status = Review.SUCCEEDED if asset.automated else Review.NOT_STARTED
    save(asset, now)


def save(asset: MediaAsset, now: datetime) -> None:
    asset.state = state_of(asset)
    asset.updated_at = now
    asset.save()
