from django.urls import path

from review.api.categories import Categories, OneCategory
from review.api.feedback import ResultFeedback
from review.api.handling import HandlingTimes
from review.api.items import Decisions, Items, OneItem, Rechecks
from review.api.manual import AudioSubmissions, ImageSubmissions, TextSubmissions, VideoSubmissions
from review.api.manual_tasks import CancelTask, OneTask, ResultOfTask, Tasks
from review.api.media_audits import AuditHistory, MediaAudits
from review.api.queues import ReviewQueues

urlpatterns = [
    path("results/<uuid:request_id>/feedback", ResultFeedback.as_view(), name="api-result-feedback"),
    path("audits", MediaAudits.as_view(), name="api-audits"),
    path("assets/<slug:media_id>/audits", AuditHistory.as_view(), name="api-asset-history"),
    path("review/categories", Categories.as_view(), name="api-review-categories"),
    path("review/categories/<slug:code>", OneCategory.as_view(), name="api-review-category"),
    path("review/handling", HandlingTimes.as_view(), name="api-review-handling"),
    path("texts/manual", TextSubmissions.as_view(), name="api-manual-text"),
    path("images/manual", ImageSubmissions.as_view(), name="api-manual-image"),
    path("audios/manual", AudioSubmissions.as_view(), name="api-manual-audio"),
    path("videos/manual", VideoSubmissions.as_view(), name="api-manual-video"),
    path("manual", Tasks.as_view(), name="api-manual-tasks"),
    path("manual/<uuid:task_id>", OneTask.as_view(), name="api-manual-task"),
    path("manual/<uuid:task_id>/cancel", CancelTask.as_view(), name="api-manual-cancel"),
    path("manual/<uuid:task_id>/result", ResultOfTask.as_view(), name="api-manual-result"),
    path("review/items", Items.as_view(), name="api-review-items"),
    path("review/items/decisions", Decisions.as_view(), name="api-review-decisions"),
    path("review/items/rechecks", Rechecks.as_view(), name="api-review-rechecks"),
    path("review/items/<int:item_id>", OneItem.as_view(), name="api-review-item"),
    path("review/queues", ReviewQueues.as_view(), name="api-review-queues"),
]
