"""What is told of recordings of the media library: that a machine has reviewed them, or a person."""

from collections.abc import Collection, Iterable
from datetime import datetime

from moderation.callbacks.corrections import take_back
from moderation.callbacks.enqueue import enqueue_callback, new_event_id
from moderation.callbacks.results import machine_part
from moderation.models import (
    Callback,
    CallbackEndpoint,
    Label,
    MediaAsset,
    MediaAudit,
    MediaJob,
    MediaShot,
    MediaSlice,
    Service,
)
from moderation.values import LIBRARY_SUFFIX

Event = CallbackEndpoint.Event
REVIEWED, AUDITED = Event.MEDIA_REVIEWED.value, Event.MEDIA_AUDITED.value
# A callback travels: of a long recording the worst moments are told, all of them are there to be asked for.
MOST_MOMENTS = 40


def subject_of(asset: MediaAsset) -> str:
    """One for all that is ever told of a recording, so that it arrives in the order in which it happened."""
    return f"media:{asset.media_id}"


def tell_of_review(asset: MediaAsset, job: MediaJob) -> list[Callback]:
    """Runs in the transaction in which the job ends, with the asset as it then is, under its lock."""
    return enqueue_callback(
        account=asset.account,
        service=job.service,
        event=REVIEWED,
        subject=subject_of(asset),
        payload=review_payload(asset, job),
        now=asset.updated_at,
    )


def review_payload(asset: MediaAsset, job: MediaJob) -> dict:
    payload = facts_of(asset) | {
        "request_id": str(job.job_id),
        "job_id": str(job.job_id),
        "service": job.service.code,
        "finished_at": asset.updated_at.isoformat(),
    }
    if asset.review_status != MediaAsset.ReviewStatus.SUCCEEDED or asset.result is None:
        return payload | {"error": job.error or {}}
    return payload | {"machine": machine_part(asset.result), "moments": moments_of(job)}


def facts_of(asset: MediaAsset) -> dict:
    """How a recording stands."""
    return {
        "media_id": asset.media_id,
        "data_id": asset.data_id,
        "content_type": asset.content_type,
        "state": str(asset.state),
        "review_status": str(asset.review_status),
        "automated": str(asset.automated),
        "final": str(asset.final),
        "created_at": asset.created_at.isoformat(),
    }


def moments_of(job: MediaJob) -> list[dict]:
    """Where the labels were seen and heard, the surest first."""
    found = [*seen_in(job), *heard_in(job)]
    found.sort(key=lambda one: -(one["confidence"] or 0.0))
    groups = groups_of({one["label"] for one in found[:MOST_MOMENTS]})
    return [one | {"group": groups.get(stem(one["label"]), "")} for one in found[:MOST_MOMENTS]]


def seen_in(job: MediaJob):
    risky = MediaShot.objects.filter(job=job).exclude(level="none").order_by("at_ms")
    for at_ms, verdicts in risky.values_list("at_ms", "verdicts"):
        for verdict in verdicts:
            for label in risky_of(verdict.get("labels", ())):
                yield moment(label, at_ms=at_ms)


def heard_in(job: MediaJob):
    risky = MediaSlice.objects.filter(job=job).exclude(level="none").order_by("start_ms")
    for start_ms, end_ms, labels in risky.values_list("start_ms", "end_ms", "labels"):
        for label in risky_of(labels):
            yield moment(label, start_ms=start_ms, end_ms=end_ms)


def risky_of(labels: Iterable[dict]):
    return (label for label in labels if label.get("level", "none") != "none")


def moment(label: dict, **place: int) -> dict:
    return {name: label.get(name) for name in ("label", "level", "confidence")} | place


def groups_of(codes: Iterable[str]) -> dict[str, str]:
    stems = {stem(code) for code in codes}
    return dict(Label.objects.filter(code__in=stems).values_list("code", "group"))


def stem(code: str) -> str:
    return code.removesuffix(LIBRARY_SUFFIX)


def tell_of_audit(
    *,
    asset: MediaAsset,
    audit: MediaAudit,
    service: Service,
    supersedes: str = "",
    not_before: datetime | None = None,
    now: datetime,
) -> str:
    """Tell of what a person decided; answers the id of the event."""
    event_id = new_event_id()
    enqueue_callback(
        account=asset.account,
        service=service,
        event=AUDITED,
        subject=subject_of(asset),
        payload=audit_payload(asset, audit, service) | ({"supersedes": supersedes} if supersedes else {}),
        not_before=not_before,
        event_id=event_id,
        now=now,
    )
    return event_id


def take_audit_back(
    *,
    asset: MediaAsset,
    audit: MediaAudit,
    standing: MediaAudit | None,
    told_before: Collection[str],
    service: Service,
    now: datetime,
) -> list[Callback]:
    """Undo the telling of an audit: whoever heard of it learns what holds now."""
    return take_back(
        account=asset.account,
        subject=subject_of(asset),
        event_id=audit.event_id,
        told_before=told_before,
        payload=audit_payload(asset, standing, service),
        correction=AUDITED,
        now=now,
    )


def audit_payload(asset: MediaAsset, audit: MediaAudit | None, service: Service) -> dict:
    """`audit` is null where nobody's decision stands any more."""
    return facts_of(asset) | {"service": service.code, "audit": audit and audit_part(audit)}


def audit_part(audit: MediaAudit) -> dict:
    return {
        "status": str(audit.status),
        "reason": audit.reason,
        "comment": audit.comment,
        "auditor": audit.auditor,
        "created_at": audit.created_at.isoformat(),
    }
