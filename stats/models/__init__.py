from stats.models.exports import Export
from stats.models.usage import SUMS, LabelCounter, LabelFact, UsageCounter, UsageDelta, UsageFact

__all__ = ["SUMS", "Export", "LabelCounter", "LabelFact", "UsageCounter", "UsageDelta", "UsageFact"]
