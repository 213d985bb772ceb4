from django.urls import path

from moderation.api.heads import (
    Heads,
    OneTraining,
    PromoteHead,
    RetireHead,
    RollBackHead,
    Trainings,
)
from moderation.api.images import ImageModerations, ImageTasks, OneImageTask
from moderation.api.results import OneResult, RequestResults, Results
from moderation.api.rules import Draft, Preview, RollBack, Rules
from moderation.api.services import CopyOfService, OneService, Services
from moderation.api.texts import TextModerations
from moderation.api.versions import Comparison, OneVersion, Versions

urlpatterns = [
    path("texts/moderations", TextModerations.as_view(), name="api-moderate-text"),
    path("images/moderations", ImageModerations.as_view(), name="api-moderate-image"),
    path("images/tasks", ImageTasks.as_view(), name="api-image-tasks"),
    path("images/tasks/<uuid:task_id>", OneImageTask.as_view(), name="api-image-task"),
    path("results", Results.as_view(), name="api-results"),
    path("requests/<uuid:request_id>/results", RequestResults.as_view(), name="api-request-results"),
    path("results/<uuid:request_id>", OneResult.as_view(), name="api-result"),
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
