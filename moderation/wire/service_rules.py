"""UpdateServiceConfig: what was sent of a service's rules, published as one new version."""

from dataclasses import replace

import msgspec
from django.utils.translation import gettext_lazy as _

from config.accounts.idempotency import answer_once
from config.errors import Invalid
from config.wire.envelopes import Envelope
from config.wire.parameters import Parameters
from config.wire.refusals import invalid
from config.wire.registry import CONSOLE, Call, operation
from libraries.models import Vocabulary
from moderation.models import Service
from moderation.models.content import ContentType
from moderation.operations.publishable import RulesInvalid, require_publishable
from moderation.operations.publishing import NothingChanged, publish_version
from moderation.values import LabelRule, Rules
from moderation.wire.human_machine import read_human_machine
from moderation.wire.named_services import service_of
from moderation.wire.rules_forms import OF_SERVICE, OF_VIDEO, changed, read, read_ids, read_labels

# Under these labels the words of an account's own libraries are flagged, unless rules say otherwise.
CUSTOMIZED = ("customized", "C_customized")
# What makes two calls with one ClientToken the same; a V1 signature changes with every call.
SENT = (
    "ServiceCode",
    "ResourceType",
    "Scene",
    "SceneConfig",
    "ServiceConfig",
    "VideoConfig",
    "FileConfig",
    "KeywordHitLibs",
    "KeywordFilterLibs",
    "KeywordLibProcessConf",
    "ManualMachineConfig",
)


class SettingElsewhere(Invalid):
    """Something that this platform keeps in another place, or has not."""

    code = "setting_elsewhere"
    default_message = _("Services have no such setting here.")


@operation(CONSOLE, "UpdateServiceConfig", scope="services:write", envelope=Envelope.CONSOLE_WITH_STATUS)
def update_service_config(call: Call) -> dict:
    asked = call.parameters
    if asked.flag("DryRun"):
        service = service_of(call)
        require_publishable(service=service, rules=asked_rules(asked, service)[0])
        return {"Data": True}
    if "ClientToken" not in asked:
        return published(call)
    _status, body, _replayed = answer_once(
        account=call.account,
        key=asked.text("ClientToken"),
        request=msgspec.json.encode([call.operation.action, {name: asked.text(name) for name in SENT}]),
        now=call.now,
        act=lambda: (200, msgspec.json.encode(published(call))),
    )
    return msgspec.json.decode(body)


def published(call: Call) -> dict:
    service = service_of(call)
    rules, based_on, note = asked_rules(call.parameters, service)
    publish(call, service, rules, based_on=based_on, note=note)
    return {"Data": True}


def publish(
    call: Call, service: Service, rules: Rules, *, based_on: int | None = None, note: str = ""
) -> None:
    """What is in force already is as wanted: for a client that is no fault."""
    try:
        publish_version(
            service=service,
            rules=rules,
            note=note,
            actor=call.caller.key,
            now=call.now,
            based_on=based_on or service.current_version.number,
        )
    except NothingChanged:
        return


def asked_rules(asked: Parameters, service: Service) -> tuple[Rules, int | None, str]:
    """The rules in force with what was sent over them, on which version that is based, and the note."""
    rules = service.current_version.rules
    require_here(asked, service)
    of_service = asked.json("ServiceConfig", default={})
    changes = read("ServiceConfig", of_service, OF_SERVICE, beside={"Version", "Note"})
    changes |= read("VideoConfig", asked.json("VideoConfig", default={}), OF_VIDEO)
    labels = read_labels("SceneConfig", asked.json("SceneConfig", default={}), scene=asked.text("Scene"))
    if "ManualMachineConfig" in asked:
        given = asked.json("ManualMachineConfig")
        changes |= read_human_machine(service, given, rules=rules)
    if "KeywordFilterLibs" in asked:
        ids = read_ids("KeywordFilterLibs", asked.json("KeywordFilterLibs", list))
        changes["ignored_vocabularies"] = ids
    rules = changed(rules, changes | {"labels": labels})
    if "KeywordHitLibs" in asked:
        ids = read_ids("KeywordHitLibs", asked.json("KeywordHitLibs", list))
        rules = flagging(rules, ids, service)
    return rules, number_of("Version", of_service), text_of("Note", of_service)


def number_of(name: str, given: dict) -> int | None:
    if not isinstance(given.get(name, 0), int):
        raise invalid(f"ServiceConfig.{name}", "a number is expected.")
    return given.get(name)


def text_of(name: str, given: dict) -> str:
    if not isinstance(given.get(name, ""), str):
        raise invalid(f"ServiceConfig.{name}", "a text is expected.")
    return given.get(name, "")


def flagging(rules: Rules, wanted: list[int], service: Service) -> Rules:
    """The words of these libraries are flagged, and of no others: each under the label where it stands."""
    labels = {
        code: replace(rule, vocabularies=tuple(number for number in rule.vocabularies if number in wanted))
        for code, rule in rules.labels.items()
    }
    held = {number for rule in labels.values() for number in rule.vocabularies}
    if new := sorted(set(wanted) - held):
        code = label_for_words(rules, service)
        rule = labels.get(code, LabelRule())
        labels[code] = replace(rule, on=True, vocabularies=tuple(sorted({*rule.vocabularies, *new})))
    return replace(rules, labels=labels)


def label_for_words(rules: Rules, service: Service) -> str:
    if service.content_type not in (ContentType.TEXT, ContentType.AUDIO):
        message = _("Choose the label that these words stand for: send them as KeywordLibs in SceneConfig.")
        raise RulesInvalid(message, field="KeywordHitLibs")
    there = [code for code in CUSTOMIZED if code in rules.labels]
    in_use = [code for code in there if rules.labels[code].on]
    return (in_use or there or CUSTOMIZED)[0]


def require_here(asked: Parameters, service: Service) -> None:
    """What would be lost silently is refused; the empty form of it, or what is so already, is fine."""
    if asked.json("FileConfig", default={}):
        raise SettingElsewhere(_("Services for documents are not part of this platform."), field="FileConfig")
    given = asked.json("KeywordLibProcessConf", default={})
    held = dict(Vocabulary.objects.owned_by(service.account).values_list("pk", "variants"))
    for number, kinds in zip(read_ids("KeywordLibProcessConf", list(given)), given.values(), strict=True):
        if kinds != held.get(number):
            message = _("Ways of writing belong to the library, for all services: change them there.")
            raise SettingElsewhere(message, field="KeywordLibProcessConf")
