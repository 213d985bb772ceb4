"""What is looked for in a text, cheap before dear. Reads caches and engines, writes nothing."""

from dataclasses import dataclass

from config.accounts.revisions import Revisions
from libraries.matching.cache import keyword_index, sample_index
from libraries.matching.keyword_index import strip_ignored
from moderation.detectors.registry import detectors_for
from moderation.scope import Scope
from moderation.values import Finding, Source


@dataclass(frozen=True, slots=True)
class Inspection:
    findings: list[Finding]
    failed_engines: tuple[str, ...] = ()

    def uncovered(self, scope: Scope) -> list[str]:
        """Labels nothing looked for: no engine stands behind them, or the only ones that do have failed."""
        alive = {
            code
            for (engine, _raw), codes in scope.labels_of_raw.items()
            if engine not in self.failed_engines
            for code in codes
        }
        lost = {
            code
            for (engine, _raw), codes in scope.labels_of_raw.items()
            if engine in self.failed_engines
            for code in codes
            if code not in alive
        }
        return sorted({*scope.uncovered, *lost})


def inspect_text(content: str, *, scope: Scope, revisions: Revisions) -> Inspection:
    account_id = scope.service.account_id
    findings: list[Finding] = []
    if scope.rules.use_reviewed_samples and revisions.samples:
        match = sample_index(account_id, revisions.samples).look_up(content)
        if match is not None:
            evidence = {"sample": match.sample_id}
            if match.outcome == "pass":
                return Inspection([Finding("", 100.0, Source.EXEMPTION, "samples", evidence)])
            findings.append(Finding(match.label, 100.0, Source.SAMPLE, "samples", evidence))
    text, offsets = content, None
    if scope.labels_of_vocabulary or scope.rules.ignored_vocabularies:
        index = keyword_index(account_id, revisions.vocabularies)
        if scope.rules.ignored_vocabularies:
            text, offsets = strip_ignored(content, index, frozenset(scope.rules.ignored_vocabularies))
        findings += keyword_findings(text, offsets, index, scope)
    failed = []
    for detector in detectors_for(scope.service.content_type):
        if detector.spec.name in scope.engines:
            outcome = detector.look_at(text)
            if outcome.failed:
                failed.append(detector.spec.name)
            findings += engine_findings(outcome.hits, offsets, detector.spec.name, scope)
    return Inspection(findings, tuple(failed))


def keyword_findings(text, offsets, index, scope: Scope):
    for hit in index.find(text):
        for label in scope.labels_of_vocabulary.get(hit.vocabulary_id, ()):
            evidence = {
                **span(hit.start, hit.end, offsets),
                "text": hit.matched,
                "keyword": hit.keyword,
                "vocabulary": hit.vocabulary_id,
            }
            yield Finding(label, 100.0, Source.VOCABULARY, "keywords", evidence)


def engine_findings(hits, offsets, engine: str, scope: Scope):
    for hit in hits:
        for label in scope.labels_of_raw.get((engine, hit.raw), ()):
            evidence = {**span(hit.start, hit.end, offsets), "text": hit.text, "raw": hit.raw}
            if hit.note:
                evidence["note"] = hit.note
            yield Finding(label, hit.score, Source.ENGINE, engine, evidence)


def span(start: int, end: int, offsets) -> dict:
    """Where a hit stands in the text as the client sent it."""
    if offsets is None:
        return {"start": start, "end": end}
    return {"start": offsets[start], "end": offsets[end - 1] + 1}
