from django.urls import path

from moderation.api.asset_results import AssetFrames, AssetReview, AssetSlices, AssetTimeline
from moderation.api.assets import AssetReviews, Assets, OneAsset
from moderation.api.audios import AudioModerations, CancelAudio, OneAudioModeration
from moderation.api.callback_endpoints import (
    CallbackEndpoints,
    OneCallbackEndpoint,
    PauseEndpoint,
    ResumeEndpoint,
    RotateEndpointSecret,
    TryEndpoint,
)
from moderation.api.deliveries import Deliveries, OneDelivery, ReplayMany, ReplayOne
from moderation.api.events import Events
from moderation.api.heads import (
    Heads,
    OneTraining,
    PromoteHead,
    RetireHead,
    RollBackHead,
    Trainings,
)
from moderation.api.images import ImageModerations, ImageTasks, OneImageTask
from moderation.api.playback import Playback
from moderation.api.results import OneResult, RequestResults, Results
from moderation.api.rules import Draft, Preview, RollBack, Rules
from moderation.api.security_ips import SecurityIps
from moderation.api.services import CopyOfService, OneService, Services
from moderation.api.texts import TextModerations
from moderation.api.uploads import OneUpload, Uploads
from moderation.api.versions import Comparison, OneVersion, Versions
from moderation.api.videos import CancelVideo, OneVideoModeration, VideoModerations, VideoSnapshot

urlpatterns = [
    path("texts/moderations", TextModerations.as_view(), name="api-moderate-text"),
    path("images/moderations", ImageModerations.as_view(), name="api-moderate-image"),
    path("images/tasks", ImageTasks.as_view(), name="api-image-tasks"),
    path("images/tasks/<uuid:task_id>", OneImageTask.as_view(), name="api-image-task"),
    path("videos/moderations", VideoModerations.as_view(), name="api-moderate-video"),
    path("videos/moderations/<uuid:task_id>", OneVideoModeration.as_view(), name="api-video-task"),
    path("videos/moderations/<uuid:task_id>/cancel", CancelVideo.as_view(), name="api-video-cancel"),
    path(
        "videos/moderations/<uuid:task_id>/frames/<int:at_ms>.jpg",
        VideoSnapshot.as_view(),
        name="api-video-snapshot",
    ),
    path("audios/moderations", AudioModerations.as_view(), name="api-moderate-audio"),
    path("audios/moderations/<uuid:task_id>", OneAudioModeration.as_view(), name="api-audio-task"),
    path("audios/moderations/<uuid:task_id>/cancel", CancelAudio.as_view(), name="api-audio-cancel"),
    path("assets", Assets.as_view(), name="api-assets"),
    path("assets/reviews", AssetReviews.as_view(), name="api-asset-reviews"),
    path("assets/<slug:media_id>", OneAsset.as_view(), name="api-asset"),
    path("assets/<slug:media_id>/review", AssetReview.as_view(), name="api-asset-review"),
    path("assets/<slug:media_id>/review/timeline", AssetTimeline.as_view(), name="api-asset-timeline"),
    path("assets/<slug:media_id>/review/frames", AssetFrames.as_view(), name="api-asset-frames"),
    path("assets/<slug:media_id>/review/slices", AssetSlices.as_view(), name="api-asset-slices"),
    path("assets/<slug:media_id>/playback", Playback.as_view(), name="api-asset-playback"),
    path("security-ips", SecurityIps.as_view(), name="api-security-ips"),
    path("uploads", Uploads.as_view(), name="api-uploads"),
    path("uploads/<uuid:upload_id>", OneUpload.as_view(), name="api-upload"),
    path("results", Results.as_view(), name="api-results"),
    path("requests/<uuid:request_id>/results", RequestResults.as_view(), name="api-request-results"),
    path("results/<uuid:request_id>", OneResult.as_view(), name="api-result"),
    path("callback-endpoints", CallbackEndpoints.as_view(), name="api-callback-endpoints"),
    path("callback-endpoints/<int:endpoint_id>", OneCallbackEndpoint.as_view(), name="api-callback-endpoint"),
    path(
        "callback-endpoints/<int:endpoint_id>/rotate",
        RotateEndpointSecret.as_view(),
        name="api-rotate-secret",
    ),
    path("callback-endpoints/<int:endpoint_id>/test", TryEndpoint.as_view(), name="api-test-endpoint"),
    path("callback-endpoints/<int:endpoint_id>/pause", PauseEndpoint.as_view(), name="api-pause-endpoint"),
    path("callback-endpoints/<int:endpoint_id>/resume", ResumeEndpoint.as_view(), name="api-resume-endpoint"),
    path("deliveries", Deliveries.as_view(), name="api-deliveries"),
    path("deliveries/replay", ReplayMany.as_view(), name="api-replay-deliveries"),
    path("deliveries/<int:delivery_id>", OneDelivery.as_view(), name="api-delivery"),
    path("deliveries/<int:delivery_id>/replay", ReplayOne.as_view(), name="api-replay-delivery"),
    path("events", Events.as_view(), name="api-events"),
    path("heads", Heads.as_view(), name="api-heads"),
    path("heads/trainings", Trainings.as_view(), name="api-trainings"),
    path("heads/trainings/<int:training_id>", OneTraining.as_view(), name="api-training"),
    path("heads/<int:head_id>/promote", PromoteHead.as_view(), name="api-promote-head"),
    path("heads/<int:head_id>/rollback", RollBackHead.as_view(), name="api-roll-back-head"),
    path("heads/<int:head_id>/retire", RetireHead.as_view(), name="api-retire-head"),
    path("services", Services.as_view(), name="api-services"),
    path("services/<slug:code>", OneService.as_view(), name="api-service"),
    path("services/<slug:code>/copies", CopyOfService.as_view(), name="api-service-copy"),
    path("services/<slug:code>/rules", Rules.as_view(), name="api-rules"),
    path("services/<slug:code>/preview", Preview.as_view(), name="api-preview"),
    path("services/<slug:code>/rollback", RollBack.as_view(), name="api-roll-back"),
    path("services/<slug:code>/draft", Draft.as_view(), name="api-draft"),
    path("services/<slug:code>/versions", Versions.as_view(), name="api-versions"),
    path("services/<slug:code>/versions/<int:number>", OneVersion.as_view(), name="api-version"),
    path("services/<slug:code>/compare", Comparison.as_view(), name="api-compare"),
]
