from stats.models.exactness import ForgottenCounter, ForgottenDelta, UsageCheck, UsageDrift
from stats.models.exports import Export
from stats.models.latency import LatencyCounter, LatencyFact
from stats.models.refusals import RefusalCounter, RefusalDelta, RefusalFact
from stats.models.review_work import (
    HandlingCounter,
    HandlingFact,
    MachineCounter,
    MachineDelta,
    MachineFact,
    WorkCounter,
    WorkDelta,
    WorkFact,
)
from stats.models.schedules import ExportDelivery, ExportSchedule
from stats.models.sums import (
    LabelMonth,
    LabelSpan,
    LatencyMonth,
    LatencySpan,
    SummedUntil,
    UsageDay,
    UsageMonth,
    UsageSpan,
)
from stats.models.usage import SUMS, LabelCounter, LabelFact, UsageCounter, UsageDelta, UsageFact

__all__ = [
    "SUMS",
    "Export",
    "ExportDelivery",
    "ExportSchedule",
    "ForgottenCounter",
    "ForgottenDelta",
    "HandlingCounter",
    "HandlingFact",
    "LabelCounter",
    "LabelFact",
    "LabelMonth",
    "LabelSpan",
    "LatencyCounter",
    "LatencyFact",
    "LatencyMonth",
    "LatencySpan",
    "MachineCounter",
    "MachineDelta",
    "MachineFact",
    "RefusalCounter",
    "RefusalDelta",
    "RefusalFact",
    "SummedUntil",
    "UsageCheck",
    "UsageCounter",
    "UsageDay",
    "UsageDelta",
    "UsageDrift",
    "UsageFact",
    "UsageMonth",
    "UsageSpan",
    "WorkCounter",
    "WorkDelta",
    "WorkFact",
]
