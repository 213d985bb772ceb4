"""Endpoints of the vendor's dialect in the words that both versions of its API have for them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Max

from config.accounts.authentication import Caller
from config.audit.models import AuditRecord
from config.errors import NotFound
from config.wire.refusals import invalid
from config.wire.registry import Call
from moderation.callbacks.secrets import secrets_of
from moderation.models import CallbackEndpoint
from moderation.wire.result_filters import SUGGESTED

Crypt, Dialect = CallbackEndpoint.Crypt, CallbackEndpoint.Dialect
CRYPTS = {one.value.upper(): one.value for one in Crypt}
CHANGING = "callbacks:write"


def schemes(call: Call):
    endpoints = CallbackEndpoint.objects.owned_by(call.account).set_up().in_use()
    return endpoints.filter(dialect=Dialect.VENDOR).order_by("-id")


def scheme(call: Call, number: int) -> CallbackEndpoint:
    found = schemes(call).select_related("account", "service").filter(pk=number).first()
    if found is None:
        raise NotFound()
    return found


def crypt_of(text: str) -> str:
    if text.upper() not in CRYPTS:
        raise invalid("CryptType", f"one of these is expected: {', '.join(CRYPTS)}.")
    return CRYPTS[text.upper()]


def seed_shown(endpoint: CallbackEndpoint, *, caller: Caller, now: datetime) -> str:
    """The one that checksums are made with at this moment, to those who could give it another."""
    return secrets_of(endpoint=endpoint, now=now)[-1] if CHANGING in caller.scopes else ""


def changed_at(endpoints: Sequence[CallbackEndpoint], call: Call) -> dict[int, datetime]:
    """The audit log knows when each was changed last; one that it says nothing of was not."""
    by_subject = {f"endpoint:{one.pk}": one for one in endpoints}
    records = AuditRecord.objects.owned_by(call.account).filter(subject__in=by_subject).order_by()
    told = dict(records.values_list("subject").annotate(last=Max("at")))
    return {one.pk: told.get(subject, one.created_at) for subject, one in by_subject.items()}


def suggestions_of(levels: Iterable[str]) -> list[str]:
    return [word for word, told in SUGGESTED.items() if told & set(levels)]


def levels_suggested(words: Iterable[str], name: str) -> list[str]:
    levels: set[str] = set()
    for word in words:
        if word.lower() not in SUGGESTED:
            raise invalid(name, f"one of these is expected: {', '.join(SUGGESTED)}.")
        levels |= SUGGESTED[word.lower()]
    return sorted(levels)


def local(moment: datetime, call: Call, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    return moment.astimezone(ZoneInfo(call.account.time_zone)).strftime(form)
