"""What became of words that were to be added, from a call or from a file."""

from django.utils.translation import gettext_lazy as _

from config.errors import NotAllowedNow, NotFound
from config.wire.envelopes import Envelope
from config.wire.registry import CONSOLE, Call, operation
from libraries.limits import KeywordEmpty, KeywordTooLong
from libraries.models import KeywordImport, Vocabulary
from libraries.operations.keyword_imports import ADDED, REPEATED, report_of
from libraries.operations.keywords import AddReport
from libraries.outcomes import FAILURES
from libraries.wire.asked import is_id

WRONG_LENGTH = (KeywordTooLong.code, KeywordEmpty.code)
# Of each list; the counts are whole.
SHOWN = 200


class KeywordImportFailed(NotAllowedNow):
    code = "keyword_import_failed"
    default_message = _("The import failed. What it had brought in until then stays.")


def lists_of(refused: list[tuple[str, str]], again: list[str]) -> dict:
    """`refused` are words with the code of why."""
    return {
        "IllegalLengthKeywords": [word for word, code in refused if code in WRONG_LENGTH][:SHOWN],
        "InvalidKeywords": [word for word, code in refused if code not in WRONG_LENGTH][:SHOWN],
        "RepeatKeywords": again[:SHOWN],
    }


def result_of_report(vocabulary: Vocabulary, report: AddReport) -> dict:
    tips = {"Tips": report.refused[0].message} if report.refused else {}
    return tips | {
        "LibId": str(vocabulary.pk),
        "SuccessCount": report.added,
        "RepeatCount": report.repeated,
        "InvalidCount": len(report.refused),
        "TotalCount": report.added + report.repeated + len(report.refused),
        **lists_of([(one.text, one.code) for one in report.refused], list(report.again)),
    }


def result_of_import(held: KeywordImport) -> dict:
    """While it goes on, of the lines that are done."""
    if held.state == KeywordImport.State.FAILED:
        raise KeywordImportFailed(FAILURES.get(held.error), reason=held.error)
    counts = held.counts if held.started_at else {}
    added, repeated = counts.get(ADDED, 0), counts.get(REPEATED, 0)
    refused, again = told_by_line(held) if counts else ([], [])
    is_done = held.state == KeywordImport.State.DONE
    return {
        "LibId": str(held.vocabulary_id),
        "Progress": 100 if is_done else min(99, 100 * held.done // held.lines if held.lines else 0),
        "SuccessCount": added,
        "RepeatCount": repeated,
        "InvalidCount": sum(counts.values()) - added - repeated,
        "TotalCount": held.lines or 0,
        **lists_of(refused, again),
    }


def told_by_line(held: KeywordImport) -> tuple[list[tuple[str, str]], list[str]]:
    refused, again = [], []
    for _line, text, outcome, _detail in report_of(held):
        if outcome == REPEATED and len(again) < SHOWN:
            again.append(text)
        elif outcome not in (ADDED, REPEATED) and len(refused) < 2 * SHOWN:
            refused.append((text, outcome))
    return refused, again


@operation(CONSOLE, "GetKeywordImportResult", scope="libraries:read", envelope=Envelope.CONSOLE)
def get_keyword_import_result(call: Call) -> dict:
    text = call.parameters.required("TaskId").strip()
    rows = KeywordImport.objects.owned_by(call.account)
    held = rows.filter(pk=int(text)).first() if is_id(text) else None
    if held is None:
        raise NotFound(_("This account has no such import."), field="TaskId")
    return {"Data": result_of_import(held)}
