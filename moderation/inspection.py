"""What was found in a piece of content, and what could not be looked for."""

from dataclasses import dataclass, field
from enum import StrEnum

from libraries.matching.fingerprints import Fingerprint
from moderation.detectors.heads import ENGINE as HEADS
from moderation.scope import Scope
from moderation.values import Finding


class Heard(StrEnum):
    """What became of a stretch of sound. `words`: an engine that can be relied on has understood it."""

    SILENCE = "silence"
    WORDS = "words"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Inspection:
    findings: list[Finding]
    failed_engines: tuple[str, ...] = ()
    scores: dict = field(default_factory=dict)
    text: str = ""
    # Of text in a picture: its lines, each with where it stands.
    lines: tuple[dict, ...] = ()
    # What the account's own heads judged by, to be kept with the result; and the labels they look for.
    embedding: object = None
    learnt: frozenset[str] = frozenset()
    # Samples that fit and rest, told of beside what was found.
    notes: tuple[Finding, ...] = ()
    # The sample that had its way against the machine.
    flipped: int | None = None
    # Of a picture: what it is known again by.
    fingerprints: tuple[Fingerprint, ...] = ()
    # Of a sound: what was heard in it, and by which engines.
    heard: Heard | None = None
    heard_by: tuple[str, ...] = ()

    def uncovered(self, scope: Scope) -> list[str]:
        """Labels nothing looked for: no engine stands behind them, or the only ones that do have failed.

        Where nobody speaks there are no words to look for; where nobody understands, none was looked for.
        """
        if self.heard is Heard.SILENCE:
            return list(scope.beyond_words)
        if self.heard is Heard.NOTHING:
            return list(scope.asked)
        if not self.failed_engines and not self.learnt:
            return list(scope.uncovered)
        failed = set(self.failed_engines)
        is_unread = self.heard is None and bool(failed & scope.readers)
        if is_unread:
            failed |= scope.behind_text
        alive = {
            code
            for (engine, _raw), codes in scope.labels_of_raw.items()
            if engine not in failed
            for code in codes
        }
        lost = {
            code
            for (engine, _raw), codes in scope.labels_of_raw.items()
            if engine in failed
            for code in codes
            if code not in alive
        }
        if is_unread:
            lost |= {code for codes in scope.labels_of_vocabulary.values() for code in codes} - alive
        return sorted({*scope.uncovered, *lost} - (set() if HEADS in failed else self.learnt))
