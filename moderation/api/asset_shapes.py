"""The JSON of the media library, and the shapes that document it."""

from rest_framework import serializers

from moderation.api.media_bodies import FrameShape, SliceShape
from moderation.media.asset_states import shown_automated
from moderation.models import MediaAsset, MediaJob, ModerationResult
from moderation.models.content import RiskLevel
from moderation.models.media import RECORDINGS


def asset_body(asset: MediaAsset) -> dict:
    """`url` is the storage address: where it lies, not where it is played."""
    return {
        "media_id": asset.media_id,
        "content_type": asset.content_type,
        "title": asset.title,
        "data_id": asset.data_id,
        "account": {"id": asset.author_id},
        "storage_address": asset.key,
        "format": asset.format,
        "bytes": asset.bytes,
        "sha256": asset.sha256,
        "duration_ms": asset.duration_ms or None,
        "width": asset.width or None,
        "height": asset.height or None,
        "state": asset.state,
        "review_status": asset.review_status,
        "service": asset.template.code if asset.template else None,
        "automated": shown_automated(asset.review_status, asset.automated) or None,
        "violations": asset.violations,
        "manual_status": "completed" if asset.is_reviewed_by_people else "not_reviewed",
        "final": asset.final or None,
        "created_at": asset.created_at.isoformat(),
        "updated_at": asset.updated_at.isoformat(),
    }


def job_body(job: MediaJob) -> dict:
    return {
        "job_id": str(job.job_id),
        "service": job.service.code,
        "state": job.state,
        "step": job.step,
        "percent": job.percent,
        "error": job.error,
        "created_at": job.created_at.isoformat(),
        "finished_at": job.finished_at and job.finished_at.isoformat(),
    }


class OwnerShape(serializers.Serializer):
    id = serializers.CharField(required=False, max_length=128)


class NewAssetShape(serializers.Serializer):
    content_type = serializers.ChoiceField(RECORDINGS)
    title = serializers.CharField(
        required=False, max_length=128, help_text="Unless said, the name of the file."
    )
    url = serializers.CharField(required=False, help_text="Where the file can be fetched.")
    upload_id = serializers.UUIDField(required=False, help_text="Or an upload that is whole.")
    data_id = serializers.CharField(required=False, max_length=128, help_text="Your id of the recording.")
    account = OwnerShape(required=False, help_text="Who sent it, as you know them.")


class AssetChangesShape(serializers.Serializer):
    title = serializers.CharField(max_length=128)


class AssetShape(serializers.Serializer):
    media_id = serializers.CharField()
    content_type = serializers.ChoiceField(RECORDINGS)
    title = serializers.CharField()
    data_id = serializers.CharField()
    account = OwnerShape()
    storage_address = serializers.CharField(help_text="Where it lies; it is played elsewhere.")
    format = serializers.CharField()
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    duration_ms = serializers.IntegerField(allow_null=True)
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(
        MediaAsset.State.choices, help_text="Only what is normal is played outside the console."
    )
    review_status = serializers.ChoiceField(MediaAsset.ReviewStatus.choices)
    service = serializers.CharField(allow_null=True, help_text="By which it was reviewed: its template.")
    automated = serializers.ChoiceField(
        MediaAsset.Automated.choices,
        allow_null=True,
        help_text="Null: no machine has reviewed it, or that failed.",
    )
    violations = serializers.ListField(child=serializers.CharField(), help_text="Labels that were found.")
    manual_status = serializers.ChoiceField(["not_reviewed", "completed"])
    final = serializers.ChoiceField(ModerationResult.Outcome.choices, allow_null=True)
    created_at = serializers.DateTimeField(help_text="When it was uploaded.")
    updated_at = serializers.DateTimeField()


class AssetPageShape(serializers.Serializer):
    assets = AssetShape(many=True)
    next = serializers.CharField(
        allow_null=True, help_text="Pass as `cursor` for the next page; null: there is none."
    )


class ReviewsAskedShape(serializers.Serializer):
    media_ids = serializers.ListField(child=serializers.CharField(), min_length=1, max_length=100)
    service = serializers.CharField(
        required=False, help_text="Code of a service for this kind of recording; else the usual one."
    )


