"""What stands in a row of exported results, and in which order."""

from collections.abc import Iterable, Iterator
from functools import cache
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from import_export.resources import Resource

from config.accounts.models import Account
from moderation.catalogue.names import label_name
from moderation.models import ModerationResult
from moderation.models.content import ContentType, RiskLevel
from moderation.moments import in_words, moments_of
from moderation.results_asked import NAMES, read_asked
from moderation.results_query import newest_ids
from moderation.values import NO_RISK
from review.models import Feedback
from stats.exports.kind import CHUNK, Columns, Kind, Table, Wish, column, local
from stats.models import Export

MOST_MOMENTS = 20
UNUSED = ("context", "scores", "version__document")
CONTENT = {"content", "picture_text"}


def found_labels(result) -> list[dict]:
    return [label for label in result.labels if label["label"] != NO_RISK]


@cache
def words(choices, language: str) -> dict[str, str]:
    """What a choice is called. Django's own way translates every choice for every row."""
    return {value: str(label) for value, label in choices.choices}


def spelled(choices, value: str) -> str:
    return words(choices, get_language() or "").get(value, value)


def listed(values) -> str:
    return ", ".join(map(str, values))


class ResultResource(Resource):
    times = ("time",)
    request_id = column(_("Request id"), lambda result: str(result.request_id))
    data_id = column(_("Data id"), lambda result: result.data_id)
    time = column(_("Time"), lambda result: local(result.created_at, result.zone))
    content_type = column(_("Content type"), lambda result: spelled(ContentType, result.content_type))
    service = column(_("Service"), lambda result: result.service.code)
    version = column(_("Rules version"), lambda result: result.version.number)
    level = column(
        _("Risk level"), lambda result: spelled(RiskLevel, result.level) if result.is_judged else ""
    )
    labels = column(_("Returned labels"), lambda result: listed(label["label"] for label in result.labels))
    names = column(
        _("Names of the labels"),
        lambda result: listed(label_name(label["label"]) for label in found_labels(result)),
    )
    confidence = column(
        _("Highest confidence"),
        lambda result: max(
            (label["confidence"] for label in found_labels(result) if label.get("confidence") is not None),
            default=None,
        ),
    )
    moments = column(_("Moments"), lambda result: "; ".join(moments_told(result)))
    source = column(_("Source"), lambda result: spelled(ModerationResult.Source, result.source))
    uncovered = column(_("Not looked for"), lambda result: listed(result.uncovered))
    human = column(_("Human verdict"), lambda result: spelled(ModerationResult.Outcome, result.human_outcome))
    human_label = column(_("Human label"), lambda result: result.human_label)
    feedback = column(_("Feedback"), lambda result: listed(map(told, result.standing)))
    author_id = column(_("Author"), lambda result: result.author_id)
    took = column(
        _("Milliseconds taken"), lambda result: round(result.took_us / 1000, 1) if result.is_judged else None
    )
    picture = column("SHA-256", lambda result: result.media.get("sha256", ""))
    content = column(_("Content"), lambda result: result.content)
    picture_text = column(_("Text in the picture"), lambda result: result.media.get("text", ""))


def moments_told(result) -> Iterator[str]:
    """Of a recording: each label and when it was seen or said; of other content nothing."""
    for label in found_labels(result):
        if moments := moments_of(label.get("evidence", ())):
            yield f"{label['label']}: {in_words(moments, MOST_MOMENTS)}"


def told(feedback: Feedback) -> str:
    label = f": {feedback.label}" if feedback.label else ""
    return f"{feedback.get_kind_display()}{label}"


class ResultTable:
    """Headers, and rows read in chunks, so that the length of the list costs no memory."""

    def __init__(self, account: Account, *, has_content: bool):
        self.account, self.zone = account, ZoneInfo(account.time_zone)
        self.columns = Columns(ResultResource(), account, left_out=() if has_content else CONTENT)
        self.headers = self.columns.headers

    def rows(self, ids: Iterable[int]) -> Iterator[list]:
        for result in self.results(list(ids)):
            yield self.columns.of(result)

    def results(self, ids: list[int]) -> Iterator[ModerationResult]:
        for start in range(0, len(ids), CHUNK):
            chunk = ids[start : start + CHUNK]
            results = ModerationResult.objects.owned_by(self.account).with_names().defer(*UNUSED)
            by_id = results.in_bulk(chunk)
            given: dict[int, list[Feedback]] = {}
            for feedback in Feedback.objects.owned_by(self.account).open().filter(result__in=chunk):
                given.setdefault(feedback.result_id, []).append(feedback)
            for pk in chunk:
                result = by_id.get(pk)
                if result is not None:  # else it was purged meanwhile
                    result.standing, result.zone = given.get(pk, []), self.zone
                    yield result


def open_results(wish: Wish) -> Table:
    """The newest first; a service that is gone since it was asked for makes an empty list."""
    asked, _faults = read_asked(wish.params, account=wish.account, now=wish.at)
    limit = wish.most + 1
    ids = [] if asked.nothing else newest_ids(asked, account=wish.account, after=None, limit=limit)
    table = ResultTable(wish.account, has_content=wish.has_content)
    rows = table.rows(ids[: wish.most])
    return Table(table.headers, rows, min(len(ids), wish.most), is_cut=len(ids) > wish.most)


RESULTS = Kind(
    Export.Kind.RESULTS, "results.view", "results:read", read_asked, open_results, NAMES, has_content=True
)
