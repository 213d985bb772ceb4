"""What other rules would have made of the latest results: judged anew from the scores that are kept.

Nothing is looked at again. A label that no engine looked for then has no score and changes nothing here.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from moderation.models import ModerationResult, Service
from moderation.models.content import ContentType
from moderation.results_asked import Asked
from moderation.results_query import newest_ids
from moderation.scope import Scope, compile_scope
from moderation.values import EXEMPT, LIBRARY_SUFFIX, Finding, Level, Rules, Source
from moderation.verdict import reach_verdict

LATEST = 500
SOURCES = (ModerationResult.Source.API, ModerationResult.Source.CONSOLE)
LISTS = {
    Source.VOCABULARY: ("vocabulary", "labels_of_vocabulary"),
    Source.IMAGE_LIBRARY: ("image_library", "labels_of_image_library"),
}


@dataclass(frozen=True, slots=True)
class Replay:
    """How many results each pair of levels, under the rules before and after, was counted for."""

    moves: dict[tuple[Level, Level], int]

    @property
    def count(self) -> int:
        return sum(self.moves.values())

    @property
    def rises(self) -> int:
        return sum(count for (old, new), count in self.moves.items() if new.rank > old.rank)

    @property
    def falls(self) -> int:
        return sum(count for (old, new), count in self.moves.items() if new.rank < old.rank)

    def levels(self) -> list[tuple[Level, int, int]]:
        """For each level, how many results had it before and have it after; the worst first."""
        return [
            (
                level,
                sum(count for (old, _new), count in self.moves.items() if old is level),
                sum(count for (_old, new), count in self.moves.items() if new is level),
            )
            for level in sorted(Level, key=lambda level: -level.rank)
        ]


def can_replay(service: Service) -> bool:
    """Not for videos: other services judge their parts, by labels that these rules do not know."""
    return service.content_type != ContentType.VIDEO


def replay(*, service: Service, before: Rules, after: Rules, latest: int = LATEST) -> Replay:
    if not can_replay(service):
        return Replay({})
    asked = Asked(service_ids=(service.pk,), sources=SOURCES)
    ids = newest_ids(asked, account=service.account, after=None, limit=latest)
    results = ModerationResult.objects.owned_by(service.account).filter(pk__in=ids).only("labels", "scores")
    scopes = compile_scope(service, rules=before), compile_scope(service, rules=after)
    moves = Counter(tuple(level_under(scope, result) for scope in scopes) for result in results)
    return Replay(dict(moves))


def level_under(scope: Scope, result: ModerationResult) -> Level:
    return reach_verdict(findings_of(result, scope), scope.rules).level


def findings_of(result: ModerationResult, scope: Scope) -> Iterable[Finding]:
    for engine, told in result.scores.items():
        spec = scope.specs.get(engine)
        floors = {label.code: label.floor for label in spec.labels} if spec else {}
        for raw, score in told["raw"].items():
            if score < floors.get(raw, 0.0):
                continue
            for label in scope.labels_of_raw.get((engine, raw), ()):
                yield Finding(label, score, Source.ENGINE, engine)
    for label in result.labels:
        for evidence in label["evidence"]:
            if evidence["detector"] not in result.scores:
                yield from kept(label["label"], evidence, scope)


def kept(label: str, evidence: dict, scope: Scope) -> Iterable[Finding]:
    """What lists, reviewers and heads had said: it holds while the rules still ask them."""
    source, most = Source(evidence["source"]), Level(evidence.get("most", Level.HIGH))
    if source is Source.ENGINE:
        yield Finding(label, evidence["score"], source, evidence["detector"], most=most)
    elif source in LISTS:
        name, table = LISTS[source]
        for code in getattr(scope, table).get(evidence[name], ()):
            yield Finding(code, 100.0, source, evidence["detector"], most=most)
    elif source is Source.SAMPLE and scope.rules.use_reviewed_samples:
        yield Finding(label.removesuffix(LIBRARY_SUFFIX), 100.0, source, evidence["detector"])
    elif source is Source.EXEMPTION and still_exempt(evidence, scope):
        yield Finding(EXEMPT, 100.0, source, evidence["detector"])


def still_exempt(evidence: dict, scope: Scope) -> bool:
    if "image_library" in evidence:
        return evidence["image_library"] in scope.rules.exempt_image_libraries
    return scope.rules.use_reviewed_samples
