"""What people say of recordings of the media library, by hand: for one or for many, each for itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account, ApiKey, User
from config.errors import Invalid, NotFound, PlatformError
from config.uuid7 import uuid7
from moderation.models import MediaAsset, MediaAudit, ModerationResult
from moderation.models.content import RiskLevel
from moderation.operations.audited_media import FINAL, STATUS, history_of
from moderation.operations.for_people import service_for
from moderation.operations.human_verdict import labels_for
from moderation.values import LIBRARY_SUFFIX, NO_RISK, Level
from review.categories import categories_of, labels_of
from review.intake import open_item
from review.models import ReviewItem
from review.operations.decisions import decide
from review.states import Mode

__all__ = ["FINAL", "Audit", "Audited", "create_audits", "history_of"]

MOST_AT_ONCE = 100
LONGEST_REASON, LONGEST_COMMENT = 128, 512
OUTCOMES = {status: outcome for outcome, status in STATUS.items()}
# What a block stands under where neither a person nor the machine says why.
GENERIC = "text_and_image_violation"
LOCKS = 0x41554454


class AuditsTooMany(Invalid):
    code = "audits_too_many"
    default_message = _("At most 100 recordings are audited in one call.")


class AuditsMissing(Invalid):
    code = "audits_missing"
    default_message = _("Name at least one recording, with its status.")


class AuditStatusUnknown(Invalid):
    code = "audit_status_unknown"
    default_message = _("The status of an audit is normal or blocked.")


class AuditTextTooLong(Invalid):
    code = "audit_text_too_long"
    default_message = _("A reason has at most 128 characters, a comment at most 512.")


class AuditTwice(Invalid):
    code = "audit_twice"
    default_message = _("This call names the same recording twice.")


@dataclass(frozen=True, slots=True)
class Audit:
    """What somebody says of one recording. A block may name its category or label."""

    media_id: str
    status: str
    reason: str = ""
    comment: str = ""
    category: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Audited:
    """What came of it: the audit as it was written down, or why there is none."""

    media_id: str
    audit: MediaAudit | None = None
    refusal: PlatformError | None = None


def create_audits(
    *, account: Account, audits: Iterable[Audit], actor: User | ApiKey, now: datetime
) -> list[Audited]:
    """Audit recordings, each in a transaction of its own, so that one that is refused hinders no other.

    Each decides the open item of the recording; where none is open, people are taken to have been asked
    now, by an item of its own: what was decided before stays in the history.
    """
    audits = list(audits)
    if not audits:
        raise AuditsMissing(field="audits")
    if len(audits) > MOST_AT_ONCE:
        raise AuditsTooMany(field="audits", most=MOST_AT_ONCE)
    said, outcomes = set(), []
    for audit in audits:
        outcomes.append(audited(account, audit, actor, now, is_twice=audit.media_id in said))
        said.add(audit.media_id)
    return outcomes


def audited(account: Account, audit: Audit, actor, now: datetime, *, is_twice: bool) -> Audited:
    try:
        require_sense(audit)
        if is_twice:
            raise AuditTwice(media_id=audit.media_id)
        with transaction.atomic():
            return Audited(audit.media_id, audit=audit_one(account, audit, actor, now))
    except PlatformError as refusal:
        return Audited(audit.media_id, refusal=refusal)


def audit_one(account: Account, audit: Audit, actor, now: datetime) -> MediaAudit:
    asset = MediaAsset.objects.owned_by(account).there().filter(media_id=audit.media_id).first()
    if asset is None:
        raise NotFound(media_id=audit.media_id)
    asset.account = account
    wait_for_others(asset)
    item = open_item_of(asset) or ask_people(asset, now)
    decision = decide(
        account=account,
        item_id=item.pk,
        reviewer=actor,
        outcome=OUTCOMES[audit.status],
        reason=audit.reason,
        note=audit.comment,
        now=now,
        **block_of(audit, item),
    )
    return asset.audits.get(decision_id=decision.pk)


def require_sense(audit: Audit) -> None:
    if audit.status not in OUTCOMES:
        raise AuditStatusUnknown(field="status")
    if len(audit.reason) > LONGEST_REASON:
        raise AuditTextTooLong(field="reason", most=LONGEST_REASON)
    if len(audit.comment) > LONGEST_COMMENT:
        raise AuditTextTooLong(field="comment", most=LONGEST_COMMENT)


def wait_for_others(asset: MediaAsset) -> None:
    """Who audits the same recording at this moment comes first. Nobody waits for this under another lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCKS, asset.pk % 2**31])


def open_item_of(asset: MediaAsset) -> ReviewItem | None:
    """That of its newest result which people still have to decide on."""
    naming = ModerationResult.objects.filter(media__has_key="key").annotate(kept=KT("media__key"))
    results = naming.filter(account_id=asset.account_id, kept=asset.key).values("pk")
    items = ReviewItem.objects.owned_by(asset.account).open()
    found = items.filter(result__in=results).order_by("-id").first()
    if found is None and asset.result_id:
        found = items.filter(result=asset.result_id).first()
    return found


def ask_people(asset: MediaAsset, now: datetime) -> ReviewItem:
    """An item over the recording as it is kept, which no machine has judged."""
    service = service_for(asset.account, asset.content_type, "")
    result = ModerationResult.objects.create(
        account=asset.account,
        request_id=uuid7(),
        service=service,
        version=service.current_version,
        content_type=asset.content_type,
        data_id=asset.data_id,
        author_id=asset.author_id,
        content=asset.title,
        media={
            "asset": asset.media_id,
            **{name: getattr(asset, name) for name in MEASURES},
        },
        level=RiskLevel.NONE,
        labels=[],
        source=ModerationResult.Source.MANUAL,
        took_us=0,
        created_at=now,
    )
    return open_item(result=result, mode=Mode.HUMAN_ONLY, now=now)


MEASURES = ("key", "sha256", "format", "bytes", "duration_ms", "width", "height")


def block_of(audit: Audit, item: ReviewItem) -> dict[str, str]:
    """Under what it is blocked: as the person says, else the worst that was found, else in general."""
    if OUTCOMES[audit.status] != ModerationResult.Outcome.BLOCK:
        return {}
    if audit.category or audit.label:
        return {"category": audit.category, "label": audit.label}
    label = worst_of(item)
    return {"label": label} if label else generic(item)


def worst_of(item: ReviewItem) -> str:
    known = set(labels_for(item.content_type).values_list("code", flat=True))
    found = [(one["label"].removesuffix(LIBRARY_SUFFIX), one) for one in item.result.labels]
    fitting = [(code, one) for code, one in found if code in known and code != NO_RISK]
    worst = max(
        fitting, key=lambda pair: (Level(pair[1]["level"]).rank, pair[1]["confidence"] or 0.0), default=None
    )
    return worst[0] if worst else ""


def generic(item: ReviewItem) -> dict[str, str]:
    categories = categories_of(item.account, item.content_type)
    categories.sort(key=lambda one: one.code != GENERIC)
    fitting = (one.code for one in categories if labels_of(one, item.content_type))
    category = next(fitting, "")
    if category:
        return {"category": category}
    return {"label": labels_for(item.content_type).in_catalogue_order().values_list("code", flat=True)[0]}
