"""What people decide on recordings of the media library, written down with every decision on their results.

All of it runs in the transaction of the decision, or of the undo, under the lock on the item.
"""

from datetime import datetime

from config.accounts.models import ApiKey
from config.audit.records import name_of
from moderation.callbacks.media import take_audit_back, tell_of_audit
from moderation.models import MediaAsset, MediaAudit, ModerationResult
from moderation.operations.media_assets import standing, state_now

STATUS = {
    ModerationResult.Outcome.PASS.value: MediaAudit.Status.NORMAL.value,
    ModerationResult.Outcome.BLOCK.value: MediaAudit.Status.BLOCKED.value,
}
FINAL = {
    MediaAudit.Status.NORMAL.value: MediaAsset.Final.PASS.value,
    MediaAudit.Status.BLOCKED.value: MediaAsset.Final.BLOCK.value,
}


def asset_of(result: ModerationResult | None, *, lock: bool = False) -> MediaAsset | None:
    """The recording of the library that a result is about, if it is about one that is there."""
    if result is None or not result.is_recording:
        return None
    assets = MediaAsset.objects.filter(account_id=result.account_id).there().select_related("account")
    if lock:
        assets = assets.select_for_update(of=("self",))
    named = result.media.get("asset")
    return assets.filter(media_id=named).first() if named else assets.filter(result=result).first()


def note_audit(
    *,
    result: ModerationResult,
    outcome: str,
    reason: str,
    comment: str,
    decider,
    decision_id: int,
    not_before: datetime | None = None,
    now: datetime,
) -> dict:
    """Let the recording say what was decided on it, and tell of it. Answers what the books say of that."""
    asset = asset_of(result, lock=True)
    if asset is None:
        return {}
    last = newest(asset)
    before = standing(asset)
    audit = MediaAudit.objects.create(
        account_id=asset.account_id,
        asset=asset,
        status=STATUS[outcome],
        reason=reason,
        comment=comment,
        auditor=name_of(decider),
        user=None if isinstance(decider, ApiKey) else decider,
        decision_id=decision_id,
        created_at=now,
    )
    settle(asset, audit, now)
    audit.event_id = tell_of_audit(
        asset=asset,
        audit=audit,
        service=result.service,
        supersedes=last.event_id if last else "",
        not_before=not_before,
        now=now,
    )
    audit.save(update_fields=["event_id"])
    return books(asset, before)


def withdraw_audit(*, result: ModerationResult, decision_id: int, now: datetime) -> dict:
    """As if it had not been decided: what was said before holds again, or what the machine says."""
    asset = asset_of(result, lock=True)
    if asset is None:
        return {}
    audit = asset.audits.standing().filter(decision_id=decision_id).first()
    if audit is None:
        return {}
    before = standing(asset)
    audit.withdrawn_at = now
    audit.save(update_fields=["withdrawn_at"])
    last = newest(asset)
    settle(asset, last, now)
    take_audit_back(
        asset=asset,
        audit=audit,
        standing=last,
        told_before=set(asset.audits.exclude(pk=audit.pk).values_list("event_id", flat=True)) - {""},
        service=result.service,
        now=now,
    )
    return books(asset, before)


def newest(asset: MediaAsset) -> MediaAudit | None:
    """What counts, of whichever result of it."""
    return asset.audits.standing().newest_first().first()


def settle(asset: MediaAsset, audit: MediaAudit | None, now: datetime) -> None:
    asset.final = FINAL[audit.status] if audit else ""
    asset.state, asset.updated_at = state_now(asset), now
    asset.save(update_fields=["final", "state", "updated_at"])


def books(asset: MediaAsset, before: dict) -> dict:
    return {"media": {"media_id": asset.media_id, "before": before, "after": standing(asset)}}


def history_of(asset: MediaAsset):
    """Every audit of a recording, those withdrawn as well."""
    return asset.audits.select_related("user")
