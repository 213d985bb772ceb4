"""The account's services: listed, read, copied, renamed."""

from django.utils.translation import gettext_lazy as _

from config.errors import NotFound
from config.wire.envelopes import Envelope
from config.wire.moments import shown
from config.wire.registry import CONSOLE, Call, operation
from moderation.catalogue.services import PRESETS
from moderation.models import Service
from moderation.models.content import ContentType
from moderation.operations.services import copy_service, rename_service
from moderation.values import Rules
from moderation.wire.human_machine import human_machine_told
from moderation.wire.named_services import kind_named, service_of, services_of
from moderation.wire.rules_forms import as_ids, scenes_told, service_told, video_told

# Every service may be called: there is none that an account would have to subscribe to first.
IN_USE = "in"


def facts_of(service: Service) -> dict:
    return {
        "ResourceType": service.content_type,
        "ServiceCode": service.code,
        "GmtModified": shown(service.current_version.published_at, service.account),
        "Uid": service.account.uid,
    }


def lists_told(rules: Rules) -> dict:
    """The libraries whose words are flagged, under whichever label, and those that are ignored."""
    flagged = {number for rule in rules.labels.values() for number in rule.vocabularies}
    return {
        "KeywordHitLibs": as_ids(flagged),
        "KeywordFilterLibs": as_ids(rules.ignored_vocabularies),
    }


def judges_told(rules: Rules, service: Service) -> dict:
    if service.content_type != ContentType.VIDEO:
        return {}
    judges = {"ImageService": list(rules.image_services), "AudioService": rules.audio_service}
    return {name: value for name, value in judges.items() if value}


@operation(CONSOLE, "ListServiceConfigs", scope="services:read", envelope=Envelope.CONSOLE)
def list_service_configs(call: Call) -> dict:
    """No service is of a class of its own or protects models: lists narrowed by these are empty."""
    asked, kind = call.parameters, kind_named(call.parameters)
    if "Classify" in asked or "ProtectionType" in asked or asked.text("UseStatus", IN_USE) != IN_USE:
        return {"Data": []}
    rows = services_of(call).shown_to(call.account).by_code()
    return {"Data": [entry(service) for service in (rows.of_content(kind) if kind else rows)]}


def entry(service: Service) -> dict:
    rules = service.current_version.rules
    origin = {"CopyFrom": service.copied_from.code} if service.copied_from else {}
    return facts_of(service) | origin | {
        "ServiceName": service.shown_name,
        "ServiceDesc": service.shown_description,
        "UseStatus": IN_USE,
        "CustomServiceConf": lists_told(rules) | judges_told(rules, service),
    }  # fmt: skip


@operation(CONSOLE, "GetServiceConfig", scope="services:read", envelope=Envelope.CONSOLE)
def get_service_config(call: Call) -> dict:
    service = service_of(call)
    rules = service.current_version.rules
    conf = lists_told(rules) | {"ManualMachineConfig": human_machine_told(service, rules)}
    return {"Data": facts_of(service) | {"CustomServiceConf": conf}}


@operation(CONSOLE, "GetServiceConf", scope="services:read", envelope=Envelope.CONSOLE)
def get_service_conf(call: Call) -> dict:
    """All that UpdateServiceConfig takes, under the names that it has there."""
    service = service_of(call)
    version = service.current_version
    is_default = call.parameters.flag("ByDefault")
    rules = defaults_of(service) if is_default else version.rules
    conf = lists_told(rules) | {
        "Scenes": scenes_told(rules, service, scene=call.parameters.text("Scene")),
        "ManualMachineConfig": human_machine_told(service, rules),
        "ServiceConfig": service_told(rules, service),
    }
    if not is_default:
        conf["ServiceConfig"]["Version"] = version.number
    if service.content_type == ContentType.VIDEO:
        conf["VideoConfig"] = video_told(rules, service)
    return facts_of(service) | {"CustomServiceConf": conf}


def defaults_of(service: Service) -> Rules:
    """The rules with which the service came, or that from which it was copied in the end."""
    origin = service
    while origin.copied_from_id:
        origin = origin.copied_from
    for preset in PRESETS:
        if preset.code == origin.code:
            return preset.rules
    raise NotFound(_("This service did not come with the account: it has no default."), field="ByDefault")


@operation(CONSOLE, "CopyServiceConfig", scope="services:write", envelope=Envelope.BARE)
def copy_service_config(call: Call) -> dict:
    copy_service(
        service=service_of(call),
        name=call.parameters.required("ServiceName"),
        description=call.parameters.text("ServiceDesc"),
        actor=call.caller.key,
        now=call.now,
    )
    return {"Data": True}


@operation(CONSOLE, "ModifyServiceInfo", scope="services:write", envelope=Envelope.BARE)
def modify_service_info(call: Call) -> dict:
    """What is not sent stays."""
    service = service_of(call)
    rename_service(
        service=service,
        name=call.parameters.text("ServiceName", service.name),
        description=call.parameters.text("ServiceDesc", service.description),
        actor=call.caller.key,
        now=call.now,
    )
    return {"Data": True}
