"""The media library: recordings that are kept, reviewed and played."""

from uuid import UUID

import msgspec
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.response import Response

from config.api import (
    JsonParser,
    MultipartParser,
    OwnedAPIView,
    answers,
    page_size,
    read_body,
)
from config.errors import Invalid
from config.repeats import REPEATS, answered, digest_of
from moderation.api.asset_shapes import (
    AssetChangesShape,
    AssetPageShape,
    AssetShape,
    NewAssetShape,
    ReviewsAskedShape,
    ReviewsStartedShape,
    asset_body,
)
from moderation.api.results import place_of
from moderation.api.texts import Author
from moderation.assets_query import NOT_YET, newest_assets, read_asked
from moderation.media.taking_in import MediaMissing
from moderation.models import MediaAsset, MediaUpload
from moderation.operations.asset_reviews import start_review
from moderation.operations.assets import create_asset, remove_asset, rename_asset
from moderation.operations.for_people import RecordingSource
from moderation.operations.uploads import upload_of
from moderation.results_query import Place
from moderation.titles import LOOKED_THROUGH


class SourceTwice(Invalid):
    code = "media_source_twice"
    default_message = _("Name the recording in one way only: by `url`, `upload_id` or the part `file`.")


class NewAsset(msgspec.Struct, kw_only=True):
    content_type: str
    title: str = ""
    url: str = ""
    upload_id: str = ""
    data_id: str = ""
    account: Author = msgspec.field(default_factory=Author)


class AssetChanges(msgspec.Struct):
    title: str


class ReviewsAsked(msgspec.Struct):
    media_ids: list[str]
    service: str = ""


class AssetView(OwnedAPIView):
    def asset(self, media_id: str) -> MediaAsset:
        asset = one_asset(self, media_id)
        asset.account = self.account
        return asset


def one_asset(view: OwnedAPIView, media_id: str) -> MediaAsset:
    return view.one(MediaAsset, media_id=media_id, removed_at=None)


class Assets(AssetView):
    parser_classes = [JsonParser, MultipartParser]
    scopes = {"GET": "media:read", "POST": "media:write"}

    @extend_schema(
        operation_id="list_assets",
        summary="List the recordings of the media library, newest first",
        parameters=[
            OpenApiParameter(
                "title",
                str,
                description="What the title contains, among the newest "
                f"{LOOKED_THROUGH:,} recordings that pass the other filters: those before `to`, if given.",
            ),
            OpenApiParameter("media_id", str),
            OpenApiParameter("content_type", str, description="audio or video; both by a comma."),
            OpenApiParameter("state", str, description="normal, flagged, reviewing; several by commas."),
            OpenApiParameter(
                "review_status",
                str,
                description="not_started, succeeded, failed, reviewing, re_reviewing; several by commas.",
            ),
            OpenApiParameter(
                "automated",
                str,
                description=f"violation, suspected, normal; {NOT_YET}: no machine has said anything.",
            ),
            OpenApiParameter("final", str, description=f"pass, block; {NOT_YET}: nobody has decided."),
            OpenApiParameter(
                "from", str, description="Uploaded from. Without an offset: the account's time zone."
            ),
            OpenApiParameter("to", str, description="Last day, minute or moment, included."),
            OpenApiParameter("limit", int, description="1 to 200; 50 unless told otherwise."),
            OpenApiParameter("cursor", str, description="`next` of the page before."),
        ],
        responses=answers({200: AssetPageShape}, 400, 401, 403, 429),
    )
    def get(self, request):
        asked, faults = read_asked(request.query_params, account=self.account)
        if faults:
            raise faults[0]
        size, after = page_size(request), place_of(request.query_params.get("cursor"))
        found = newest_assets(asked, account=self.account, after=after, limit=size + 1)
        page = found[:size]
        last = str(Place(page[-1].created_at, page[-1].pk)) if len(found) > size else None
        return Response({"assets": [asset_body(asset) for asset in page], "next": last})

    @extend_schema(
        operation_id="create_asset",
        summary="Take a recording into the media library",
        description="By its address, by an upload that is whole, or as the part `file` of a form"
        " (multipart/form-data). It waits in the state that the installation gives to what is not reviewed.",
        request=NewAssetShape,
        parameters=[REPEATS],
        responses=answers({201: AssetShape}, 400, 401, 403, 404, 409, 410, 413, 422, 429, 503),
        examples=[
            OpenApiExample(
                "By its address",
                value={
                    "content_type": "video",
                    "title": "Holiday",
                    "url": "https://media.example.com/1.mp4",
                    "data_id": "video-81",
                },
                request_only=True,
            )
        ],
    )
    def post(self, request):
        asked, file = self.read(request)
        given = [part for part in (asked.url, asked.upload_id, file) if part]
        if not given:
            raise MediaMissing(field="url")
        if len(given) > 1:
            raise SourceTwice(field="url")
        return answered(
            self,
            asked=asked,
            status=201,
            act=lambda: self.create(asked, file),
            digest=lambda: digest_of(file.chunks() if file else ()),
        )

    def create(self, asked: NewAsset, file) -> dict:
        asset = create_asset(
            account=self.account,
            title=asked.title,
            source=self.source(asked, file),
            content_type=asked.content_type,
            data_id=asked.data_id,
            author_id=asked.account.id,
            actor=self.caller.key,
            now=timezone.now(),
        )
        return asset_body(asset)

    def read(self, request):
        if not (request.content_type or "").startswith("multipart/"):
            return read_body(request, NewAsset), None
        fields = {name: value for name, value in request.data.items() if isinstance(value, str)}
        names = ("title", "url", "upload_id", "data_id")
        asked = NewAsset(
            content_type=fields.get("content_type", ""),
            account=Author(id=fields.get("account.id", "")),
            **{name: fields[name] for name in names if fields.get(name)},
        )
        return asked, request.FILES.get("file")

    def source(self, asked: NewAsset, file) -> RecordingSource | MediaUpload:
        if file is not None:
            return RecordingSource(pieces=file.chunks, name=file.name)
        if asked.url:
            return RecordingSource(url=asked.url, name=asked.url.partition("?")[0].rpartition("/")[2])
        try:
            upload_id = UUID(asked.upload_id)
        except ValueError as error:
            raise Invalid(field="upload_id") from error
        return upload_of(account=self.account, upload_id=upload_id, now=timezone.now())


