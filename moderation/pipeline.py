"""What is looked for in a text, cheap before dear. Reads caches and engines, writes nothing."""

from config.accounts.revisions import Revisions
from libraries.matching.cache import keyword_index, sample_index
from libraries.matching.keyword_index import strip_ignored
from moderation.detectors.registry import detectors_for
from moderation.inspection import Inspection
from moderation.models.content import ContentType
from moderation.scope import Scope
from moderation.values import Finding, Source


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
    found, failed, scores = judge_text(content, scope=scope, revisions=revisions)
    return Inspection(findings + found, failed, scores)


def judge_text(
    content: str, *, scope: Scope, revisions: Revisions
) -> tuple[list[Finding], tuple[str, ...], dict]:
    """What vocabularies and engines say of a text, the ignored words taken out; which engines failed."""
    findings: list[Finding] = []
    text, offsets = content, None
    if scope.labels_of_vocabulary or scope.rules.ignored_vocabularies:
        index = keyword_index(scope.service.account_id, revisions.vocabularies)
        if scope.rules.ignored_vocabularies:
            text, offsets = strip_ignored(content, index, frozenset(scope.rules.ignored_vocabularies))
        findings += keyword_findings(text, offsets, index, scope)
    failed, scores = [], {}
    for detector in detectors_for(ContentType.TEXT):
        name = detector.spec.name
        if name in scope.engines:
            outcome = detector.look_at(text)
            if outcome.failed:
                failed.append(name)
            note_scores(scores, detector.spec, outcome.hits)
            findings += engine_findings(outcome.hits, offsets, name, scope)
    return findings, tuple(failed), scores


def note_scores(scores: dict, spec, hits) -> None:
    """Keep each raw label's highest score, so that other thresholds can be tried without looking again."""
    if not hits:
        return
    raw = scores.setdefault(spec.name, {"version": spec.version, "raw": {}})["raw"]
    for hit in hits:
        raw[hit.raw] = max(raw.get(hit.raw, 0.0), round(hit.score, 2))


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
