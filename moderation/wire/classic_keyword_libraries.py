"""Version 2017-08-23: keyword libraries, their words, and where they are in force."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.errors import NotFound
from config.wire.envelopes import Envelope
from config.wire.moments import shown
from config.wire.refusals import invalid
from config.wire.registry import CLASSIC_CONSOLE, Call, operation
from libraries.models import Variant, Vocabulary
from libraries.operations.vocabularies import change_vocabulary, create_vocabulary, delete_vocabulary
from libraries.usage import used_by
from moderation.lists_in_rules import BLACK
from moderation.wire.classic_bindings import (
    WORDS,
    LibraryKindUnsupported,
    Use,
    bind,
    category_asked,
    release,
    scene_asked,
    services_at,
    uses_of,
)
from moderation.wire.named_services import kind_named

MODULE, KEYWORDS = "open_api", "textKeyword"
PRECISE, FUZZY = "precise", "fuzzy"
NAMES = {"text": "TEXT", "image": "IMAGE", "audio": "VOICE"}


def variants_asked(call: Call) -> list[str] | None:
    """How words are written: as they are, or in each of the ways that the platform knows."""
    mode = call.parameters.text("MatchMode").strip().lower()
    if mode not in ("", PRECISE, FUZZY):
        raise invalid("MatchMode", f"{PRECISE} or {FUZZY} is expected.")
    return {PRECISE: [], FUZZY: list(Variant.values)}.get(mode)


def kind_asked(call: Call) -> str:
    kind = kind_named(call.parameters) or "text"
    if kind not in NAMES:
        raise invalid("ResourceType", f"one of {', '.join(NAMES.values())} is expected.")
    return kind


@operation(CLASSIC_CONSOLE, "CreateKeywordLib", scope="libraries:write", envelope=Envelope.BARE)
def create(call: Call) -> dict:
    """In force where its BizTypes are, unless it is to be off: that is a change of their rules, too."""
    if call.parameters.text("LibType", KEYWORDS) != KEYWORDS:
        raise LibraryKindUnsupported(_("Libraries hold words: texts are not kept in them."), field="LibType")
    kind, category, variants = kind_asked(call), category_asked(call, WORDS), variants_asked(call)
    scene = scene_asked(call, kind)
    is_on = call.parameters.flag("Enable", True)
    services = services_at(call, kind) if is_on else []
    if services:
        call.caller.require("services:write")
    with transaction.atomic():
        made = create_vocabulary(
            account=call.account,
            name=call.parameters.required("Name"),
            description="",
            variants=variants or [],
            actor=call.caller.key,
            now=call.now,
        )
        bind(call, WORDS, made.pk, services, (category, kind, scene))
    return {"Id": str(made.pk)}


@operation(CLASSIC_CONSOLE, "UpdateKeywordLib", scope="libraries:write", envelope=Envelope.BARE)
def update(call: Call) -> dict:
    """What is not sent stays. With BizTypes it is in force there and nowhere else, as what it was before."""
    vocabulary, asked = vocabulary_of(call, "Id"), call.parameters
    uses = uses_of(call, WORDS).get(vocabulary.pk, [])
    is_on = asked.flag("Enable", True)
    moves = "BizTypes" in asked or ("Enable" in asked and is_on != bool(uses))
    if moves:
        call.caller.require("services:write")
    with transaction.atomic():
        change_vocabulary(
            vocabulary=vocabulary,
            name=asked.text("Name", vocabulary.name),
            description=vocabulary.description,
            variants=variants_asked(call),
            actor=call.caller.key,
            now=call.now,
        )
        if moves:
            move(call, vocabulary, uses, is_on)
    return {}


def move(call: Call, vocabulary: Vocabulary, uses: list[Use], is_on: bool) -> None:
    use = uses[0] if uses else Use("", BLACK, "text", "antispam")
    scene = use.scene or ("ad" if use.kind == "image" else "antispam")
    release(call, WORDS, vocabulary.pk)
    if is_on:
        services = services_at(call, use.kind)
        bind(call, WORDS, vocabulary.pk, services, (use.category, use.kind, scene))


@operation(CLASSIC_CONSOLE, "DescribeKeywordLib", scope="libraries:read", envelope=Envelope.BARE)
def describe(call: Call) -> dict:
    uses = uses_of(call, WORDS)
    held = list(Vocabulary.objects.owned_by(call.account).by_name())
    told = [told_of(call, one, uses.get(one.pk, [])) for one in held]
    return {"TotalCount": len(held), "KeywordLibList": told}


def told_of(call: Call, vocabulary: Vocabulary, uses: list[Use]) -> dict:
    """What it is for is told of one that is in force."""
    told = {
        "Id": vocabulary.pk,
        "Code": str(vocabulary.pk),
        "Name": vocabulary.name,
        "Count": vocabulary.keyword_count,
        "ModifiedTime": shown(vocabulary.updated_at, call.account),
        "ServiceModule": MODULE,
        "Source": "custom",
        "LibType": KEYWORDS,
        "MatchMode": FUZZY if vocabulary.variants else PRECISE,
        "BizTypes": list(dict.fromkeys(use.biz_type for use in uses)),
        "Enable": bool(uses),
    }
    return told | ({"Category": uses[0].category, "ResourceType": NAMES[uses[0].kind]} if uses else {})


@operation(CLASSIC_CONSOLE, "DeleteKeywordLib", scope="libraries:write", envelope=Envelope.BARE)
def delete(call: Call) -> dict:
    held = vocabulary_of(call, "Id")
    delete_vocabulary(vocabulary=held, used_by=used_by(held), actor=call.caller.key, now=call.now)
    return {}


def vocabulary_of(call: Call, name: str) -> Vocabulary:
    rows = Vocabulary.objects.owned_by(call.account).select_related("account")
    found = rows.filter(pk=call.parameters.number(name, most=2**63 - 1)).first()
    if found is None:
        raise NotFound(_("This account has no such keyword library."), field=name)
    return found
