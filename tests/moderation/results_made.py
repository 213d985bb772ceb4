"""Results of every kind for the tests of lists: what the machine would store, made without looking."""

from datetime import datetime, timedelta

from config.accounts import revisions
from config.accounts.models import Account
from config.uuid7 import uuid7
from moderation.models import ModerationResult, ResultLabel, Service
from moderation.models.content import ContentType
from moderation.operations.human_verdict import apply_human_verdict
from moderation.operations.moderate_images import ImageSource, prepare
from moderation.operations.services import create_service
from moderation.values import LabelRule, Rules
from tests.factories import NOW, service_of
from tests.pictures import saying

PORN = "pornographic_adultContent"


def store(
    account: Account,
    *labels: str,
    level: str = "",
    service: str | Service = "comment_detection",
    source: str = "api",
    human: str = "",
    at: datetime = NOW,
    **fields,
) -> ModerationResult:
    """A stored result that carries labels; `nonLabel` where none is given."""
    service = service_of(account, service) if isinstance(service, str) else service
    level = level or ("high" if labels else "none")
    fields.setdefault("content", "" if service.content_type == ContentType.IMAGE else "a text")
    result = ModerationResult.objects.create(
        account=account,
        request_id=fields.pop("request_id", None) or uuid7(),
        service=service,
        version_id=service.current_version_id,
        content_type=service.content_type,
        level=level,
        labels=[
            {"label": label, "level": level, "confidence": 90.0, "evidence": []}
            for label in labels or ["nonLabel"]
        ],
        source=source,
        took_us=1500,
        created_at=at,
        **fields,
    )
    ResultLabel.objects.create_for(result)
    if human:
        apply_human_verdict(
            result=result, outcome=human, label="pt_to_contact" if human == "block" else "", now=NOW
        )
    return result


def image_service(account: Account, code: str = "albums") -> Service:
    return create_service(
        account=account,
        code=code,
        name=code.title(),
        description="",
        content_type=ContentType.IMAGE,
        rules=Rules(labels={PORN: LabelRule(medium=50, high=85)}),
        actor=None,
        now=NOW,
    )


def moderate_picture(
    account: Account, message: str = "[[fake:porn=91]]", *, services=("albums",), at: datetime = NOW, **asked
) -> list[ModerationResult]:
    """A picture that tells the fake engines what to see, through the whole path."""
    return prepare(
        account=account,
        revisions=revisions.read(account.pk),
        service_codes=list(services),
        source=ImageSource(data=saying(message), name="a.png"),
        now=at,
        **asked,
    ).store()


def many(account, like: ModerationResult, count: int) -> None:
    """Rows as the one that is there, one a second before it."""
    values = {field.attname: getattr(like, field.attname) for field in like._meta.concrete_fields}
    ModerationResult.objects.bulk_create(
        [
            ModerationResult(
                **values
                | {"id": None, "request_id": uuid7(), "created_at": like.created_at - timedelta(seconds=n)}
            )
            for n in range(1, count + 1)
        ],
        batch_size=2000,
    )


def minutes_ago(count: float) -> datetime:
    return NOW - timedelta(minutes=count)
