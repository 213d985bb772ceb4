"""Recordings of the media library as tests need them, made by the product's own operations."""

from itertools import count
from uuid import uuid4

from moderation.models import MediaAsset, MediaJob, ModerationResult
from moderation.operations.assets import create_asset
from moderation.operations.for_people import RecordingSource
from moderation.operations.media_assets import review_ended
from moderation.values import Rules
from review.intake import open_item_if_due
from tests.factories import NOW, service_of
from tests.films import small_film
from tests.recordings import tone

_numbers = count(1)
LEVELS = {"violation": "high", "suspected": "medium", "normal": "none"}


def make_asset(account, *, kind: str = "video", data: bytes = b"", title: str = "", **facts) -> MediaAsset:
    data = data or (small_film() if kind == "video" else tone(0.5))
    return create_asset(
        account=account,
        title=title or f"Recording {next(_numbers)}",
        source=RecordingSource(pieces=lambda: [data], name="a.bin"),
        content_type=kind,
        actor=None,
        now=facts.pop("now", NOW),
        **facts,
    )


def reviewed(
    asset: MediaAsset, automated: str, *, labels=(), now=NOW, rules: Rules | None = None
) -> MediaAsset:
    """As it is once a machine has reviewed it: with an ended job, its result, an item if one is due."""
    service = service_of(asset.account, "videoDetection")
    level = LEVELS[automated]
    found = [{"label": code, "level": level, "confidence": 91.0, "evidence": []} for code in labels]
    result = ModerationResult.objects.create(
        account=asset.account, request_id=uuid4(), service=service, version=service.current_version,
        content_type=asset.content_type, data_id=asset.data_id, content=asset.title, level=level,
        labels=found or [{"label": "nonLabel", "level": "none", "confidence": None, "evidence": []}],
        media={"key": asset.key, "asset": asset.media_id, "sha256": asset.sha256, "format": asset.format},
        source="api", took_us=1, created_at=now,
    )  # fmt: skip
    open_item_if_due(None, result=result, rules=rules or service.current_version.rules)
    job = ended_job(asset, service, now=now)
    review_ended(job=job, result=result, now=now)
    return MediaAsset.objects.select_related("account").get(pk=asset.pk)


def ended_job(asset: MediaAsset, service=None, *, now=NOW, **facts) -> MediaJob:
    service = service or service_of(asset.account, "videoDetection")
    return MediaJob.objects.create(
        account=asset.account, job_id=uuid4(), content_type=asset.content_type, service=service, asset=asset,
        key=asset.key, due_at=now, created_at=now, finished_at=now, **{"state": "done"} | facts,
    )  # fmt: skip


def fresh(asset: MediaAsset) -> MediaAsset:
    return MediaAsset.objects.select_related("account").get(pk=asset.pk)
