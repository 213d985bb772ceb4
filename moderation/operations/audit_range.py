"""Which results the account's own people are shown, for all of its services at once."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from config.accounts.models import Account
from moderation.models import Service
from moderation.operations.publishing import publish_version
from moderation.values import Level


def audited_levels(account: Account) -> frozenset[Level]:
    """Those that any service has audited."""
    return frozenset().union(*(service.current_version.rules.review_levels for service in judging(account)))


@transaction.atomic
def audit_levels(*, account: Account, levels: Collection[Level], actor, now: datetime) -> list[str]:
    """Have all services audited for these levels alone. Answers the codes of those whose rules it changed."""
    changed = []
    for service in judging(account):
        rules = service.current_version.rules
        if rules.review_levels == frozenset(levels):
            continue
        publish_version(
            service=service,
            rules=replace(rules, review_levels=frozenset(levels)),
            note="",
            actor=actor,
            now=now,
            based_on=service.current_version.number,
        )
        changed.append(service.code)
    return changed


def judging(account: Account):
    """In one order, in which they are locked."""
    services = Service.objects.owned_by(account).for_machine()
    return services.select_related("current_version", "account").order_by("pk")
