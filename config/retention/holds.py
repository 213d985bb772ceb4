"""Legal hold: what bears a held mark is neither purged nor erased until the hold is released or over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.accounts.secrets import keyed_hash
from config.audit.records import name_of, record
from config.errors import Invalid, NotAllowedNow, NotFound
from config.retention.marks import MARKS, bearers, bears, cleaned
from config.retention.models import LegalHold

HOLD_LOCK = 0x484F4C44
LONGEST_VALUE, LONGEST_REASON = 128, 500
Scope = LegalHold.Scope


class HoldScopeUnknown(Invalid):
    code = "hold_scope_unknown"
    default_message = _("A hold is on the account, an author_id, a data_id, a request_id or a media_id.")


class HoldValueInvalid(Invalid):
    code = "hold_value_invalid"
    default_message = _("Say which one is to be held; a hold on the whole account names none.")


class HoldReasonMissing(Invalid):
    code = "hold_reason_missing"
    default_message = _("Say in 1 to 500 characters why this must be kept.")


class HoldUntilInvalid(Invalid):
    code = "hold_until_invalid"
    default_message = _("A hold ends in the future, if it has an end.")


class HoldEnded(NotAllowedNow):
    code = "hold_ended"
    default_message = _("This hold has ended already.")


class LegallyHeld(NotAllowedNow):
    code = "legally_held"
    default_message = _("A legal hold keeps this: it stays until the hold is released.")


@dataclass(frozen=True, slots=True)
class Holds:
    """What of an account is held: everything, or what bears one of these."""

    everything: bool
    marks: Mapping[str, frozenset[str]]

    def __bool__(self) -> bool:
        return self.everything or any(self.marks.values())

    def on(self, model: type[Model], account: Account) -> Q | None:
        """What of the model is held. None: nothing; ask for `everything` before."""
        return bears(model, account, self.marks)


def holds_of(account: Account, *, now: datetime | None = None) -> Holds:
    standing = LegalHold.objects.owned_by(account).standing(now or timezone.now())
    rows = list(standing.values_list("scope", "value"))
    return Holds(
        everything=any(scope == Scope.ACCOUNT for scope, _value in rows),
        marks={mark: frozenset(value for scope, value in rows if scope == mark) for mark in MARKS},
    )


def wholly_held(*, now: datetime):
    """Ids of accounts of which nothing at all may go, for what is swept without a class of its own."""
    return LegalHold.objects.standing(now).filter(scope=Scope.ACCOUNT).values("account")


def steady_holds(account: Account, *, now: datetime | None = None) -> Holds:
    """The holds as they stay until the caller's transaction ends: who places one waits until then.

    Whatever takes rows away asks this first, in the transaction in which it does.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [HOLD_LOCK, account.pk])
    return holds_of(account, now=now)


def held(
    account: Account,
    *,
    author_id: str = "",
    data_id: str = "",
    request_id: str = "",
    media_id: str = "",
    now: datetime | None = None,
) -> bool:
    """Whether anything that bears one of these is held, by that mark or by another that it bears."""
    holds = holds_of(account, now=now)
    if not holds or holds.everything:
        return holds.everything
    given = {"author_id": author_id, "data_id": data_id, "request_id": request_id, "media_id": media_id}
    asked = {mark: {value} for mark, text in given.items() if (value := cleaned(mark, text))}
    if any(values & holds.marks[mark] for mark, values in asked.items()):
        return True
    return any(is_both(model, account, asked, holds.marks) for model in bearers)


def require_not_held(account: Account, *, now: datetime | None = None, **marks: str) -> None:
    """In a transaction it holds until the end of that: who places a hold waits for it."""
    if connection.in_atomic_block:
        steady_holds(account, now=now)
    if held(account, now=now, **marks):
        raise LegallyHeld()


def is_both(model: type[Model], account: Account, asked, held_marks) -> bool:
    mine, theirs = bears(model, account, asked), bears(model, account, held_marks)
    if mine is None or theirs is None:
        return False
    return model.objects.owned_by(account).filter(mine).filter(theirs).exists()


@transaction.atomic
def place_hold(
    *,
    account: Account,
    scope: str,
    value: str = "",
    reason: str,
    until: datetime | None = None,
    actor,
    now: datetime,
) -> LegalHold:
    """From the moment in which this commits. A purge under way is waited for, batch by batch."""
    value, reason = required_value(scope, value), reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise HoldReasonMissing(field="reason")
    if until is not None and until <= now:
        raise HoldUntilInvalid(field="until")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [HOLD_LOCK, account.pk])
    hold = LegalHold.objects.create(
        account=account,
        scope=scope,
        value=value,
        reason=reason,
        placed_by=name_of(actor),
        placed_at=now,
        until=until,
    )
    note(hold, actor=actor, action="hold.placed", now=now, after=told(hold))
    return hold


@transaction.atomic
def release_hold(*, account: Account, hold_id: int, actor, now: datetime) -> LegalHold:
    hold = LegalHold.objects.owned_by(account).select_for_update().filter(pk=hold_id).first()
    if hold is None:
        raise NotFound()
    if not hold.stands(now):
        raise HoldEnded()
    hold.released_by, hold.released_at = name_of(actor), now
    hold.save(update_fields=["released_by", "released_at"])
    note(hold, actor=actor, action="hold.released", now=now, before=told(hold))
    return hold


def required_value(scope: str, value: str) -> str:
    if scope not in Scope.values:
        raise HoldScopeUnknown(field="scope")
    value = value.strip() if scope == Scope.ACCOUNT else cleaned(scope, value)
    is_fit = bool(value) != (scope == Scope.ACCOUNT) and len(value) <= LONGEST_VALUE and "\0" not in value
    if not is_fit:
        raise HoldValueInvalid(field="value")
    return value


def told(hold: LegalHold) -> dict:
    """Not whom it is about, nor why: the audit trail cannot forget, and a hold may be on a person."""
    mark = keyed_hash(f"{hold.scope}\n{hold.value}").hex() if hold.value else ""
    return {"scope": hold.scope, "mark": mark, "until": hold.until}


def note(hold: LegalHold, *, actor, action: str, now: datetime, before=None, after=None) -> None:
    record(
        account=hold.account,
        actor=actor,
        action=action,
        subject=f"hold:{hold.pk}",
        before=before,
        after=after,
        now=now,
    )
