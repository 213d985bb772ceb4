"""The rules page's form: from rules to rows, and from what was posted back to rules."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from config.errors import Invalid
from libraries.models import Vocabulary
from moderation.catalogue.groups import GROUPS, group_name
from moderation.detectors.registry import detectors_for
from moderation.models import Label, Service
from moderation.scope import mapped_labels
from moderation.values import LabelRule, Level, Rules

REVIEWABLE = (Level.HIGH, Level.MEDIUM, Level.LOW, Level.NONE)


class ScoreInvalid(Invalid):
    code = "score_invalid"
    default_message = _("Scores are numbers from 0 to 100.")


@dataclass(frozen=True, slots=True)
class Row:
    """One label of the catalogue as the page shows it."""

    code: str
    name: str
    description: str
    rule: LabelRule
    engines: tuple[str, ...]

    @property
    def stands_behind(self) -> str:
        if self.engines:
            return "engine"
        return "library" if self.rule.vocabularies else "nothing"


@dataclass(frozen=True, slots=True)
class Group:
    code: str
    name: str
    rows: list[Row]

    @property
    def on(self) -> int:
        return sum(row.rule.on for row in self.rows)


def groups_of(*, service: Service, rules: Rules) -> list[Group]:
    present = {detector.spec.name for detector in detectors_for(service.content_type)}
    engines: dict[str, set[str]] = {}
    for engine, _raw, code in mapped_labels():
        if engine in present:
            engines.setdefault(code, set()).add(engine)
    rows: dict[str, list[Row]] = {}
    off = LabelRule(on=False)
    for label in Label.objects.current().for_content(service.content_type).in_catalogue_order():
        rule = rules.labels.get(label.code, off)
        row = Row(label.code, label.name, label.description, rule, tuple(sorted(engines.get(label.code, ()))))
        rows.setdefault(label.group, []).append(row)
    order = {code: place for place, code in enumerate(GROUPS)}
    return [
        Group(code, group_name(code), rows[code])
        for code in sorted(rows, key=lambda code: order.get(code, len(order)))
        if code != "none"
    ]


def rules_from(posted, *, rules: Rules, codes: list[str]) -> Rules:
    """Rules as posted, over the ones in force: a label that the page does not show stays as it is."""
    labels = dict(rules.labels)
    for code in codes:
        asked = LabelRule(
            on=f"on:{code}" in posted,
            medium=score(posted.get(f"medium:{code}"), field=f"medium:{code}"),
            high=score(posted.get(f"high:{code}"), field=f"high:{code}"),
            vocabularies=tuple(sorted(numbers(posted.getlist(f"vocabularies:{code}")))),
        )
        if code in labels or asked != LabelRule(on=False):
            labels[code] = asked
    return replace(
        rules,
        labels=labels,
        ignored_vocabularies=tuple(sorted(numbers(posted.getlist("ignored")))),
        use_reviewed_samples="use_reviewed_samples" in posted,
        review_levels=frozenset(
            level for level in REVIEWABLE if level.value in posted.getlist("review_levels")
        ),
    )


def score(text: str | None, *, field: str) -> float:
    try:
        value = float(text or "")
    except ValueError as error:
        raise ScoreInvalid(field=field) from error
    if not 0 <= value <= 100:
        raise ScoreInvalid(field=field)
    return value


def numbers(texts: list[str]) -> set[int]:
    return {int(text) for text in texts if text.isascii() and text.isdigit()}


def vocabularies_of(service: Service):
    return Vocabulary.objects.owned_by(service.account).order_by("name")
