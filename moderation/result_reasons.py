"""The evidence of each label of a result, as its page shows it. Reads nothing but what it is given."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from libraries.matching.normalise import normalise
from moderation.catalogue.names import label_name
from moderation.explanations import explain
from moderation.models import ModerationResult
from moderation.models.content import ContentType
from moderation.values import LIBRARY_SUFFIX, NO_RISK, LabelRule, Rules, Source

AROUND = 24
SCALE = 120  # pixels that stand for scores from 0 to 100
LISTS = {Source.VOCABULARY, Source.SAMPLE, Source.IMAGE_LIBRARY}


@dataclass(frozen=True, slots=True)
class Match:
    """What was matched, as its author wrote it and, where a word was looked for, as it was compared."""

    before: str
    written: str
    after: str
    compared: str


@dataclass(frozen=True, slots=True)
class Evidence:
    facts: dict
    match: Match | None = None

    @property
    def source(self) -> str:
        return source_name(self.facts.get("source", ""))

    @property
    def payload(self) -> str:
        """What a code or another thing that is not of the text said."""
        return "" if self.match else self.facts.get("text", "")


@dataclass(frozen=True, slots=True)
class LabelReason:
    label: str
    level: str
    confidence: float | None
    rule: LabelRule | None
    decided: str = ""
    change: str = ""
    evidence: list[Evidence] = field(default_factory=list)

    @property
    def name(self) -> str:
        return label_name(self.label)

    @property
    def is_listed(self) -> bool:
        return any(one.facts.get("source") in LISTS for one in self.evidence)

    @property
    def scale(self) -> dict | None:
        """The label's three ranges and its score, as places on a strip."""
        if self.rule is None or self.confidence is None or self.is_listed:
            return None
        medium, high = (round(score * SCALE / 100, 1) for score in (self.rule.medium, self.rule.high))
        medium = min(medium, high)
        return {
            "medium": medium,
            "high": high,
            "to_high": round(high - medium, 1),
            "to_end": round(SCALE - high, 1),
            "score": round(min(self.confidence, 100) * SCALE / 100, 1),
        }


def source_name(source: str) -> str:
    return {
        Source.ENGINE: _("engine"),
        Source.VOCABULARY: _("vocabulary"),
        Source.SAMPLE: _("reviewed sample"),
        Source.IMAGE_LIBRARY: _("image library"),
        Source.EXEMPTION: _("exemption"),
        Source.QUARANTINED: _("sample in quarantine: it decided nothing"),
    }.get(source, source)


def text_of(result: ModerationResult) -> str:
    """What the spans of the evidence count in: the text itself, or the text read from a picture."""
    return result.media.get("text", "") if result.content_type == ContentType.IMAGE else result.content


def reasons_of(result: ModerationResult, rules: Rules) -> list[LabelReason]:
    text = text_of(result)
    explained = {one.label: one for one in explain(result.labels, rules)}
    return [
        LabelReason(
            label["label"],
            label["level"],
            label["confidence"],
            rules.labels.get(label["label"].removesuffix(LIBRARY_SUFFIX)),
            explained[label["label"]].rule,
            explained[label["label"]].change,
            [Evidence(facts, match_of(facts, text)) for facts in label["evidence"]],
        )
        for label in result.labels
        if label["label"] != NO_RISK or label["evidence"]
    ]


def deciding_rule(result: ModerationResult, rules: Rules) -> str:
    """The rule behind the worst label, which stands first."""
    return explain(result.labels[:1], rules)[0].rule if result.labels else ""


def match_of(facts: dict, text: str) -> Match | None:
    start, end = facts.get("start"), facts.get("end")
    # Of speech these are places in the transcript of one slice.
    if start is None or end is None or "start_ms" in facts or not 0 <= start < end <= len(text):
        return None
    written = text[start:end]
    first, last = max(start - AROUND, 0), end + AROUND
    return Match(
        before=("…" if first else "") + text[first:start],
        written=written,
        after=text[end:last] + ("…" if last < len(text) else ""),
        compared=facts.get("compared") or (normalise(written).text if facts.get("keyword") else ""),
    )