class MediaRefusalShape(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()
    field = serializers.CharField(required=False)
    details = serializers.DictField(required=False)


class StartedShape(serializers.Serializer):
    media_id = serializers.CharField()
    job_id = serializers.UUIDField(allow_null=True)
    error = MediaRefusalShape(allow_null=True)


class ReviewsStartedShape(serializers.Serializer):
    reviews = StartedShape(many=True)


class ReviewJobShape(serializers.Serializer):
    job_id = serializers.UUIDField()
    service = serializers.CharField()
    state = serializers.ChoiceField(MediaJob.State.choices)
    step = serializers.ChoiceField(MediaJob.Step.choices)
    percent = serializers.IntegerField()
    error = serializers.DictField(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class LabelCountShape(serializers.Serializer):
    label = serializers.CharField()
    level = serializers.ChoiceField(RiskLevel.choices)
    confidence = serializers.FloatField(allow_null=True)
    frames = serializers.IntegerField()
    slices = serializers.IntegerField()


class ReviewResultShape(serializers.Serializer):
    media_id = serializers.CharField()
    review_status = serializers.ChoiceField(MediaAsset.ReviewStatus.choices)
    automated = serializers.ChoiceField(MediaAsset.Automated.choices, allow_null=True)
    job = ReviewJobShape(allow_null=True, help_text="The newest review; null: there was none.")
    request_id = serializers.UUIDField(allow_null=True, help_text="Of the result, while it is kept.")
    level = serializers.ChoiceField(RiskLevel.choices, allow_null=True)
    frames = serializers.IntegerField(help_text="How many were looked at.")
    slices = serializers.IntegerField(help_text="Stretches of speech.")
    labels = LabelCountShape(many=True, help_text="What was found so far, the surest first.")


class MomentShape(serializers.Serializer):
    at_ms = serializers.IntegerField(required=False, help_text="Of what was seen.")
    start_ms = serializers.IntegerField(required=False, help_text="Of what was heard.")
    end_ms = serializers.IntegerField(required=False)
    level = serializers.ChoiceField(RiskLevel.choices)
    confidence = serializers.FloatField(allow_null=True)


class TrackShape(serializers.Serializer):
    label = serializers.CharField()
    group = serializers.CharField(help_text="Detection type of the label.")
    moments = MomentShape(many=True)


class TimelineShape(serializers.Serializer):
    media_id = serializers.CharField()
    duration_ms = serializers.IntegerField(allow_null=True)
    tracks = TrackShape(many=True)
    is_cut = serializers.BooleanField(help_text="There are more moments than are told.")


class ShotPageShape(serializers.Serializer):
    frames = FrameShape(many=True)
    next = serializers.CharField(allow_null=True)


class SlicePageShape(serializers.Serializer):
    slices = SliceShape(many=True)
    next = serializers.CharField(allow_null=True)


class PlaybackAskedShape(serializers.Serializer):
    seconds = serializers.IntegerField(
        required=False, min_value=1, max_value=43200, help_text="How long it is good for; 1,800 unless said."
    )
    address = serializers.CharField(required=False, help_text="The one address that it is good for.")
    review = serializers.BooleanField(
        required=False,
        help_text="For a recording in any state, played from the account's security addresses alone.",
    )


class PlaybackShape(serializers.Serializer):
    media_id = serializers.CharField()
    url = serializers.CharField()
    expires_at = serializers.DateTimeField()
    state = serializers.ChoiceField(MediaAsset.State.choices)


class SecurityGroupShape(serializers.Serializer):
    group = serializers.CharField()
    addresses = serializers.ListField(child=serializers.CharField())
    updated_at = serializers.DateTimeField(allow_null=True)


class SecurityGroupsShape(serializers.Serializer):
    groups = SecurityGroupShape(many=True)


class SecurityChangeShape(serializers.Serializer):
    addresses = serializers.ListField(
        child=serializers.CharField(), max_length=100, help_text="Addresses and networks, of both kinds."
    )
    mode = serializers.ChoiceField(
        [("append", "append"), ("cover", "cover"), ("delete", "delete")],
        required=False,
        help_text="Add them, put them in the place of the others, or take them out.",
    )
    group = serializers.CharField(required=False, max_length=64, help_text="`Default` unless said.")


class NewUploadShape(serializers.Serializer):
    content_type = serializers.ChoiceField(RECORDINGS)
    length = serializers.IntegerField(min_value=1, help_text="Bytes of the whole file.")
    name = serializers.CharField(required=False, max_length=200)


class UploadShape(serializers.Serializer):
    upload_id = serializers.UUIDField()
    content_type = serializers.ChoiceField(RECORDINGS)
    name = serializers.CharField()
    length = serializers.IntegerField()
    offset = serializers.IntegerField(help_text="How much of it is here.")
    complete = serializers.BooleanField()
    used = serializers.BooleanField()
    expires_at = serializers.DateTimeField()
