"""Single settings of a service by name: those of one label, or of the service as a whole."""

from config.wire.envelopes import Envelope
from config.wire.refusals import invalid
from config.wire.registry import CONSOLE, Call, operation
from moderation.backing import Backings
from moderation.catalogue.names import label_name
from moderation.models import Service
from moderation.models.content import ContentType
from moderation.values import Rules
from moderation.wire.named_services import service_of
from moderation.wire.rules_forms import (
    LABEL,
    OF_SERVICE,
    OF_VIDEO,
    TOLD_ONLY,
    changed,
    label_told,
    read,
    service_told,
    video_told,
)
from moderation.wire.service_rules import publish

LABELS, SETTINGS = "label", "service"
# Of the service as a whole, as the vendor's own example names it.
WHOLE = "__config__"


def type_of(call: Call) -> str:
    """The vendor's other types are of engines that this platform has not."""
    found = call.parameters.text("Type", LABELS)
    if found not in (LABELS, SETTINGS):
        raise invalid("Type", f"{LABELS} or {SETTINGS} is expected.")
    return found


@operation(CONSOLE, "GetFeatureConfig", scope="services:read", envelope=Envelope.CONSOLE_WITH_STATUS)
def get_feature_config(call: Call) -> dict:
    """`Query` narrows labels to those that have this text in their code or name."""
    service, kind = service_of(call), type_of(call)
    query = call.parameters.text("Query").strip().lower()
    found = labels_of(service, query) if kind == LABELS else [whole_of(service)]
    return {
        "Data": {
            "FeatureConf": found,
            "ResourceType": service.content_type,
            "ServiceCode": service.code,
            "Type": kind,
            "Uid": call.account.uid,
        }
    }


def labels_of(service: Service, query: str) -> list[dict]:
    rules, backings = service.current_version.rules, Backings(service)
    told = [label_told(code, rules.labels[code], backings) for code in sorted(rules.labels)]
    return [
        {"Field": one["Label"], "Description": one["Description"], "Config": one}
        for one in told
        if query in one["Label"].lower() or query in one["Description"].lower()
    ]


def whole_of(service: Service) -> dict:
    rules = service.current_version.rules
    config = service_told(rules, service)
    if service.content_type == ContentType.VIDEO:
        config |= video_told(rules, service)
    return {"Field": WHOLE, "Config": config}


@operation(CONSOLE, "ModifyFeatureConfig", scope="services:write", envelope=Envelope.CONSOLE_WITH_STATUS)
def modify_feature_config(call: Call) -> dict:
    service, kind = service_of(call), type_of(call)
    field, config = call.parameters.required("Field"), call.parameters.json("Config")
    rules = service.current_version.rules
    change = of_label if kind == LABELS else of_whole
    publish(call, service, change(call, rules, field, config))
    return {"Data": True}


def of_label(call: Call, rules: Rules, field: str, config: dict) -> Rules:
    """What a label means stands in the platform's catalogue and is the same for everybody."""
    if call.parameters.text("Description", label_name(field)) != label_name(field):
        raise invalid("Description", "what a label means cannot be changed.")
    return changed(rules, {"labels": {field: read("Config", config, LABEL, beside=TOLD_ONLY)}})


def of_whole(call: Call, rules: Rules, field: str, config: dict) -> Rules:
    if field != WHOLE:
        raise invalid("Field", f"{WHOLE} is expected.")
    return changed(rules, read("Config", config, OF_SERVICE | OF_VIDEO))
