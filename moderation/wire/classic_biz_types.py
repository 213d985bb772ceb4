"""Version 2017-08-23: BizTypes. What one is here: moderation.biz_types."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from config.errors import NotFound
from config.wire.envelopes import Envelope
from config.wire.refusals import invalid
from config.wire.registry import CLASSIC_CONSOLE, Call, operation
from moderation.biz_types import DEFAULT, names_of, services_named
from moderation.catalogue.scenes import SCENES, labels_in, place_of
from moderation.models import Service
from moderation.models.content import ContentType
from moderation.operations.biz_types import create_biz_type, describe_biz_type
from moderation.values import LabelRule, Rules
from moderation.wire.named_services import kind_named, services_of
from moderation.wire.service_rules import SettingElsewhere, publish

NAMES = {"Porn": "porn", "Terrorism": "terrorism", "Ad": "ad", "Live": "live", "Antispam": "antispam"}
CUSTOM, SYSTEM = "custom", "system"


@operation(CLASSIC_CONSOLE, "CreateBizType", scope="services:write", envelope=Envelope.BARE)
def create(call: Call) -> dict:
    """Rules do not come by industry: what is said of it stands in the description."""
    described = (call.parameters.text("Description"), call.parameters.text("IndustryInfo"))
    create_biz_type(
        account=call.account,
        name=" ".join(call.parameters.required("BizTypeName").split()),
        description=" · ".join(text for text in described if text),
        sources=named(call, "BizTypeImport", DEFAULT),
        actor=call.caller.key,
        now=call.now,
    )
    return {}


@operation(CLASSIC_CONSOLE, "UpdateBizType", scope="services:write", envelope=Envelope.BARE)
def update(call: Call) -> dict:
    """A description of one of the services that the account began with is that of this service."""
    describe_biz_type(
        services=named(call),
        description=call.parameters.text("Description"),
        actor=call.caller.key,
        now=call.now,
    )
    return {}


@operation(CLASSIC_CONSOLE, "DescribeUserBizTypes", scope="services:read", envelope=Envelope.BARE)
def describe_all(call: Call) -> dict:
    """Customized ones are copies; each may be copied again."""
    is_custom = call.parameters.flag("Customized")
    found = names_of(list(services_of(call).shown_to(call.account).in_families()))
    told = [told_of(name, services) for name, services in found.items()]
    own = [one for one in told if one["Source"] == CUSTOM]
    return {"BizTypeList": own if is_custom else told, "BizTypeListImport": told}


def told_of(name: str, services: list[Service]) -> dict:
    first = services[0]
    is_copy = first.copied_from_id is not None
    told = {"BizType": name, "Source": CUSTOM if is_copy else SYSTEM, "CiteTemplate": is_copy}
    if is_copy:
        told["SourceBizType"] = ",".join(dict.fromkeys(one.copied_from.code for one in services))
    return told | ({"Description": first.shown_description} if first.description else {})


@operation(CLASSIC_CONSOLE, "DescribeBizTypes", scope="services:read", envelope=Envelope.BARE)
def describe_names(call: Call) -> dict:
    names = list(names_of(list(services_of(call).shown_to(call.account).in_families())))
    return {"BizTypeList": names, "TotalCount": len(names)}


@operation(CLASSIC_CONSOLE, "DescribeBizTypeSetting", scope="services:read", envelope=Envelope.BARE)
def describe_setting(call: Call) -> dict:
    """Of each scene the labels of 1.0 that something of ours is on for."""
    kind = kind_asked(call)
    rules, told = service_of(call, kind).current_version.rules, {}
    for name, scene in NAMES.items():
        if scene not in SCENES[kind]:
            continue
        on = labels_in(scene, (code for code, rule in rules.labels.items() if rule.on), kind)
        told[name] = {"Categories": sorted({place_of(code, kind)[1] for code in on})}
    return told


@operation(CLASSIC_CONSOLE, "UpdateBizTypeSetting", scope="services:write", envelope=Envelope.BARE)
def update_setting(call: Call) -> dict:
    """Of each scene that is sent the labels that are to be looked for, and no others."""
    kind = kind_asked(call)
    service = service_of(call, kind)
    rules = service.current_version.rules
    for name, scene in NAMES.items():
        if name not in call.parameters:
            continue
        if scene not in SCENES[kind]:
            raise invalid(name, "this kind of content has no such scene.")
        rules = chosen(rules, scene, kind, categories_in(call, name))
    publish(call, service, rules)
    return {}


def categories_in(call: Call, name: str) -> set[str]:
    """A list, or the object that DescribeBizTypeSetting answers with."""
    if call.parameters.text(name).strip().startswith("{"):
        return {str(one) for one in call.parameters.json(name).get("Categories", [])}
    return set(call.parameters.several(name))


def chosen(rules: Rules, scene: str, kind: str, categories: set[str]) -> Rules:
    """Where some label of a category is on it stays as it is; a category that is all off goes on whole."""
    by_category: dict[str, list[str]] = {}
    for code in labels_in(scene, rules.labels, kind):
        by_category.setdefault(place_of(code, kind)[1], []).append(code)
    if unknown := categories - set(by_category):
        raise invalid(scene, f"no such category: {', '.join(sorted(unknown))[:100]}.")
    for category, codes in by_category.items():
        is_on = any(rules.labels[code].on for code in codes)
        if is_on != (category in categories):
            rules = replace(rules, labels=rules.labels | switched(rules, codes, category in categories))
    return rules


def switched(rules: Rules, codes: list[str], on: bool) -> dict[str, LabelRule]:
    return {code: replace(rules.labels[code], on=on) for code in codes}


def named(call: Call, name: str = "BizTypeName", default: str = "") -> dict[str, Service]:
    text = call.parameters.text(name, default).strip() or call.parameters.required(name)
    found = services_named(call.account, text)
    if not found:
        raise NotFound(_("This account has no such service."), field=name)
    return found


def kind_asked(call: Call) -> str:
    """Frames of videos are judged by services for pictures: those are set."""
    kind = kind_named(call.parameters) or ContentType.IMAGE.value
    if kind == ContentType.VIDEO:
        message = _("Videos are judged by the services for pictures and for voice: change those.")
        raise SettingElsewhere(message, field="ResourceType")
    return kind


def service_of(call: Call, kind: str) -> Service:
    found = named(call).get(kind)
    if found is None:
        raise NotFound(_("This account has no such service."), field="BizTypeName")
    return found
