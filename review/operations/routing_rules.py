"""The ordered list of rules that says which items go to which queue."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.audit.records import record
from config.errors import Invalid, NotAllowedNow, NotFound
from moderation.catalogue.groups import GROUPS
from moderation.models import Service
from moderation.models.content import ContentType, RiskLevel
from review.language import LANGUAGES
from review.models import ReviewQueue, RoutingRule
from review.states import Mode

MOST_RULES = 100
KNOWN = {
    "modes": Mode.values,
    "content_types": ContentType.values,
    "levels": RiskLevel.values,
    "label_groups": list(GROUPS),
    "languages": list(LANGUAGES),
}


class RuleInvalid(Invalid):
    code = "routing_rule_invalid"
    default_message = _("A condition of this rule names something that does not exist.")


class RuleLimitReached(NotAllowedNow):
    code = "routing_rule_limit_reached"
    default_message = _("An account has at most 100 routing rules: delete one first.")


@transaction.atomic
def create_rule(
    *, account: Account, queue: ReviewQueue, conditions: dict, actor, now: datetime
) -> RoutingRule:
    """A new rule comes last: it takes nothing away from those before it."""
    rules = lock_rules(account)
    if len(rules) >= MOST_RULES:
        raise RuleLimitReached(most=MOST_RULES)
    rule = RoutingRule.objects.create(
        account=account,
        queue=owned_queue(account, queue),
        position=max((one.position for one in rules), default=0) + 1,
        **sound(account, conditions),
    )
    tell(rule, "review.rule_created", before=None, after=facts(rule), actor=actor, now=now)
    return rule


@transaction.atomic
def change_rule(
    *, rule: RoutingRule, queue: ReviewQueue, conditions: dict, actor, now: datetime
) -> RoutingRule:
    rule = locked(rule)
    before = facts(rule)
    rule.queue = owned_queue(rule.account, queue)
    for name, values in sound(rule.account, conditions).items():
        setattr(rule, name, values)
    if facts(rule) != before:
        rule.save()
        tell(rule, "review.rule_changed", before=before, after=facts(rule), actor=actor, now=now)
    return rule


@transaction.atomic
def move_rule(*, rule: RoutingRule, by: int, actor, now: datetime) -> None:
    """Up (-1) or down (1) by one place. At the end of the list nothing happens."""
    rules = lock_rules(rule.account)
    place = next((place for place, one in enumerate(rules) if one.pk == rule.pk), None)
    if place is None:
        raise NotFound()
    other = place + (1 if by > 0 else -1)
    if not 0 <= other < len(rules):
        return
    rules[place], rules[other] = rules[other], rules[place]
    for position, one in enumerate(rules, start=1):
        one.position = position
    RoutingRule.objects.bulk_update(rules, ["position"])
    tell(
        rule,
        "review.rule_moved",
        before={"place": place + 1},
        after={"place": other + 1},
        actor=actor,
        now=now,
    )


@transaction.atomic
def delete_rule(*, rule: RoutingRule, actor, now: datetime) -> None:
    rule = locked(rule)
    tell(rule, "review.rule_deleted", before=facts(rule), after=None, actor=actor, now=now)
    rule.delete()


def lock_rules(account: Account) -> list[RoutingRule]:
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    return list(RoutingRule.objects.owned_by(account).in_order())


def locked(rule: RoutingRule) -> RoutingRule:
    rows = RoutingRule.objects.owned_by(rule.account).select_for_update(of=("self",))
    found = rows.select_related("account", "queue").filter(pk=rule.pk).first()
    if found is None:
        raise NotFound()
    return found


def owned_queue(account: Account, queue: ReviewQueue) -> ReviewQueue:
    if queue.account_id != account.pk:
        raise RuleInvalid(field="queue")
    return queue


def sound(account: Account, conditions: dict[str, Iterable]) -> dict[str, list]:
    """Every condition, in the order of the product's own lists; one left out asks for nothing."""
    known = KNOWN | {"services": list(Service.objects.owned_by(account).values_list("pk", flat=True))}
    for name in conditions:
        if name not in known:
            raise RuleInvalid(field=name)
    found = {}
    for name, values in known.items():
        asked = set(conditions.get(name, ()))
        if asked - set(values):
            raise RuleInvalid(field=name)
        found[name] = [value for value in values if value in asked]
    return found


def facts(rule: RoutingRule) -> dict:
    return {"queue": rule.queue_id} | {name: getattr(rule, name) for name in (*KNOWN, "services")}


def tell(rule: RoutingRule, action: str, *, before, after, actor, now: datetime) -> None:
    record(
        account=rule.account,
        actor=actor,
        action=action,
        subject=f"routing_rule:{rule.pk}",
        before=before,
        after=after,
        now=now,
    )
