"""Results with their pictures, and pictures that wait to be judged."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT

from config.erasure.marks import Mark, Trace
from config.erasure.models import SubjectRequest
from config.erasure.registry import MarkedRows
from libraries.erasing import SAMPLE, ids_in
from moderation.media import storage
from moderation.models import (
    MediaAsset,
    ModerationResult,
    ModerationTask,
    ResultEmbedding,
    ResultFingerprint,
    ResultLabel,
    SampleEmbedding,
)

Kind = SubjectRequest.Kind
# What rows tell that are named by a request, and what is told of it under which name.
SUBJECTS = ("result:", "task:", "media_job:")


def note_requests(trace: Trace, rows: QuerySet, column: str) -> None:
    """`rows` belong to the subject, and `column` names the request that each came with."""
    named = rows.values_list(column, flat=True)
    trace.note_rows(Mark.REQUEST, named)
    for prefix in SUBJECTS:
        trace.note_rows(Mark.REF, named, prefix=prefix)
    trace.note_rows(Mark.NAME, rows.exclude(data_id="").values_list("data_id", flat=True))


def of_subject(trace: Trace, rows: QuerySet, *, request: str) -> QuerySet:
    """Rows with columns `author_id` and `data_id`, and `request` for the id of the request."""
    kind, value = trace.subject.kind, trace.subject.value
    if kind in (Kind.AUTHOR, Kind.DATA):
        return rows.filter(**{kind: value})
    return rows.filter(**{request: value}) if kind == Kind.REQUEST else rows.none()


def unnamed_by_others(keys: Iterable[str], trace: Trace) -> list[str]:
    """Without those that a result or a recording of somebody else names as well."""
    keys = {key for key in keys if key}
    if not keys:
        return []
    naming = ModerationResult.objects.filter(media__has_key="key").annotate(key=KT("media__key"))
    found = [(key, str(one)) for key, one in naming.filter(key__in=keys).values_list("key", "request_id")]
    for media_id, *kept in MediaAsset.objects.filter(Q(key__in=keys) | Q(cover_key__in=keys)).values_list(
        "media_id", "key", "cover_key"
    ):
        found += [(key, media_id) for key in kept]
    mine = trace.known({name for _key, name in found})
    return sorted(keys - {key for key, name in found if name not in mine})


class Results(MarkedRows):
    code, order, mark = "results", 40, Mark.REQUEST
    models = (ModerationResult,)
    along = ((ResultLabel, "result"), (ResultEmbedding, "result"), (ResultFingerprint, "result"))

    def find(self, trace: Trace) -> None:
        rows = ModerationResult.objects.owned_by(trace.account)
        mine = of_subject(trace, rows, request="request_id")
        note_requests(trace, mine, "request_id")
        if value := trace.value_if(Kind.AUTHOR) or trace.value_if(Kind.DATA):
            trace.note(Mark.NAME, [value])
        if value := trace.value_if(Kind.REQUEST):
            trace.note(Mark.REQUEST, [value])
            trace.note(Mark.REF, [f"{prefix}{value}" for prefix in SUBJECTS])
        files = mine.filter(media__has_key="sha256").annotate(sum=KT("media__sha256"))
        trace.note_rows(Mark.SHA256, files.values_list("sum", flat=True))

    def rows(self, trace: Trace, values: list[str]) -> QuerySet:
        return ModerationResult.objects.owned_by(trace.account).filter(request_id__in=values)

    def files(self, trace: Trace, rows: list[ModerationResult]) -> list[str]:
        named = [row.media.get(name, "") for row in rows for name in ("key", "cover_key")]
        return unnamed_by_others(named, trace)

    def drop(self, files: Iterable[str]) -> None:
        storage.remove(files)


class Tasks(MarkedRows):
    code, order, mark = "tasks", 35, Mark.REQUEST
    models = (ModerationTask,)

    def find(self, trace: Trace) -> None:
        mine = of_subject(trace, ModerationTask.objects.owned_by(trace.account), request="task_id")
        note_requests(trace, mine, "task_id")
        trace.note_rows(Mark.ENDPOINT, mine.exclude(callback=None).values_list("callback", flat=True))

    def rows(self, trace: Trace, values: list[str]) -> QuerySet:
        return ModerationTask.objects.owned_by(trace.account).filter(task_id__in=values)

    def files(self, trace: Trace, rows: list[ModerationTask]) -> list[str]:
        return unnamed_by_others((row.key for row in rows), trace)

    def drop(self, files: Iterable[str]) -> None:
        storage.remove(files)


class SampleEmbeddings(MarkedRows):
    """Of texts that people decided on, which the libraries have emptied by now."""

    code, order, mark = "sample_embeddings", 22, Mark.REF
    models = (SampleEmbedding,)

    def rows(self, trace: Trace, values: list[str]) -> QuerySet:
        samples = ids_in(values, SAMPLE)
        return SampleEmbedding.objects.owned_by(trace.account).filter(sample__in=samples)
