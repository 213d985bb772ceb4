"""Manual tasks: what became of them, taking one back, and results of teams outside."""

import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from config.accounts.authentication import ScopeMissing
from config.api import answers, page_size, read_body
from config.errors import NotFound
from moderation.api.results import place_of
from moderation.models import ModerationResult
from moderation.models.content import ContentType
from moderation.results_asked import Reading
from moderation.results_query import Place
from review.api.manual import ManualView
from review.api.manual_bodies import (
    MODES,
    STATES,
    ManualTaskPageShape,
    ManualTaskShape,
    NewResultShape,
    task_body,
    with_words,
)
from review.items_asked import ItemsAsked
from review.items_query import newest_item_ids
from review.models import ReviewItem
from review.operations.decisions import decide
from review.operations.submit import cancel

READERS = ("manual:submit", "manual:decide", "results:read")
MANUAL = tuple(mode for mode, _label in MODES)
STATE_OF = {told: state for state, told in STATES.items()}


class NewResult(msgspec.Struct):
    outcome: str
    category: str = ""
    label: str = ""
    reason: str = ""
    note: str = ""


class TaskView(ManualView):
    """Any of the scopes that have to do with tasks reads them."""

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        if request.method == "GET" and not set(READERS) & set(self.caller.scopes):
            raise ScopeMissing(scope=READERS[0])

    def tasks(self):
        return with_words(self.owned(ReviewItem).manual_tasks())

    def task(self, task_id) -> ReviewItem:
        found = self.tasks().filter(task_id=task_id).first()
        if found is None:
            raise NotFound()
        return found


class Tasks(TaskView):
    @extend_schema(
        operation_id="list_manual_tasks",
        summary="List manual tasks, newest first",
        parameters=[
            OpenApiParameter("state", str, description=f"{', '.join(STATE_OF)}; several by commas."),
            OpenApiParameter("mode", str, enum=[mode for mode, _label in MODES]),
            OpenApiParameter("content_type", str, enum=ContentType.values),
            OpenApiParameter("service", str, description="Code of a service."),
            OpenApiParameter("data_id", str, description="Your id of the content."),
            OpenApiParameter("outcome", str, enum=ModerationResult.Outcome.values),
            OpenApiParameter(
                "from", str, description="First day or moment. Without an offset: the account's time zone."
            ),
            OpenApiParameter("to", str, description="Last day, minute or moment, included."),
            OpenApiParameter("limit", int, description="Tasks a page, 1 to 200; 50 unless told otherwise."),
            OpenApiParameter("cursor", str, description="`next` of the page before."),
        ],
        responses=answers({200: ManualTaskPageShape}, 400, 401, 403, 429),
    )
    def get(self, request):
        asked, size = self.asked(request), page_size(request)
        after = place_of(request.query_params.get("cursor"))
        ids = (
            [] if asked.nothing else newest_item_ids(asked, account=self.account, after=after, limit=size + 1)
        )
        page = list(self.tasks().filter(pk__in=ids[:size]).order_by("-created_at", "-id"))
        last = str(Place(page[-1].created_at, page[-1].pk)) if len(ids) > size else None
        return Response({"tasks": [task_body(item) for item in page], "next": last})

    def asked(self, request) -> ItemsAsked:
        reading = Reading(request.query_params, self.account)
        asked = ItemsAsked(
            states=tuple(STATE_OF[told] for told in reading.choices("state", STATE_OF)),
            modes=reading.choices("mode", MANUAL) or MANUAL,
            content_types=reading.choices("content_type", ContentType.values),
            service_ids=reading.service_ids(),
            data_id=reading.text("data_id"),
            results=reading.choices("outcome", ModerationResult.Outcome.values),
            starts_at=reading.moment("from"),
            ends_at=reading.moment("to", is_end=True),
            nothing=reading.nothing,
        )
        if reading.faults:
            raise reading.faults[0]
        return asked


class OneTask(TaskView):
    @extend_schema(
        operation_id="read_manual_task",
        summary="Read a manual task, with what people decided once they have",
        responses=answers({200: ManualTaskShape}, 401, 403, 404, 429),
    )
    def get(self, request, task_id):
        return Response(task_body(self.task(task_id)))


class CancelTask(TaskView):
    scopes = {"POST": "manual:submit"}

    @extend_schema(
        operation_id="cancel_manual_task",
        summary="Take a task back from the people",
        description="Nobody is told of a result after that. To cancel again changes nothing.",
        request=None,
        responses=answers({200: ManualTaskShape}, 401, 403, 404, 409, 429),
    )
    def post(self, request, task_id):
        cancel(account=self.account, task_id=task_id, actor=self.caller.key, now=timezone.now())
        return Response(task_body(self.task(task_id)))


class ResultOfTask(TaskView):
    scopes = {"POST": "manual:decide"}

    @extend_schema(
        operation_id="decide_manual_task",
        summary="Hand in the result of a team outside",
        description="Counts as a reviewer's decision does, and is made once: of two, one is refused.",
        request=NewResultShape,
        responses=answers({200: ManualTaskShape}, 400, 401, 403, 404, 409, 413, 429),
    )
    def post(self, request, task_id):
        asked = read_body(request, NewResult)
        decide(
            account=self.account,
            item_id=self.task(task_id).pk,
            reviewer=self.caller.key,
            outcome=asked.outcome,
            label=asked.label,
            category=asked.category,
            reason=asked.reason,
            note=asked.note,
            now=timezone.now(),
        )
        return Response(task_body(self.task(task_id)))
