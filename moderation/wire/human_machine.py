"""ManualMachineConfig: which results of a service people decide on, and who is told of it."""

from django.utils.translation import gettext_lazy as _

from config.accounts.manual_review import require_manual_review
from config.errors import NotFound
from config.wire.refusals import invalid
from moderation.catalogue.people_services import SERVICE_FOR
from moderation.models import CallbackEndpoint, Service
from moderation.values import Rules

KNOWN = ("Enable", "AuditRiskLevels", "CallbackId", "ManualService")
MODE = CallbackEndpoint.Mode.HUMAN_MACHINE.value


def human_machine_told(service: Service, rules: Rules) -> dict:
    levels = sorted(rules.manual_levels, key=lambda level: -level.rank)
    told = {
        "Enable": bool(levels),
        "AuditRiskLevels": [level.value for level in levels],
        "ManualService": SERVICE_FOR[service.content_type],
    }
    first = told_of_decisions(service).order_by("id").values_list("pk", flat=True).first()
    return told if first is None else told | {"CallbackId": first}


def read_human_machine(service: Service, given, *, rules: Rules) -> dict:
    """By our own names. Switched on without levels, those that there are stay, or else high and medium."""
    if not isinstance(given, dict) or (set(given) - set(KNOWN)):
        raise invalid("ManualMachineConfig", f"a JSON object of {', '.join(KNOWN)} is expected.")
    is_on = given.get("Enable", bool(rules.manual_levels))
    if not isinstance(is_on, bool):
        raise invalid("ManualMachineConfig.Enable", "true or false is expected.")
    if not is_on:
        return {"manual_levels": []}
    require_manual_review(service.account)
    if given.get("ManualService") not in (None, "", SERVICE_FOR[service.content_type]):
        message = f"{SERVICE_FOR[service.content_type]} reviews what comes of this service."
        raise invalid("ManualMachineConfig.ManualService", message)
    if given.get("CallbackId"):
        require_told(service, given["CallbackId"])
    held = [level.value for level in rules.manual_levels]
    return {"manual_levels": given.get("AuditRiskLevels") or held or ["high", "medium"]}


def told_of_decisions(service: Service):
    rows = CallbackEndpoint.objects.owned_by(service.account).set_up().filter(is_enabled=True)
    rows = rows.asking(service=service, event=CallbackEndpoint.Event.REVIEW_DECIDED.value)
    return rows.filter(modes__contains=[MODE])


def require_told(service: Service, number) -> None:
    """Endpoints say themselves what they are told of: one that would not be is refused, not passed over."""
    if not isinstance(number, int) or not told_of_decisions(service).filter(pk=number).exists():
        message = _("No callback of this number is told of decisions on results of this service.")
        raise NotFound(message, field="ManualMachineConfig.CallbackId")
