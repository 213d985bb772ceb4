"""Stored results in the words of the SDKs: labels, levels, and what their evidence names."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.utils.translation import gettext as _

from config.accounts.models import Account
from config.errors import NotFound
from config.wire.registry import Call
from libraries.models import Vocabulary
from moderation.catalogue.names import label_name
from moderation.models import ModerationResult
from moderation.results_hooks import manual_tasks_of
from moderation.values import Level, Source, worst

UNCOVERED = "x-assay-uncovered"


def uuid_of(text: str) -> UUID:
    """An id that we gave away; what cannot be one is nothing that we know."""
    try:
        return UUID(text.strip())
    except ValueError as error:
        raise NotFound() from error


def level_of(results: Iterable[ModerationResult]) -> str:
    return worst(Level(result.level) for result in results).value


def confidence_of(label: dict) -> dict:
    """There is none of `nonLabel`."""
    return {} if label["confidence"] is None else {"Confidence": float(label["confidence"])}


def description_of(label: dict, uncovered: Iterable[str] = ()) -> str:
    """Where nothing was found it is told, what nothing could look for."""
    name = label_name(label["label"])
    missed = ", ".join(sorted(uncovered)) if label["level"] == Level.NONE else ""
    return f"{name}. {_('Nothing could look for: %s') % missed}" if missed else name


def uncovered_in(results: Iterable[ModerationResult]) -> list[str]:
    return sorted({code for result in results for code in result.uncovered})


def tell_of_uncovered(call: Call, results: Iterable[ModerationResult]) -> None:
    note_uncovered(call, uncovered_in(results))


def note_uncovered(call: Call, codes: Iterable[str]) -> None:
    """Beside what was noted before: a call may be of several results."""
    before = [code for code in call.headers.get(UNCOVERED, "").split(",") if code]
    if known := ",".join(dict.fromkeys([*before, *codes])):
        call.headers[UNCOVERED] = known


def manual_task_of(results: Iterable[ModerationResult]) -> dict:
    """There is room for one: that of the worst result."""
    results = sorted(results, key=lambda result: -Level(result.level).rank)
    tasks = manual_tasks_of(results)
    found = next((tasks[result.pk] for result in results if result.pk in tasks), None)
    return {"ManualTaskId": found} if found else {}


def evidence_of(labels: Iterable[dict], *sources: Source) -> Iterator[dict]:
    return (one for label in labels for one in label["evidence"] if one["source"] in sources)


def words_of(evidence: Iterable[dict]) -> list[str]:
    """What was matched, each word once, in the order of the text."""
    return list(dict.fromkeys(one["text"] for one in evidence if one.get("text")))


def vocabulary_hits(labels: Iterable[dict], account: Account) -> list[tuple[int, str, list[str]]]:
    """The id and the name of each vocabulary that was hit, and its words that were met."""
    words = defaultdict(dict)
    for one in evidence_of(labels, Source.VOCABULARY):
        words[one["vocabulary"]][one["keyword"]] = None
    names = names_of(Vocabulary, words, account)
    return [(number, names.get(number, str(number)), list(met)) for number, met in words.items()]


def names_of(model, ids: Iterable[int], account: Account) -> dict[int, str]:
    """Asks nothing where nothing was hit, which is nearly always."""
    ids = set(ids)
    if not ids:
        return {}
    return dict(model.objects.owned_by(account).filter(pk__in=ids).values_list("pk", "name"))
