"""What clients are told: callbacks with their answers, the feed of events, endpoints that calls named."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import CharField, Exists, Model, OuterRef, QuerySet
from django.db.models.functions import Cast

from config.erasure.marks import Mark, Trace
from config.erasure.models import SubjectRequest
from config.erasure.registry import Batch, Eraser, MarkedRows
from moderation.models import Callback, CallbackAttempt, CallbackEndpoint, Event, MediaJob, ModerationTask

Kind = SubjectRequest.Kind
SPAN = 50_000


class Callbacks(MarkedRows):
    """Also those that were not sent yet: who is erased is told of no more."""

    code, order, mark = "callbacks", 50, Mark.REF
    models = (Callback,)
    along = ((CallbackAttempt, "callback"),)

    def find(self, trace: Trace) -> None:
        if value := trace.value_if(Kind.DATA):
            mine = Callback.objects.owned_by(trace.account).filter(data_id=value)
            trace.note_rows(Mark.REF, mine.values_list("subject", flat=True))

    def rows(self, trace: Trace, values: list[str]) -> QuerySet:
        return Callback.objects.owned_by(trace.account).filter(subject__in=values)


class Events(Eraser):
    """Spans of ids, each compared with the marks by the database: no index knows their subjects."""

    code, models, order = "events", (Event,), 51

    def take(self, trace: Trace, after: int) -> Batch | None:
        newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        if after >= newest or not trace.has(Mark.REF):
            return None
        oldest = Event.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True).first()
        end = min(oldest + SPAN, newest)
        span = Event.objects.owned_by(trace.account).filter(pk__gt=after, pk__lte=end)
        return Batch(end, list(span.filter(subject__in=trace.marks(Mark.REF)).order_by("pk")))

    def forget(self, trace: Trace, batch: Batch) -> Counter:
        return Counter(Event.objects.filter(pk__in=[row.pk for row in batch.rows]).delete()[1])


class CallbackEndpoints(MarkedRows):
    """Those that calls of the subject brought along, once nothing of anybody else names them."""

    code, order, mark = "callback_endpoints", 55, Mark.ENDPOINT
    models = (CallbackEndpoint,)

    def rows(self, trace: Trace, values: list[str]) -> QuerySet:
        brought = CallbackEndpoint.objects.owned_by(trace.account).filter(
            is_ad_hoc=True, pk__in=map(int, values)
        )
        for naming in named_by:
            others = naming.model.objects.filter(**{naming.column: OuterRef("pk")})
            others = others.annotate(known_by=Cast(naming.known_by, CharField()))
            brought = brought.exclude(Exists(others.exclude(known_by__in=trace.marks(naming.mark))))
        return brought


@dataclass(frozen=True, slots=True)
class Naming:
    """Rows that name an endpoint by `column`; the subject's own are those with a mark in `known_by`."""

    model: type[Model]
    column: str
    known_by: str
    mark: str


# Apps above add theirs.
named_by = [
    Naming(Callback, "endpoint", "subject", Mark.REF),
    Naming(ModerationTask, "callback", "task_id", Mark.REQUEST),
    Naming(MediaJob, "callback", "job_id", Mark.REQUEST),
]
