"""Why a verdict is what it is, and what would change it, in words. Reads stored results and rules only."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from moderation.catalogue.names import label_name
from moderation.models.content import RiskLevel
from moderation.values import EXEMPT, LIBRARY_SUFFIX, NO_RISK, LabelRule, Level, Rules


@dataclass(frozen=True, slots=True)
class Explanation:
    """`rule` is what decided, `change` what would make it come out otherwise."""

    label: str
    name: str
    level: str
    level_name: str
    confidence: float | None
    rule: str
    change: str


def explain(labels: list[dict], rules: Rules) -> list[Explanation]:
    """For each label of a result, in its order."""
    return [
        Explanation(
            label["label"],
            label_name(label["label"]),
            label["level"],
            str(RiskLevel(label["level"]).label),
            label["confidence"],
            *reasons(label, rules),
        )
        for label in labels
    ]


def reasons(label: dict, rules: Rules) -> tuple[str, str]:
    code = label["label"]
    if code == NO_RISK:
        return _("Rule 5: no label that is on was hit."), ""
    if code == EXEMPT:
        return (
            _("It is the same as a sample that is exempt, so nothing else counts."),
            _("Switch the exemption off, or take the sample out of its library."),
        )
    sources = {evidence["source"] for evidence in label["evidence"]}
    if label["level"] == Level.MEDIUM and all("most" in evidence for evidence in label["evidence"]):
        return (
            _("Only an experimental engine heard it, and what that hears is medium risk at most."),
            _("An engine that can be relied on to hear speech could make it high."),
        )
    if sources & {"vocabulary", "image_library", "sample"}:
        return (
            _("Rule 6: a hit in a custom list is high risk."),
            _("Take the entry out of its list, or the list out of this label's settings."),
        )
    rule = rules.labels.get(code.removesuffix(LIBRARY_SUFFIX))
    if rule is None and (judges := judges_of(label, rules)):
        said = _("The worst moment decides, by the scores that are set in %(services)s.")
        return said % {"services": ", ".join(judges)}, _("Other scores of this label there would change it.")
    rule = rule or LabelRule()
    return by_score(label["confidence"] or 0.0, rule)


def judges_of(label: dict, rules: Rules) -> list[str]:
    """The services that judged in the place of these rules, as they do with videos."""
    named = {evidence["service"] for evidence in label["evidence"] if "service" in evidence}
    return sorted(named) or [*rules.image_services, *filter(None, [rules.audio_service])]


def by_score(score: float, rule: LabelRule) -> tuple[str, str]:
    known = {"score": shown(score), "medium": shown(rule.medium), "high": shown(rule.high)}
    match rule.level_of(score):
        case Level.HIGH:
            return (
                _("Rule 1: the score %(score)s lies in the high range, from %(high)s.") % known,
                _("A high score above %(score)s would make it medium.") % known if score < 100 else "",
            )
        case Level.MEDIUM:
            return (
                _("Rule 2: the score %(score)s lies in the medium range, from %(medium)s to below %(high)s.")
                % known,
                _("A high score of %(score)s or less would make it high, a medium score above it low.")
                % known,
            )
    return (
        _("Rule 3: the score %(score)s lies below the medium range, which begins at %(medium)s.") % known,
        _("A medium score of %(score)s or less would make it medium.") % known,
    )


def shown(score: float) -> str:
    return f"{score:.2f}".rstrip("0").rstrip(".")
