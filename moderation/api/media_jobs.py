"""Judging recordings: what the addresses of videos and of audio share."""

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from config.api import JsonParser, KeysetPagination, MultipartParser, OwnedAPIView, page_size
from config.errors import Invalid, NotFound
from config.repeats import answered
from moderation.api.media_bodies import frame_body, job_body, result_of, slice_body, snapshot_of
from moderation.api.media_requests import RecordingRequest, read_recording
from moderation.media import storage
from moderation.models import MediaAsset, MediaJob, MediaShot, MediaSlice, MediaUpload, ModerationResult
from moderation.models.content import RiskLevel
from moderation.operations.for_people import RecordingSource
from moderation.operations.media_jobs import accept_media, cancel_job
from moderation.results_asked import Reading

WHICH = ("hits", "all", "none")
LARGEST_TIME = 2**31 - 1
FRAMES = [
    OpenApiParameter("frames", str, enum=WHICH, description="Which frames to tell; `hits` unless said."),
    OpenApiParameter("frames_after", int, description="`next_frames_after` of the page before."),
    OpenApiParameter("slices", str, enum=WHICH, description="Which slices to tell; `all` unless said."),
    OpenApiParameter("slices_after", int, description="`next_slices_after` of the page before."),
    OpenApiParameter("limit", int, description="Of each a page, 1 to 200; 50 unless told otherwise."),
]
LISTED = [
    OpenApiParameter("data_id", str, description="Your id of the content."),
    OpenApiParameter("state", str, description=f"{', '.join(MediaJob.State.values)}; several by commas."),
    OpenApiParameter("limit", int, description="Tasks a page, 1 to 200; 50 unless told otherwise."),
    OpenApiParameter("cursor", str, description="`next` of the page before."),
]


class MediaView(OwnedAPIView):
    content_type = ""

    def jobs(self):
        jobs = self.owned(MediaJob).filter(content_type=self.content_type)
        return jobs.select_related("service", "asset")

    def job(self, task_id) -> MediaJob:
        found = self.jobs().filter(job_id=task_id).first()
        if found is None:
            raise NotFound()
        return found


class MediaModerations(MediaView):
    scopes = {"POST": "media:moderate", "GET": "media:read"}
    parser_classes = [JsonParser, MultipartParser]
    shape: type[RecordingRequest] = RecordingRequest
    service = ""

    def accept(self, request):
        asked, source, digest = read_recording(request, self.shape)
        return answered(
            self, asked=asked, status=202, act=lambda: self.accepted(asked, source), digest=digest
        )

    def accepted(self, asked: RecordingRequest, source: RecordingSource | None) -> dict:
        job = accept_media(
            account=self.account,
            revisions=self.caller.revisions,
            content_type=self.content_type,
            service_code=asked.service or self.service,
            source=source or self.named(asked),
            data_id=asked.data_id,
            author_id=asked.account.id,
            context=asked.told,
            callback=asked.callback,
            seed=asked.seed,
            crypt=asked.crypt_type,
            priority=asked.priority,
            now=timezone.now(),
        )
        return job_body(job)

    def named(self, asked: RecordingRequest) -> MediaUpload | MediaAsset:
        if asked.upload_id:
            return self.one(MediaUpload, upload_id=asked.upload_id)
        return self.one(MediaAsset, media_id=asked.media_id)

    def listed(self, request):
        reading = Reading(request.query_params, self.account)
        wanted = {
            "data_id": reading.text("data_id"),
            "state__in": reading.choices("state", MediaJob.State.values),
        }
        if reading.faults:
            raise reading.faults[0]
        jobs = self.jobs().filter(**{name: value for name, value in wanted.items() if value})
        page, following = KeysetPagination(request).page(jobs)
        return Response({"tasks": [job_body(job) for job in page], "next": following})


class OneMediaModeration(MediaView):
    scopes = {"GET": "media:read"}

    def told(self, request, task_id):
        job, size = self.job(task_id), page_size(request)
        result = self.owned(ModerationResult).select_related("service").filter(request_id=job.job_id).first()
        shots, shots_on = part_of(
            self.owned(MediaShot).filter(job=job), "at_ms", size,
            which=choice(request, "frames", "hits"), after=time_of(request, "frames_after"),
        )  # fmt: skip
        slices, slices_on = part_of(
            self.owned(MediaSlice).filter(job=job), "start_ms", size,
            which=choice(request, "slices", "all"), after=time_of(request, "slices_after"),
        )  # fmt: skip
        parts = {
            "frames": [frame_body(shot, snapshot_of(job, shot)) for shot in shots],
            "next_frames_after": shots_on,
            "slices": [slice_body(one) for one in slices],
            "next_slices_after": slices_on,
        }
        return Response(job_body(job) | parts | result_of(job, result))


class CancelMedia(MediaView):
    scopes = {"POST": "media:moderate"}

    def cancel(self, request, task_id):
        job = self.job(task_id)
        cancel_job(account=self.account, job_id=job.job_id, actor=self.caller.key, now=timezone.now())
        return Response(job_body(self.job(task_id)))


class Snapshot(MediaView):
    """A frame as it was looked at: a JPEG that was made here, never a part of the file that came."""

    scopes = {"GET": "media:read"}

    def served(self, task_id, at_ms):
        shot = self.one(MediaShot, job=self.job(task_id), at_ms=at_ms)
        kept = storage.open_kept(shot.key)
        if kept is None:
            raise NotFound()
        headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
        return FileResponse(kept, content_type="image/jpeg", headers=headers)


def part_of(rows, time: str, size: int, *, which: str, after: int | None):
    """Rows of one page in the order of time, and where the next begins."""
    if which == "none":
        return [], None
    if which == "hits":
        rows = rows.exclude(level=RiskLevel.NONE)
    if after is not None:
        rows = rows.filter(**{f"{time}__gt": after})
    found = list(rows.order_by(time)[: size + 1])
    following = getattr(found[size - 1], time) if len(found) > size else None
    return found[:size], following


def choice(request, name: str, default: str) -> str:
    value = request.query_params.get(name) or default
    if value not in WHICH:
        raise Invalid(field=name, choices=list(WHICH))
    return value


def time_of(request, name: str) -> int | None:
    text = request.query_params.get(name)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:11]) <= LARGEST_TIME):
        raise Invalid(field=name)
    return int(text)
