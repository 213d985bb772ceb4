"""The period and the services of a question, as the SDKs ask it, read as the pages of figures read theirs."""

from urllib.parse import urlencode

from django.http import QueryDict

from config.wire.refusals import invalid
from config.wire.registry import Call
from moderation.models import Service
from moderation.wire.result_filters import resource_type, text_of
from stats.asked import NOTHING, Asked, read_asked
from stats.periods import DAY, MONTH

SERVICE_CODE, BIZ_TYPE = "ServiceCode", "BizType"
DAY_LENGTH, MONTH_LENGTH = len("2026-11-21"), len("2026-11")
# Of the parameter Query, in lower case.
CONDITIONS = {"servicecode": "service", "service": "service", "resourcetype": "content_type"}


def asked_of(call: Call, *, service: str, days_most: int | None = None) -> Asked:
    """`service` names the parameter that does. Days are whole, and the account's."""
    params = params_of(call, service=service)
    return read_asked(params, account=call.account, now=call.now, days_most=days_most)


def params_of(call: Call, *, service: str) -> QueryDict:
    given = call.parameters
    require_own_uid(call)
    named = given.several(service)
    by = MONTH if given.flag("ByMonth") else DAY
    length = MONTH_LENGTH if by == MONTH else DAY_LENGTH
    asked = {
        "by": by,
        "from": given.text("StartDate").strip()[:length],
        "to": given.text("EndDate").strip()[:length],
        "service": services_of(call, named) if service == BIZ_TYPE else named,
        "content_type": resource_type(given.text("ResourceType")),
        "compare": NOTHING,
    }
    for name, value in given.json("Query", default={}).items():
        if text := text_of(name, value):
            asked |= condition(name, text)
    return QueryDict(urlencode({name: value for name, value in asked.items() if value}, doseq=True))


def services_of(call: Call, biz_types: list[str]) -> list[str]:
    """The services that were made for a BizType carry its name; one that has none is a code, or unknown."""
    named = Service.objects.owned_by(call.account).filter(name__in=biz_types, copied_from__isnull=False)
    codes: dict[str, list[str]] = {}
    for name, code in named.order_by("id").values_list("name", "code"):
        codes.setdefault(name, []).append(code)
    return [code for one in biz_types for code in codes.get(one, [one])]


def condition(name: str, text: str) -> dict:
    own = CONDITIONS.get(name.lower())
    if own is None:
        raise invalid("Query", f"{name[:40]} is not a condition. Those there are: {', '.join(CONDITIONS)}.")
    return {own: resource_type(text) if own == "content_type" else text}


def require_own_uid(call: Call) -> None:
    """An account has no further ones under it."""
    asked = call.parameters.text("SubUid").strip()
    if asked not in ("", call.account.uid):
        raise invalid("SubUid", f"there is only {call.account.uid}.")
