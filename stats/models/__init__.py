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
    "LatencyCounter",
    "LatencyFact",
    "MachineCounter",
    "MachineDelta",
    "MachineFact",
    "RefusalCounter",
    "RefusalDelta",
    "RefusalFact",
    "UsageCheck",
    "UsageCounter",
    "UsageDelta",
    "UsageDrift",
    "UsageFact",
    "WorkCounter",
    "WorkDelta",
    "WorkFact",
]
