"""Recordings: those of the library, those that are being judged, and uploads that became one."""

from collections.abc import Iterable

from django.core.files.storage import default_storage
from django.db.models import Model, QuerySet

from config.erasure.marks import Mark, Trace
from config.erasure.models import SubjectRequest
from config.erasure.registry import Batch, MarkedRows
from moderation.erasers.results import note_requests, of_subject, unnamed_by_others
from moderation.media import storage
from moderation.media.job_files import folder_of
from moderation.models import MediaAsset, MediaAudit, MediaJob, MediaShot, MediaSlice, MediaUpload

Kind = SubjectRequest.Kind


def files_in(folder: str) -> list[str]:
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    return [f"{folder}/{name}" for name in names]


class MediaJobs(MarkedRows):
    """With their frames and what was understood. A worker that has one in hand finds its lease gone."""

    code, order, mark = "media_jobs", 30, Mark.REQUEST
    models = (MediaJob,)
    along = ((MediaShot, "job"), (MediaSlice, "job"))

    def find(self, trace: Trace) -> None:
        rows = MediaJob.objects.owned_by(trace.account)
        for mine in (
            of_subject(trace, rows, request="job_id"),
            rows.filter(asset__media_id__in=trace.marks(Mark.MEDIA)),
        ):
            note_requests(trace, mine, "job_id")
            trace.note_rows(Mark.ENDPOINT, mine.exclude(callback=None).values_list("callback", flat=True))
            trace.note_rows(Mark.KEY, mine.filter(asset=None).exclude(key="").values_list("key", flat=True))

    def rows(self, trace: Trace, values: list[str]) -> QuerySet:
        return MediaJob.objects.owned_by(trace.account).filter(job_id__in=values).select_related("account")

    def files(self, trace: Trace, rows: list[MediaJob]) -> list[str]:
        own = unnamed_by_others((row.key for row in rows if not row.asset_id), trace)
        frames = [key for row in rows for key in files_in(folder_of(row))]
        shots = MediaShot.objects.filter(job__in=[row.pk for row in rows]).values_list("key", flat=True)
        return sorted({*own, *frames, *shots})

    def drop(self, files: Iterable[str]) -> None:
        storage.remove(files)


class MediaAssets(MarkedRows):
    code, order, mark = "media_assets", 31, Mark.MEDIA
    models = (MediaAsset, MediaAudit)

    def find(self, trace: Trace) -> None:
        rows = MediaAsset.objects.owned_by(trace.account)
        kind, value = trace.subject.kind, trace.subject.value
        fits = {Kind.AUTHOR: "author_id", Kind.DATA: "data_id", Kind.MEDIA: "media_id"}.get(kind)
        mine = rows.filter(**{fits: value}) if fits else rows.none()
        named = mine.values_list("media_id", flat=True)
        trace.note_rows(Mark.MEDIA, named)
        trace.note_rows(Mark.REF, named, prefix="media:")
        trace.note_rows(Mark.SHA256, mine.values_list("sha256", flat=True))
        trace.note_rows(Mark.NAME, mine.exclude(data_id="").values_list("data_id", flat=True))
        trace.note_rows(Mark.KEY, mine.exclude(key="").values_list("key", flat=True))
        if kind == Kind.MEDIA:
            trace.note(Mark.MEDIA, [value])
            trace.note(Mark.REF, [f"media:{value}"])

    def rows(self, trace: Trace, values: list[str]) -> QuerySet:
        return MediaAsset.objects.owned_by(trace.account).filter(media_id__in=values)

    def take(self, trace: Trace, after: int) -> Batch | None:
        """With what people decided on them, which would not let them go."""
        batch = super().take(trace, after)
        if batch is None or not batch.rows:
            return batch
        audits = list(MediaAudit.objects.filter(asset__in=[row.pk for row in batch.rows]).order_by("pk"))
        return Batch(batch.after, [*audits, *batch.rows], batch.files)

    def files(self, trace: Trace, rows: list[Model]) -> list[str]:
        return sorted({key for row in rows for key in (row.key, row.cover_key) if key})

    def drop(self, files: Iterable[str]) -> None:
        storage.remove(files)


class MediaUploads(MarkedRows):
    """Their own names of files; the files are the recordings'. What was never used expires within hours."""

    code, order, mark = "media_uploads", 33, Mark.KEY
    models = (MediaUpload,)

    def rows(self, trace: Trace, values: list[str]) -> QuerySet:
        return MediaUpload.objects.owned_by(trace.account).filter(key__in=values)
