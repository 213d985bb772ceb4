"""Version 2017-08-23: libraries as BizTypes use them. In 1.0 a library says itself where it applies."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from config.errors import Invalid, NotFound
from config.wire.refusals import invalid
from config.wire.registry import Call
from moderation.biz_types import DEFAULT, name_of, services_named
from moderation.catalogue.scenes import SCENES, labels_in, place_of
from moderation.lists_in_rules import BLACK, CUSTOMIZED, IGNORE, WHITE, fitting, flag, under_labels
from moderation.models import Service
from moderation.models.content import ContentType
from moderation.operations.publishable import takes_image_libraries, takes_vocabularies
from moderation.values import Rules
from moderation.wire.named_services import services_of
from moderation.wire.service_rules import publish

IMAGE = ContentType.IMAGE.value
WORDS, PICTURES = "vocabularies", "image_libraries"
# Where a scene is not named: words in texts have but one, words in pictures stand in the one of text.
SCENE_OF = {"text": "antispam", "audio": "antispam", "image": "ad"}


class LibraryKindUnsupported(Invalid):
    code = "library_kind_unsupported"
    default_message = _("A library flags what is in it, or lets it pass: there are no others here.")


@dataclass(frozen=True, slots=True)
class Use:
    """Where a library is in force, and as what."""

    biz_type: str
    category: str
    kind: str
    scene: str = ""


def codes_for(rules: Rules, field: str, kind: str, scene: str) -> list[str]:
    """The labels under which a library of this kind flags in a scene."""
    if field == WORDS and kind != IMAGE:
        return list(CUSTOMIZED)
    takes = takes_vocabularies if field == WORDS else takes_image_libraries
    return fitting(labels_in(scene, rules.labels, kind), kind, takes)


def put(rules: Rules, field: str, category: str, numbers: list[int], kind: str, scene: str) -> Rules:
    """Exactly these libraries are in force as what they are put there for."""
    if category == BLACK:
        codes = codes_for(rules, field, kind, scene)
        if not codes and numbers:
            raise LibraryKindUnsupported(
                _("This scene has no label under which such a library could flag."), field="Scene"
            )
        return flag(rules, field, numbers, codes) if codes else rules
    if category == IGNORE and field == WORDS:
        return replace(rules, ignored_vocabularies=tuple(sorted(numbers)))
    if category == WHITE and field == PICTURES:
        return replace(rules, exempt_image_libraries=tuple(sorted(numbers)))
    if numbers:
        raise LibraryKindUnsupported(field="Category")
    return rules


def held(rules: Rules, field: str, category: str, kind: str, scene: str) -> list[int]:
    if category == BLACK:
        return under_labels(rules, field, codes_for(rules, field, kind, scene))
    if category == IGNORE and field == WORDS:
        return list(rules.ignored_vocabularies)
    if category == WHITE and field == PICTURES:
        return list(rules.exempt_image_libraries)
    return []


def category_asked(call: Call, field: str) -> str:
    text = call.parameters.text("Category", BLACK).strip().upper()
    if text not in (BLACK, WHITE if field == PICTURES else IGNORE):
        raise LibraryKindUnsupported(field="Category", category=text[:20])
    return text


def scene_asked(call: Call, kind: str) -> str:
    scene = call.parameters.text("Scene").strip() or SCENE_OF[kind]
    if scene not in SCENES[kind]:
        raise invalid("Scene", f"one of {', '.join(SCENES[kind])} is expected.")
    return scene


def services_at(call: Call, kind: str) -> list[Service]:
    """Of the BizTypes that the call names, or of the default, what judges this kind of content."""
    found = [
        services_named(call.account, biz_type).get(kind)
        for biz_type in call.parameters.several("BizTypes") or [DEFAULT]
    ]
    if None in found:
        raise NotFound(_("This account has no such service."), field="BizTypes")
    return list({service.pk: service for service in found}.values())


def bind(call: Call, field: str, number: int, services: list[Service], use: tuple[str, str, str]) -> None:
    """One library more is in force in these services."""
    category, kind, scene = use
    for service in sorted(services, key=lambda service: service.pk):
        rules = service.current_version.rules
        numbers = sorted({number, *held(rules, field, category, kind, scene)})
        publish(call, service, put(rules, field, category, numbers, kind, scene))


def release(call: Call, field: str, number: int, but: list[Service] = ()) -> None:
    """A library is in force nowhere, but for the services that are named."""
    kept = {service.pk for service in but}
    for service in services_of(call).order_by("pk"):
        rules = without(service.current_version.rules, field, number)
        if service.pk not in kept and rules.to_json() != service.current_version.rules.to_json():
            publish(call, service, rules)


def without(rules: Rules, field: str, number: int) -> Rules:
    labels = {
        code: replace(rule, **{field: tuple(one for one in getattr(rule, field) if one != number)})
        for code, rule in rules.labels.items()
    }
    silent = "ignored_vocabularies" if field == WORDS else "exempt_image_libraries"
    rest = tuple(one for one in getattr(rules, silent) if one != number)
    return replace(rules, labels=labels, **{silent: rest})


def uses_of(call: Call, field: str) -> dict[int, list[Use]]:
    """By the id of the library. Rules of BizTypes are few: all of them are looked at once."""
    found: dict[int, list[Use]] = {}
    for service in services_of(call).in_families():
        rules, kind, name = service.current_version.rules, service.content_type, name_of(service)
        silent, category = (
            (rules.ignored_vocabularies, IGNORE) if field == WORDS else (rules.exempt_image_libraries, WHITE)
        )
        for number in silent:
            found.setdefault(number, []).append(Use(name, category, kind))
        for code, rule in rules.labels.items():
            for number in getattr(rule, field):
                found.setdefault(number, []).append(Use(name, BLACK, kind, place_of(code, kind)[0]))
    return found
