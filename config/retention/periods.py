"""How long each account keeps what: the installation's days, or its own."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.audit.records import name_of, record
from config.errors import Invalid, NotFound
from config.retention.classes import RetentionClass, class_named, settable_classes
from config.retention.models import RetentionPeriod

MOST_DAYS = 3650


class RetentionClassUnknown(NotFound):
    code = "retention_class_unknown"
    default_message = _("There is no class of this name whose days can be set.")


class RetentionDaysInvalid(Invalid):
    code = "retention_days_invalid"
    default_message = _("Days are a whole number from 1 to 3650, or 0 to keep for ever.")


@dataclass(frozen=True, slots=True)
class Period:
    """Of one class: the installation's days and, unless None, those that the account set instead."""

    kept: RetentionClass
    default: int
    own: RetentionPeriod | None

    @property
    def days(self) -> int:
        return self.default if self.own is None else self.own.days


def periods(account: Account) -> list[Period]:
    own = {one.name: one for one in RetentionPeriod.objects.owned_by(account)}
    return [Period(one, one.default_days, own.get(one.name)) for one in settable_classes()]


def period_named(account: Account, name: str) -> Period:
    found = next((one for one in periods(account) if one.kept.name == name), None)
    if found is None:
        raise RetentionClassUnknown()
    return found


def purged_class(name: str) -> RetentionClass:
    kept = class_named(name)
    if kept is None or not kept.forget:
        raise RetentionClassUnknown()
    return kept


def read_days(text: str) -> int | None:
    """As a person or a program wrote them; None where nothing is written."""
    text = text.strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text[:9]) > MOST_DAYS:
        raise RetentionDaysInvalid(field="days")
    return int(text[:9])


@transaction.atomic
def set_period(*, account: Account, name: str, days: int | None, actor, now: datetime) -> Period:
    """None goes back to the installation's days. The next purge goes by it."""
    kept = class_named(name)
    if kept is None or not kept.setting:
        raise RetentionClassUnknown()
    is_whole = isinstance(days, int) and not isinstance(days, bool)
    if days is not None and not (is_whole and 0 <= days <= MOST_DAYS):
        raise RetentionDaysInvalid(field="days")
    # No row to lock where the account has none yet: the account itself stands for it.
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    rows = RetentionPeriod.objects.owned_by(account).filter(name=name)
    before = rows.values_list("days", flat=True).first()
    if days is None:
        rows.delete()
        own = None
    else:
        own, _is_new = RetentionPeriod.objects.update_or_create(
            account=account,
            name=name,
            defaults={"days": days, "changed_by": name_of(actor), "changed_at": now},
        )
    if before != days:
        record(
            account=account,
            actor=actor,
            action="retention.changed",
            subject=f"retention:{name}",
            before={"days": before},
            after={"days": days},
            now=now,
        )
        if kept.changed:
            transaction.on_commit(partial(kept.changed, account))
    return Period(kept, kept.default_days, own)
