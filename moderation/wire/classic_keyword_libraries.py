"""Version 2017-08-23: keyword libraries, their words, and where they are in force."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.errors import NotFound
from config.wire.envelopes import Envelope
from config.wire.moments import shown
from config.wire.pages import Page, counted
from config.wire.refusals import invalid, missing
from config.wire.registry import CLASSIC_CONSOLE, Call, operation
from libraries.imports import kind_of, read_words
from libraries.links import link_to
from libraries.models import Keyword, Variant, Vocabulary
from libraries.objects import upload_at
from libraries.operations.keywords import AddReport, add_keywords, remove_keywords
from libraries.operations.vocabularies import change_vocabulary, create_vocabulary, delete_vocabulary
from libraries.usage import used_by
from libraries.wire.asked import ids_in
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
MOST_AT_ONCE = 10_000


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


@operation(CLASSIC_CONSOLE, "CreateKeyword", scope="libraries:write", envelope=Envelope.BARE)
def add_words(call: Call) -> dict:
    held, texts = vocabulary_of(call, "KeywordLibId"), texts_asked(call)
    report = add_keywords(vocabulary=held, texts=texts, actor=call.caller.key, now=call.now)
    words = held.keywords.named(texts=texts).order_by("id").values_list("id", "text")
    valid = [{"id": pk, "keyword": text} for pk, text in words]
    return counts_of(report) | {"validKeywordList": valid}


def counts_of(report: AddReport) -> dict:
    """A word that was there already is in the library, as was wanted."""
    return {
        "SuccessCount": report.added + report.repeated,
        "InvalidKeywordList": [one.text for one in report.refused],
    }


@operation(CLASSIC_CONSOLE, "ImportKeywords", scope="libraries:write", envelope=Envelope.BARE)
def import_words(call: Call) -> dict:
    """A file that was uploaded, up to so many lines; more than these are imported by the console or REST."""
    held, name = vocabulary_of(call, "KeywordLibId"), call.parameters.required("KeywordsObject")
    data = upload_at(name, account=call.account, most=settings.ASSAY_IMPORT_MAX_BYTES)
    texts = [line.keyword for line in read_words(kind_of(name, data), data, most=MOST_AT_ONCE)]
    report = add_keywords(vocabulary=held, texts=texts, actor=call.caller.key, now=call.now)
    words = held.keywords.named(texts=texts).order_by("id")
    return counts_of(report) | {"validKeywordList": list(words.values_list("text", flat=True))}


@operation(CLASSIC_CONSOLE, "ExportKeywords", scope="libraries:read", envelope=Envelope.BARE)
def export_words(call: Call) -> dict:
    """The address of a text file with a word a line, good for an hour."""
    held = vocabulary_of(call, "KeywordLibId")
    return {"DownloadUrl": link_to("vocabulary", held.pk, key=call.caller.key, now=call.now)}


@operation(CLASSIC_CONSOLE, "DescribeKeyword", scope="libraries:read", envelope=Envelope.BARE)
def list_words(call: Call) -> dict:
    held, page = vocabulary_of(call, "KeywordLibId"), Page.asked(call.parameters)
    word = call.parameters.text("Keyword").strip()
    rows = held.keywords.containing(word) if word else held.keywords.all()
    total = counted(rows) if word else held.keyword_count
    return page.facts(total) | {
        "KeywordList": [word_told(call, one) for one in page.of(rows.order_by("-id"))]
    }


def word_told(call: Call, keyword: Keyword) -> dict:
    return {
        "Id": keyword.pk,
        "Keyword": keyword.text,
        "HitCount": keyword.hit_count,
        "CreateTime": shown(keyword.created_at, call.account),
    }


@operation(CLASSIC_CONSOLE, "DeleteKeyword", scope="libraries:write", envelope=Envelope.BARE)
def delete_words(call: Call) -> dict:
    held = vocabulary_of(call, "KeywordLibId")
    ids = ids_in(call, "Ids", call.parameters.several("Ids"))
    texts = texts_asked(call) if "Keywords" in call.parameters else []
    if not ids and not texts:
        raise missing("Ids")
    remove_keywords(vocabulary=held, ids=ids, texts=texts, actor=call.caller.key, now=call.now)
    return {}


def texts_asked(call: Call) -> list[str]:
    """JSON text, words between commas, or a word a line."""
    text = call.parameters.required("Keywords").strip()
    is_list = text.startswith("[") or "\n" not in text
    found = call.parameters.several("Keywords") if is_list else text.splitlines()
    if len(found) > MOST_AT_ONCE:
        raise invalid("Keywords", f"at most {MOST_AT_ONCE} words fit into a call.")
    return found


def vocabulary_of(call: Call, name: str) -> Vocabulary:
    rows = Vocabulary.objects.owned_by(call.account).select_related("account")
    found = rows.filter(pk=call.parameters.number(name, most=2**63 - 1)).first()
    if found is None:
        raise NotFound(_("This account has no such keyword library."), field=name)
    return found
