from stats.models.exports import Export
from stats.models.schedules import ExportDelivery, ExportSchedule
from stats.models.usage import SUMS, LabelCounter, LabelFact, UsageCounter, UsageDelta, UsageFact

__all__ = [
    "SUMS",
    "Export",
    "ExportDelivery",
    "ExportSchedule",
    "LabelCounter",
    "LabelFact",
    "UsageCounter",
    "UsageDelta",
    "UsageFact",
]
