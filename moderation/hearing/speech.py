"""What is said in a slice of speech, and what the text rules say of that."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from config.accounts.revisions import Revisions
from moderation.detectors.base import RawHit
from moderation.detectors.guard import Look
from moderation.hearing.spans import length_ms, samples_of
from moderation.inspection import Heard, Inspection
from moderation.models.content import ContentType
from moderation.pipeline import judge_text, look_with
from moderation.scope import Scope
from moderation.values import Finding, Level

# Engines say by this label that there is speech which they do not understand.
UNHEARD = "unheard"
# Where an engine hears no words in less than this, there may have been none.
LONGEST_NOISE_MS = 1_000
LONGEST_TEXT = 10_000
SILENCE = Inspection([], heard=Heard.SILENCE)


def can_hear(scope: Scope) -> bool:
    """Whether an engine is there that can be relied on to understand speech."""
    return any(not scope.specs[name].is_experimental for name in scope.readers)


def hear(pcm: bytes, *, scope: Scope, revisions: Revisions, start_ms: int = 0) -> Inspection:
    """One slice of speech: 16 kHz, mono, s16le. `start_ms` is where it begins in its recording.

    Findings carry where in the recording they were said. What an experimental engine hears is judged, but it
    vouches for nothing: then all labels stay uncovered, and nothing is more than medium risk.
    """
    samples = samples_of(pcm)
    if not samples.any():
        return SILENCE
    looks = look_with(scope.engines_for(ContentType.AUDIO), samples, scope.own)
    failed = tuple(sorted(name for name, look in looks.items() if look.failed))
    heard = heard_in(looks, scope, is_short=length_ms(pcm) < LONGEST_NOISE_MS)
    told = Inspection([], failed, heard=heard, heard_by=tuple(sorted(looks.keys() - {*failed})))
    speech = Speech.of((looks[name].hits for name in sorted(looks)), start_ms=start_ms)
    if not speech.content:
        return told
    judged = judge_text(speech.content, scope=scope, revisions=revisions)
    findings = [speech.placed(finding) for finding in judged.findings]
    if not can_hear(scope):
        findings = [replace(finding, most=Level.MEDIUM) for finding in findings]
    return replace(
        judged,
        findings=findings,
        failed_engines=tuple(sorted({*failed, *judged.failed_engines})),
        # Judged anew by its score alone, a finding would be more than it may be.
        scores=judged.scores if can_hear(scope) else {},
        text=speech.content,
        heard=told.heard,
        heard_by=told.heard_by,
    )


def heard_in(looks: dict[str, Look], scope: Scope, *, is_short: bool) -> Heard:
    """Who listened with success vouches: not an experiment, and not who says that it did not understand."""
    for name, look in looks.items():
        if look.failed or scope.specs[name].is_experimental or any(hit.raw == UNHEARD for hit in look.hits):
            continue
        if look.hits or is_short:
            return Heard.WORDS
    return Heard.NOTHING


@dataclass(frozen=True, slots=True)
class Speech:
    """What was said, as one text, and when each piece of it was."""

    content: str
    pieces: tuple[tuple[int, int, int, int], ...]

    @classmethod
    def of(cls, heard: Iterable[list[RawHit]], *, start_ms: int) -> "Speech":
        """`heard` are the hits of each engine, in the order in which they were said."""
        content, pieces = "", []
        for hits in heard:
            for number, hit in enumerate(said(hits)):
                text = hit.text.strip()
                if len(content) + 1 + len(text) > LONGEST_TEXT:
                    break
                content += gap(content, text) if number else "\n" * bool(content)
                first, last = hit.at or (0, 0)
                at = len(content)
                content += text
                pieces.append((at, len(content), start_ms + first, start_ms + last))
        return cls(content, tuple(pieces))

    def placed(self, finding: Finding) -> Finding:
        """The finding with the time at which it was said; one of the whole text, with that of the whole."""
        start, end = finding.evidence.get("start", 0), finding.evidence.get("end", len(self.content))
        under = [piece for piece in self.pieces if piece[0] < end and start < piece[1]]
        if not under:
            return finding
        times = {"start_ms": min(one[2] for one in under), "end_ms": max(one[3] for one in under)}
        return replace(finding, evidence=finding.evidence | times)


def said(hits: list[RawHit]) -> Iterator[RawHit]:
    return (hit for hit in hits if hit.raw != UNHEARD and hit.text.strip())


def gap(before: str, text: str) -> str:
    """Words of scripts that leave no space between them are put together without one."""
    return "" if is_dense(before[-1:]) or is_dense(text[:1]) else " "


def is_dense(character: str) -> bool:
    return "\u2e80" <= character <= "\ua4cf" or "\uf900" <= character <= "\uffef"
