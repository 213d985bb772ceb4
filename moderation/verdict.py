"""From findings to a verdict: the six risk rules of the product, as one pure function."""

from collections import defaultdict
from collections.abc import Iterable

from moderation.values import (
    EXEMPT,
    LIBRARY_SUFFIX,
    NO_RISK,
    Finding,
    LabelVerdict,
    Level,
    Rules,
    Source,
    Verdict,
    milder,
    worst,
)

LISTS = (Source.VOCABULARY, Source.SAMPLE, Source.IMAGE_LIBRARY)


def reach_verdict(findings: Iterable[Finding], rules: Rules) -> Verdict:
    """Decide.

    1-3. An engine's score gives high, medium or low by the label's two scores.
    4. The worst label decides. 5. No label: no risk. 6. A hit on a custom list is high.
    A finding that may not be high is medium at most.
    Above all of them: content that the account has exempted carries no risk.
    """
    by_label: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.source is Source.EXEMPTION:
            return Verdict(Level.NONE, (LabelVerdict(EXEMPT, Level.NONE, None, (finding,)),))
        rule = rules.labels.get(finding.label)
        # What a person blocked is blocked again, even under a label that the rules do not look for.
        if finding.source is Source.SAMPLE or rule is not None and rule.on:
            listed = finding.source in LISTS
            by_label[finding.label + LIBRARY_SUFFIX if listed else finding.label].append(finding)
    if not by_label:
        return Verdict(Level.NONE, (LabelVerdict(NO_RISK, Level.NONE, None),))
    labels = sorted(
        (judge(label, found, rules) for label, found in by_label.items()),
        key=lambda verdict: (-verdict.level.rank, -(verdict.confidence or 0), verdict.label),
    )
    return Verdict(worst(verdict.level for verdict in labels), tuple(labels))


def judge(label: str, found: list[Finding], rules: Rules) -> LabelVerdict:
    found = sorted(found, key=lambda finding: -finding.score)
    first = found[0]
    if first.source in LISTS:
        level = worst(finding.most for finding in found)
        return LabelVerdict(label, level, 100.0, tuple(found))
    rule = rules.labels[first.label]
    level = worst(milder(rule.level_of(finding.score), finding.most) for finding in found)
    return LabelVerdict(label, level, round(first.score, 2), tuple(found))
