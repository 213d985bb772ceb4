"""What is looked for in a text, cheap before dear. Reads caches and engines, writes nothing."""

from collections.abc import Mapping
from dataclasses import replace

from config.accounts.revisions import Revisions
from libraries.matching.cache import keyword_index, sample_index
from libraries.matching.keyword_index import strip_ignored
from moderation.detectors.base import DetectorSpec
from moderation.detectors.guard import GuardedDetector, Look
from moderation.detectors.heads import ENGINE as HEADS
from moderation.detectors.heads import head_findings, heads_of
from moderation.detectors.registry import frames_of
from moderation.detectors.registry import look as look_with_installed
from moderation.inspection import Inspection
from moderation.models.content import ContentType
from moderation.scope import Scope
from moderation.values import Finding, Source

IN_PICTURES = "_tii"


def inspect_text(content: str, *, scope: Scope, revisions: Revisions) -> Inspection:
    told = told_of(content, scope=scope, revisions=revisions)
    if any(finding.source is Source.EXEMPTION for finding in told.findings):
        return told
    judged = judge_text(content, scope=scope, revisions=revisions)
    return replace(judged, findings=told.findings + judged.findings, notes=told.notes, flipped=told.flipped)


def told_of(content: str, *, scope: Scope, revisions: Revisions) -> Inspection:
    """What reviewers decided on the text, as far as the service asks them."""
    if not scope.rules.use_reviewed_samples or not revisions.samples:
        return Inspection([])
    match = sample_index(scope.service.account_id, revisions.samples).look_up(content)
    if match is None:
        return Inspection([])
    evidence = {"sample": match.sample_id, "distance": match.distance}
    if match.rests:
        return Inspection([], notes=(Finding("", 0.0, Source.QUARANTINED, "samples", evidence),))
    source = Source.EXEMPTION if match.outcome == "pass" else Source.SAMPLE
    finding = Finding(match.label, 100.0, source, "samples", evidence)
    return Inspection([finding], flipped=match.sample_id if may_flip(match) else None)


def may_flip(sample) -> bool:
    """Whether it is to be counted where a sample has its way against the machine.

    Of a pass nobody asks the machine any more: what it said of the sample itself stands for that.
    """
    return not sample.is_vouched and (sample.outcome == "block" or sample.overrules)


def judge_text(content: str, *, scope: Scope, revisions: Revisions) -> Inspection:
    """What vocabularies, engines and the account's own heads say of a text, the ignored words taken out."""
    findings: list[Finding] = []
    text, offsets = content, None
    if scope.labels_of_vocabulary or scope.rules.ignored_vocabularies:
        index = keyword_index(scope.service.account_id, revisions.vocabularies)
        if scope.rules.ignored_vocabularies:
            text, offsets = strip_ignored(content, index, frozenset(scope.rules.ignored_vocabularies))
        findings += keyword_findings(text, offsets, index, scope)
    failed, scores = set(), {}
    for name, look in look_with(scope.engines_for(ContentType.TEXT), text, scope.own).items():
        if look.failed:
            failed.add(name)
        note_scores(scores, scope.specs[name], look)
        findings += engine_findings(look.hits, offsets, name, scope)
    heads = head_findings(text, scope.service.account_id, revisions.heads, service_id=scope.service.pk)
    if heads.failed:
        failed.add(HEADS)
    findings += learnt_findings(heads.hits, scope)
    return Inspection(
        findings,
        tuple(sorted(failed)),
        scores,
        embedding=heads.embedding,
        learnt=heads_of(scope.service.account_id, revisions.heads).labels,
    )


def look_with(names: frozenset[str], content, own: Mapping[str, GuardedDetector]) -> dict[str, Look]:
    """What engines see in a text or a decoded picture: those installed, and those that people brought."""
    looks = look_with_installed(names - own.keys(), content)
    return looks | {name: looked_by(own[name], content) for name in names & own.keys()}


def looked_by(engine: GuardedDetector, content) -> Look:
    return engine.look_at(content) if engine.is_warm else engine.look_at_frames(frames_of(content))


def learnt_findings(hits, scope: Scope):
    """What heads learnt of a label of texts holds for text in pictures as well."""
    suffix = IN_PICTURES if scope.service.content_type == ContentType.IMAGE else ""
    for hit in hits:
        label = hit.raw + suffix
        yield Finding(label, hit.score, Source.ENGINE, HEADS, {"raw": hit.raw, "note": hit.note})


def note_scores(scores: dict, spec: DetectorSpec, look: Look) -> None:
    """Keep each raw label's highest score, so that other thresholds can be tried without looking again."""
    if look.scores and not spec.reads_text:
        scores[spec.name] = {"version": spec.version, "raw": look.scores}


def keyword_findings(text, offsets, index, scope: Scope):
    for hit in index.find(text):
        for label in scope.labels_of_vocabulary.get(hit.vocabulary_id, ()):
            evidence = {
                **span(hit.start, hit.end, offsets),
                "text": hit.matched,
                "keyword": hit.keyword,
                "keyword_id": hit.keyword_id,
                "vocabulary": hit.vocabulary_id,
                "compared": hit.compared,
                "rule": hit.rule,
            }
            yield Finding(label, 100.0, Source.VOCABULARY, "keywords", evidence)


def engine_findings(hits, offsets, engine: str, scope: Scope):
    for hit in hits:
        for label in scope.labels_of_raw.get((engine, hit.raw), ()):
            evidence = {"text": hit.text, "raw": hit.raw}
            if hit.end > hit.start:
                evidence |= span(hit.start, hit.end, offsets)
            if hit.note:
                evidence["note"] = hit.note
            yield Finding(label, hit.score, Source.ENGINE, engine, evidence)


def span(start: int, end: int, offsets) -> dict:
    """Where a hit stands in the text as the client sent it."""
    if offsets is None:
        return {"start": start, "end": end}
    return {"start": offsets[start], "end": offsets[end - 1] + 1}
