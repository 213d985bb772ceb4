"""By which rules the labels of a recording were given: those of the services that judged its parts."""

from dataclasses import replace

from moderation.models import ModerationResult, ServiceVersion
from moderation.values import LIBRARY_SUFFIX, LabelRule, Rules


def rules_behind(result: ModerationResult) -> Rules:
    """Of other content the result's own; of a recording each label with the rule of whoever saw it best."""
    judged = {one["service"]: one["version_id"] for one in result.media.get("services", ())}
    if not result.is_recording or not judged:
        return result.version.rules
    versions = ServiceVersion.objects.filter(pk__in=judged.values(), service__account=result.account_id)
    rules = {version.pk: version.rules for version in versions}
    labels: dict[str, LabelRule] = {}
    for label in result.labels:
        code = label["label"].removesuffix(LIBRARY_SUFFIX)
        best = max(label["evidence"], key=lambda one: one.get("score", 0.0), default={})
        by = rules.get(judged.get(best.get("service")))
        if by and code in by.labels:
            labels[code] = by.labels[code]
    return replace(result.version.rules, labels=labels)
