"""Results made directly, because what is tested here begins where a verdict has been reached."""

from datetime import datetime

from django.db import transaction

from config.accounts.models import Account
from config.uuid7 import uuid7
from moderation.models import ModerationResult, Service
from moderation.signals import verdict_reached
from moderation.values import Rules
from tests.factories import NOW, service_of


@transaction.atomic
def store_result(
    service: Service, level: str = "none", *labels: str, at: datetime = NOW, source: str = "api", took_us=1000
) -> ModerationResult:
    result = ModerationResult.objects.create(
        account_id=service.account_id,
        request_id=uuid7(),
        service=service,
        version_id=service.current_version_id,
        content_type=service.content_type,
        content="text",
        level=level,
        labels=[{"label": label, "level": level} for label in labels or ["nonLabel"]],
        source=source,
        took_us=took_us,
        created_at=at,
    )
    verdict_reached.send(sender=ModerationResult, result=result, rules=Rules())
    return result


def hit(account: Account, *labels: str, service: str = "comment_detection", **kwargs) -> ModerationResult:
    return store_result(service_of(account, service), "high", *(labels or ("pt_to_contact",)), **kwargs)


def clean(account: Account, service: str = "comment_detection", **kwargs) -> ModerationResult:
    return store_result(service_of(account, service), **kwargs)
