"""Where results become work for people."""

from datetime import datetime, timedelta

from config.accounts.models import Account
from config.retention.classes import kept_days
from libraries.matching.sample_index import digest_of
from libraries.matching.simhash import simhash
from moderation.models import Label, ModerationResult
from moderation.models.content import ContentType
from moderation.operations.moderate import is_unheard
from moderation.values import LIBRARY_SUFFIX, NO_RISK, Level, Rules
from review import work_watchers
from review.language import language_of
from review.models import ReviewItem
from review.models.items import urgency
from review.operations.routing import route
from review.states import Mode

PRIORITY = {Level.HIGH: 1, Level.MEDIUM: 2, Level.LOW: 3, Level.NONE: 4}
# Trials are nobody's work; content for people alone has its item from the start.
NOT_FOR_INTAKE = (ModerationResult.Source.TEST, ModerationResult.Source.MANUAL)


def open_item_if_due(sender, result: ModerationResult, rules: Rules, **kwargs) -> ReviewItem | None:
    """Receive `verdict_reached`: open an item in its transaction when the service's policy says so."""
    mode = mode_for(result, rules)
    if mode is None:
        # So that its answer need not ask whether it has an item.
        ModerationResult.review_item.related.set_cached_value(result, None)
        return None
    return open_item(result=result, mode=mode, now=result.created_at)


def mode_for(result: ModerationResult, rules: Rules) -> Mode | None:
    level = Level(result.level)
    if result.source in NOT_FOR_INTAKE:
        return None
    unheard = is_unheard(result, rules)
    if (level in rules.manual_levels or unheard) and result.service.account.manual_review_on:
        return Mode.HUMAN_MACHINE
    return Mode.AUDIT if level in rules.review_levels or unheard else None


def open_item(*, result: ModerationResult, mode: Mode, now: datetime, endpoint=None) -> ReviewItem:
    """Runs in the transaction that stores the result."""
    label = worst_label(result.labels)
    item = ReviewItem(
        account_id=result.account_id,
        result=result,
        request_id=result.request_id,
        mode=mode,
        service=result.service,
        content_type=result.content_type,
        data_id=result.data_id,
        author_id=result.author_id,
        language=language_of(text_of(result)),
        level=result.level,
        label=label,
        group=group_of(label),
        digest=digest_of_content(result),
        likeness=likeness_of(result),
        priority=PRIORITY[Level(result.level)],
        created_at=now,
        expires_at=kept_until(result.account, mode, now),
        endpoint=endpoint,
    )
    item.queue = route(item)
    item.due_at = now + timedelta(minutes=item.queue.sla_minutes)
    item.urgent_at = urgency(created_at=now, due_at=item.due_at, priority=item.priority)
    item.save(force_insert=True)
    work_watchers.opened(item)
    return item


def kept_until(account: Account, mode: Mode, now: datetime) -> datetime | None:
    """What is only audited is there for some days; what a client waits for stays until it is decided."""
    days = kept_days(account, "audit_items") if mode == Mode.AUDIT else 0
    return now + timedelta(days=days) if days else None


def text_of(result: ModerationResult) -> str:
    """What was written, or read in the picture: of a file, `content` is only the name."""
    if result.content_type == ContentType.TEXT:
        return result.content
    return str(result.media.get("text") or "")


def worst_label(labels: list[dict]) -> str:
    found = [one for one in labels if one["label"] != NO_RISK]
    worst = max(found, key=lambda one: (Level(one["level"]).rank, one["confidence"] or 0.0), default=None)
    return worst["label"] if worst else ""


def group_of(code: str) -> str:
    code = code.removesuffix(LIBRARY_SUFFIX)
    return Label.objects.filter(code=code).values_list("group", flat=True).first() or "" if code else ""


def digest_of_content(result: ModerationResult) -> bytes | None:
    if result.content_type == ContentType.TEXT:
        return digest_of(result.content)
    sha256 = result.media.get("sha256")
    return bytes.fromhex(sha256) if sha256 else None


def likeness_of(result: ModerationResult) -> bytes | None:
    if result.content_type == ContentType.TEXT:
        return simhash(result.content)
    likeness = result.media.get("pdq")
    return bytes.fromhex(likeness) if likeness else None
