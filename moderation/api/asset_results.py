"""What came of the automated review of a recording: in short, in time, frame by frame, and as it was said."""

from collections import defaultdict

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from config.api import KeysetPagination, answers
from moderation.api.asset_shapes import (
    ReviewResultShape,
    ShotPageShape,
    SlicePageShape,
    TimelineShape,
    job_body,
)
from moderation.api.assets import AssetView
from moderation.api.media_bodies import frame_body, slice_body, snapshot_of
from moderation.callbacks.media import groups_of, heard_in, seen_in, stem
from moderation.media.asset_states import shown_automated
from moderation.models import MediaJob, MediaShot, MediaSlice

MOST_MOMENTS = 5000
PAGES = [
    OpenApiParameter("limit", int, description="1 to 200; 50 unless told otherwise."),
    OpenApiParameter("cursor", str, description="`next` of the page before."),
    OpenApiParameter("flagged", bool, description="true: only those in which something was found."),
]
REFUSALS = (400, 401, 403, 404, 429)


class ReviewedView(AssetView):
    scopes = {"GET": "media:read"}

    def job(self, asset) -> MediaJob | None:
        """The newest, on its way or ended: what it has found so far can be read."""
        jobs = MediaJob.objects.owned_by(self.account).filter(asset=asset)
        return jobs.select_related("service").newest_first().first()

    def of_job(self, model, asset):
        job = self.job(asset)
        return self.owned(model).filter(job=job) if job else model.objects.none()


class AssetReview(ReviewedView):
    @extend_schema(
        operation_id="read_asset_review",
        summary="Read what came of the automated review of a recording, or has come of it so far",
        responses=answers({200: ReviewResultShape}, *REFUSALS),
    )
    def get(self, request, media_id):
        asset = self.asset(media_id)
        job, result = self.job(asset), asset.result
        return Response(
            {
                "media_id": asset.media_id,
                "review_status": asset.review_status,
                "automated": shown_automated(asset.review_status, asset.automated) or None,
                "job": job and job_body(job),
                "request_id": result and str(result.request_id),
                "level": result and result.level,
                "frames": MediaShot.objects.filter(job=job).count() if job else 0,
                "slices": MediaSlice.objects.filter(job=job).count() if job else 0,
                "labels": found_in(job) if job else [],
            }
        )


class AssetTimeline(ReviewedView):
    @extend_schema(
        operation_id="read_asset_timeline",
        summary="Read at which times of a recording which labels were seen and heard",
        responses=answers({200: TimelineShape}, *REFUSALS),
    )
    def get(self, request, media_id):
        asset = self.asset(media_id)
        job = self.job(asset)
        moments = moments_in(job) if job else []
        tracks = defaultdict(list)
        for one in moments[:MOST_MOMENTS]:
            tracks[one.pop("label")].append(one)
        groups = groups_of(tracks)
        return Response(
            {
                "media_id": asset.media_id,
                "duration_ms": asset.duration_ms or None,
                "tracks": [
                    {"label": label, "group": groups.get(stem(label), ""), "moments": found}
                    for label, found in sorted(tracks.items())
                ],
                "is_cut": len(moments) > MOST_MOMENTS,
            }
        )


class AssetFrames(ReviewedView):
    @extend_schema(
        operation_id="list_asset_frames",
        summary="List the frames of a recording that were looked at, in the order of time",
        parameters=PAGES,
        responses=answers({200: ShotPageShape}, *REFUSALS),
    )
    def get(self, request, media_id):
        job = self.job(self.asset(media_id))
        shots = self.owned(MediaShot).filter(job=job) if job else MediaShot.objects.none()
        page, last = InTime(request, "at_ms").page(flagged(request, shots))
        return Response({"frames": [frame_body(shot, snapshot_of(job, shot)) for shot in page], "next": last})


class AssetSlices(ReviewedView):
    @extend_schema(
        operation_id="list_asset_slices",
        summary="List the stretches of speech of a recording with their transcripts, in the order of time",
        parameters=PAGES,
        responses=answers({200: SlicePageShape}, *REFUSALS),
    )
    def get(self, request, media_id):
        slices = self.of_job(MediaSlice, self.asset(media_id))
        page, last = InTime(request, "start_ms").page(flagged(request, slices))
        return Response({"slices": [slice_body(one) for one in page], "next": last})


class InTime(KeysetPagination):
    """Pages by the time in the recording: no two of one review stand at the same."""

    def __init__(self, request, field: str):
        super().__init__(request, descending=False)
        self.field = field

    def page(self, rows) -> tuple[list, str | None]:
        if self.after is not None:
            rows = rows.filter(**{f"{self.field}__gt": self.after})
        found = list(rows.order_by(self.field)[: self.size + 1])
        page = found[: self.size]
        more = len(found) > self.size
        return page, self._write(getattr(page[-1], self.field)) if more else None


def flagged(request, rows):
    return rows.exclude(level="none") if request.query_params.get("flagged") in ("true", "1") else rows


def moments_in(job: MediaJob) -> list[dict]:
    return [*seen_in(job), *heard_in(job)]


def found_in(job: MediaJob) -> list[dict]:
    """Each label once: how sure the surest was, and how often it was seen and heard."""
    found = {}
    for one in moments_in(job):
        label = found.setdefault(
            one["label"], {name: one[name] for name in ("label", "level", "confidence")} | COUNTED
        )
        label["frames" if "at_ms" in one else "slices"] += 1
        if (one["confidence"] or 0.0) > (label["confidence"] or 0.0):
            label |= {name: one[name] for name in ("level", "confidence")}
    return sorted(found.values(), key=lambda one: -(one["confidence"] or 0.0))


COUNTED = {"frames": 0, "slices": 0}