class OneAsset(AssetView):
    scopes = {"GET": "media:read", "PATCH": "media:write", "DELETE": "media:write"}

    @extend_schema(
        operation_id="read_asset",
        summary="Read a recording of the media library",
        responses=answers({200: AssetShape}, 401, 403, 404, 429),
    )
    def get(self, request, media_id):
        return Response(asset_body(self.asset(media_id)))

    @extend_schema(
        operation_id="rename_asset",
        summary="Give a recording another title",
        request=AssetChangesShape,
        responses=answers({200: AssetShape}, 400, 401, 403, 404, 429),
    )
    def patch(self, request, media_id):
        asked = read_body(request, AssetChanges)
        asset = rename_asset(
            asset=self.asset(media_id), title=asked.title, actor=self.caller.key, now=timezone.now()
        )
        return Response(asset_body(asset))

    @extend_schema(
        operation_id="remove_asset",
        summary="Take a recording out of the media library",
        description="Its files go at once; what is being played ends. What was decided stays in the books.",
        responses=answers({204: None}, 401, 403, 404, 429),
    )
    def delete(self, request, media_id):
        remove_asset(asset=self.asset(media_id), actor=self.caller.key, now=timezone.now())
        return Response(status=204)


class AssetReviews(OwnedAPIView):
    scopes = {"POST": "media:write"}

    @extend_schema(
        operation_id="start_asset_reviews",
        summary="Have a machine review recordings, up to 100, for the first time or again",
        description="Each is started or refused for itself. What comes of them is told by `media.reviewed`.",
        request=ReviewsAskedShape,
        responses=answers({202: ReviewsStartedShape}, 400, 401, 403, 429),
    )
    def post(self, request):
        asked = read_body(request, ReviewsAsked)
        started = start_review(
            account=self.account,
            media_ids=asked.media_ids,
            service_code=asked.service,
            actor=self.caller.key,
            now=timezone.now(),
        )
        bodies = [
            {
                "media_id": one.media_id,
                "job_id": one.job and str(one.job.job_id),
                "error": one.refusal and one.refusal.as_dict(),
            }
            for one in started
        ]
        return Response({"reviews": bodies}, status=202)
