"""Version 2017-08-23: the words of keyword libraries."""

from django.conf import settings

from config.wire.envelopes import Envelope
from config.wire.moments import shown
from config.wire.pages import Page, counted
from config.wire.refusals import invalid, missing
from config.wire.registry import CLASSIC_CONSOLE, Call, operation
from libraries.imports import kind_of, read_words
from libraries.links import link_to
from libraries.models import Keyword
from libraries.objects import upload_at
from libraries.operations.keywords import AddReport, add_keywords, remove_keywords
from libraries.wire.asked import ids_in
from moderation.wire.classic_keyword_libraries import vocabulary_of

MOST_AT_ONCE = 10_000


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
