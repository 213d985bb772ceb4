"""Why a result is what it is: the rule that decided, and the evidence of each label. Reads nothing."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from libraries.matching.normalise import normalise
from moderation.catalogue.names import label_name
from moderation.models import ModerationResult
from moderation.values import EXEMPT, LIBRARY_SUFFIX, NO_RISK, LabelRule, Rules, Source

AROUND = 24
SCALE = 120  # pixels that stand for scores from 0 to 100
LISTS = {Source.VOCABULARY, Source.SAMPLE, Source.IMAGE_LIBRARY}


@dataclass(frozen=True, slots=True)
class Match:
    """What was matched, as its author wrote it and as it was compared."""

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

    @property
    def is_of_other_frame(self) -> bool:
        return bool(self.facts.get("frame"))


@dataclass(frozen=True, slots=True)
class LabelReason:
    label: str
    level: str
    confidence: float | None
    rule: LabelRule | None
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


@dataclass(frozen=True, slots=True)
class Box:
    """A place in the picture, in pixels of the upright original."""

    left: float
    top: float
    width: float
    height: float
    label: str
    text: str
    level: str


def source_name(source: str) -> str:
    return {
        Source.ENGINE: _("engine"),
        Source.VOCABULARY: _("vocabulary"),
        Source.SAMPLE: _("reviewed sample"),
        Source.IMAGE_LIBRARY: _("image library"),
        Source.EXEMPTION: _("exemption"),
    }.get(source, source)


def text_of(result: ModerationResult) -> str:
    """What the spans of the evidence count in: the text itself, or the text read from a picture."""
    return result.content or result.media.get("text", "")


def reasons_of(result: ModerationResult, rules: Rules) -> list[LabelReason]:
    text = text_of(result)
    return [
        LabelReason(
            label["label"],
            label["level"],
            label.get("confidence"),
            rules.labels.get(label["label"]) or rules.labels.get(stem_of(label["label"])),
            [Evidence(facts, match_of(facts, text)) for facts in label.get("evidence", ())],
        )
        for label in result.labels
        if label["label"] != NO_RISK
    ]


def stem_of(label: str) -> str:
    return label.removesuffix(LIBRARY_SUFFIX)


def match_of(facts: dict, text: str) -> Match | None:
    start, end = facts.get("start"), facts.get("end")
    if start is None or end is None or not 0 <= start < end <= len(text):
        return None
    written = text[start:end]
    first, last = max(start - AROUND, 0), end + AROUND
    return Match(
        before=("…" if first else "") + text[first:start],
        written=written,
        after=text[end:last] + ("…" if last < len(text) else ""),
        compared=facts.get("compared") or normalise(written).text,
    )


def deciding_rule(result: ModerationResult, reasons: list[LabelReason]) -> str:
    """One sentence: what made the risk level what it is."""
    if any(label["label"] == EXEMPT for label in result.labels):
        return _("A library exempts this content: it carries no risk, whatever else was found.")
    if not reasons:
        return _("No label that is on was hit: the content is safe.")
    first = next((reason for reason in reasons if reason.level == result.level), reasons[0])
    words = {"label": first.name, "score": shown(first.confidence)}
    if first.is_listed:
        return _("%(label)s: a hit on a custom list is high.") % words
    if first.rule is None:
        return _("%(label)s scored %(score)s.") % words
    words |= {"medium": shown(first.rule.medium), "high": shown(first.rule.high)}
    sentences = {
        "high": _("%(label)s scored %(score)s, which reaches its high score %(high)s."),
        "medium": _(
            "%(label)s scored %(score)s, which reaches its medium score %(medium)s, not its high %(high)s."
        ),
    }
    low = _("%(label)s scored %(score)s, which is under its medium score %(medium)s.")
    return sentences.get(first.level, low) % words


def shown(score: float | None) -> str:
    return "–" if score is None else f"{score:g}"


def boxes_of(reasons: list[LabelReason]) -> list[Box]:
    """Places in the frame that is shown, which is the first."""
    found = {}
    for reason in reasons:
        for one in reason.evidence:
            box = one.facts.get("box")
            if box and len(box) == 4 and not one.is_of_other_frame:
                text = one.facts.get("text") or one.facts.get("raw", "")
                found.setdefault((*box, reason.label), Box(*box, reason.name, text, reason.level))
    return list(found.values())
