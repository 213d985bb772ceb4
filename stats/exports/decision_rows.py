"""Decisions of people that stand. Who decided is there for those who may read the audit log; how long it
took is not: it measures work, and nobody is to be ranked by it.
"""

from django.utils.translation import gettext_lazy as _
from import_export.resources import Resource

from moderation.models import ModerationResult
from moderation.models.content import ContentType, RiskLevel
from review.models import Decision
from review.states import Mode, Stage
from stats.exports.kind import Columns, Kind, Table, Wish, column, local, table_of
from stats.exports.list_asked import ListReading
from stats.exports.result_rows import spelled
from stats.models import Export


class DecisionResource(Resource):
    times = ("decided", "opened")
    decided = column(_("Decided"), lambda decision: local(decision.decided_at, decision.zone))
    stage = column(_("Stage"), lambda decision: spelled(Stage, decision.stage))
    outcome = column(_("Decision"), lambda decision: spelled(ModerationResult.Outcome, decision.outcome))
    label = column(_("Violation type"), lambda decision: decision.label)
    category = column(_("Category"), lambda decision: decision.category)
    reason = column(_("Reason"), lambda decision: decision.reason)
    reviewer = column(_("Decided by"), lambda decision: decider(decision))
    task_id = column(_("Task id"), lambda decision: str(decision.item.task_id))
    request_id = column(_("Request id"), lambda decision: str(decision.item.request_id))
    data_id = column(_("Data id"), lambda decision: decision.item.data_id)
    content_type = column(
        _("Content type"), lambda decision: spelled(ContentType, decision.item.content_type)
    )
    service = column(_("Service"), lambda decision: decision.item.service.code)
    mode = column(_("Mode of review"), lambda decision: spelled(Mode, decision.item.mode))
    queue = column(
        _("Review queue"), lambda decision: decision.item.queue.name if decision.item.queue else ""
    )
    level = column(_("Risk level"), lambda decision: spelled(RiskLevel, decision.item.level))
    machine = column(_("Label of the machine"), lambda decision: decision.item.label)
    opened = column(_("Waiting since"), lambda decision: local(decision.item.created_at, decision.zone))
    note = column(_("Note"), lambda decision: decision.note)


CONTENT = {"note"}


def decider(decision: Decision) -> str:
    if decision.reviewer:
        return decision.reviewer.get_username()
    return f"key:{decision.reviewer_key.prefix}"


def read_decisions(params, *, account, now):
    reading = ListReading(params, account)
    reading.want("stage", "stage__in", reading.choices("stage", Stage.values))
    reading.want("outcome", "outcome__in", reading.choices("outcome", ModerationResult.Outcome.values))
    reading.want("service", "item__service__in", reading.service_ids())
    reading.want_period("decided_at")
    return reading.asked()


def open_decisions(wish: Wish) -> Table:
    asked, _faults = read_decisions(wish.params, account=wish.account, now=wish.at)
    rows = asked.narrow(Decision.objects.owned_by(wish.account).standing())
    rows = rows.select_related("item__service", "item__queue", "reviewer", "reviewer_key")
    columns = Columns(DecisionResource(), wish.account, left_out=() if wish.has_content else CONTENT)
    return table_of(columns, rows.newest_first(), most=wish.most)


DECISIONS = Kind(
    Export.Kind.DECISIONS,
    "audit.view",
    "audit:read",
    read_decisions,
    open_decisions,
    ("stage", "outcome", "service", "from", "to"),
    has_content=True,
)
