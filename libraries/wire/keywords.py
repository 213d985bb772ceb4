"""The words of keyword libraries: added, listed, deleted."""

import re

from django.conf import settings
from django.db import transaction

from config.wire.envelopes import Envelope
from config.wire.moments import shown
from config.wire.pages import Page, counted
from config.wire.refusals import invalid
from config.wire.registry import CONSOLE, Call, operation
from libraries.downloads import go_on
from libraries.models import Keyword, KeywordImport, Vocabulary
from libraries.objects import upload_at
from libraries.operations.keyword_imports import start_import
from libraries.operations.keywords import add_keywords, remove_keywords
from libraries.operations.vocabularies import create_vocabulary
from libraries.wire.asked import ids_in, vocabulary_of
from libraries.wire.image_libraries import order_asked
from libraries.wire.keyword_imports import result_of_import, result_of_report
from libraries.wire.keyword_libraries import require_ours

MOST_AT_ONCE = 10_000
# Clients send the end of a line as what it is, or spelled out as the documentation has it. No word has a
# backslash in it.
ENDS = re.compile(r"\r\n|\r|\n|\\r\\n|\\n")


def texts_asked(call: Call) -> list[str]:
    texts = ENDS.split(call.parameters.text("Keywords"))
    if len(texts) > MOST_AT_ONCE:
        message = f"at most {MOST_AT_ONCE} words fit into a call: send more in a file, as KeywordsObject."
        raise invalid("Keywords", message)
    return texts


def file_asked(call: Call) -> tuple[str, bytes] | None:
    """The file that KeywordsObject names, read before anything is written."""
    name = call.parameters.text("KeywordsObject").strip()
    if not name:
        return None
    if "Keywords" in call.parameters:
        raise invalid("Keywords", "send words or the name of a file, not both.")
    data = upload_at(name, account=call.account, most=settings.ASSAY_IMPORT_MAX_BYTES)
    return name.rpartition("/")[2], data


def filled(call: Call, vocabulary: Vocabulary, file: tuple[str, bytes] | None) -> KeywordImport | dict:
    """Words are brought in at once; a file is begun to be."""
    who = {"actor": call.caller.key, "now": call.now}
    if file is not None:
        name, data = file
        return start_import(vocabulary=vocabulary, file_name=name, data=data, confirm=True, **who)
    report = add_keywords(vocabulary=vocabulary, texts=texts_asked(call), **who)
    return result_of_report(vocabulary, report)


def answered(vocabulary: Vocabulary, done: KeywordImport | dict, *, has_progress: bool) -> dict:
    told = {"LibId": str(vocabulary.pk)}
    if isinstance(done, KeywordImport):
        done = go_on(done)
        told["TaskId"], result = str(done.pk), result_of_import(done)
    else:
        result = done | {"Progress": 100}
    if not has_progress:
        result.pop("Progress")
    return {"Data": told | {"KeywordsResult": result}}


@operation(CONSOLE, "AddKeywordLib", scope="libraries:write", envelope=Envelope.CONSOLE)
def add_keyword_lib(call: Call) -> dict:
    """With its first words or without. Words that cannot be any are told; the others are in."""
    require_ours(call)
    if "Properties" in call.parameters:
        raise invalid("Properties", "words have no properties here.")
    file = file_asked(call)
    with transaction.atomic():
        vocabulary = create_vocabulary(
            account=call.account,
            name=call.parameters.required("LibName"),
            description="",
            actor=call.caller.key,
            now=call.now,
        )
        done = filled(call, vocabulary, file)
    return answered(vocabulary, done, has_progress=False)


@operation(CONSOLE, "AddKeywords", scope="libraries:write", envelope=Envelope.CONSOLE)
def add_words(call: Call) -> dict:
    require_ours(call)
    vocabulary, file = vocabulary_of(call), file_asked(call)
    if file is None:
        call.parameters.required("Keywords")
    return answered(vocabulary, filled(call, vocabulary, file), has_progress=True)


@operation(CONSOLE, "ListKeywords", scope="libraries:read", envelope=Envelope.CONSOLE)
def list_words(call: Call) -> dict:
    """`Word` narrows the list to words that have it in them, in any spelling."""
    require_ours(call)
    vocabulary, page = vocabulary_of(call), Page.asked(call.parameters)
    order = order_asked(call)
    rows, word = vocabulary.keywords.all(), call.parameters.text("Word").strip()
    if word:
        rows = rows.containing(word)
    total = counted(rows) if word else vocabulary.keyword_count
    return {
        "Data": page.facts(total)
        | {"Items": [told(call, keyword) for keyword in page.of(rows.order_by(order))]}
    }


def told(call: Call, keyword: Keyword) -> dict:
    """A word has one id, under which either list of DeleteKeyword knows it."""
    return {
        "Id": keyword.pk,
        "KeywordMd5Id": keyword.pk,
        "KeywordLibId": str(keyword.vocabulary_id),
        "Word": keyword.text,
        "GmtCreate": shown(keyword.created_at, call.account),
    }


@operation(CONSOLE, "DeleteKeyword", scope="libraries:write", envelope=Envelope.CONSOLE)
def delete_words(call: Call) -> dict:
    """Data says whether any of them was there."""
    require_ours(call)
    vocabulary, asked = vocabulary_of(call), call.parameters
    ids = [*asked.several("KeywordIds"), *asked.several("KeywordIdList")]
    if not 1 <= len(ids) <= MOST_AT_ONCE:
        raise invalid("KeywordIds", f"a list of 1 to {MOST_AT_ONCE} ids is expected.")
    chosen = ids_in(call, "KeywordIds", ids)
    removed = remove_keywords(vocabulary=vocabulary, ids=chosen, actor=call.caller.key, now=call.now)
    return {"Data": removed > 0}
