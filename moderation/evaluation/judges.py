"""Who is evaluated: a service with its rules, or every engine by itself. Nothing is stored or counted."""

from collections import defaultdict
from collections.abc import Callable

from config.accounts import revisions
from config.accounts.models import Account
from moderation.detectors import registry
from moderation.detectors.heads import head_findings
from moderation.evaluation.dataset import Item
from moderation.media.decoding import decode
from moderation.models.content import ContentType
from moderation.operations.moderate import scope_for
from moderation.pipeline import inspect_text
from moderation.scope import mapped_labels
from moderation.values import LIBRARY_SUFFIX, Level
from moderation.verdict import reach_verdict

# Scores by label; and labels that count as hits although their score does not say so, or None: by score.
Judged = tuple[dict[str, float], frozenset[str] | None]
Judge = Callable[[Item], Judged]


def service_judge(*, account: Account, code: str) -> Judge:
    """As the service answers, by its own thresholds: a hit is medium or high."""
    current = revisions.read(account.pk)
    scope = scope_for(account=account, revisions=current, service_code=code, content_type=ContentType.TEXT)

    def judge(item: Item) -> Judged:
        inspection = inspect_text(item.text, scope=scope, revisions=current)
        verdict = reach_verdict(inspection.findings, scope.rules)
        scores, hits = defaultdict(float), set()
        for found in verdict.labels:
            label = found.label.removesuffix(LIBRARY_SUFFIX)
            scores[label] = max(scores[label], found.confidence or 0.0)
            if found.level.rank >= Level.MEDIUM.rank:
                hits.add(label)
        return dict(scores), frozenset(hits)

    return judge


def engines_judge(*, names: list[str], account: Account | None = None, shadows: bool = False) -> Judge:
    """Every engine's raw labels under the labels they are mapped to; with an account its heads as well.

    With `shadows` the shadow heads are judged as if they decided.
    """
    labels_of_raw = defaultdict(list)
    for engine, raw, code in mapped_labels():
        labels_of_raw[engine, raw].append(code)
    revision = revisions.read(account.pk).heads if account else 0

    def wanted(name: str) -> bool:
        return not names or name in names

    def judge(item: Item) -> Judged:
        scores: dict[str, float] = defaultdict(float)
        kind = ContentType.IMAGE if item.is_picture else ContentType.TEXT
        there = [detector.spec for detector in registry.detectors_for(kind)]
        chosen = [spec.name for spec in there if spec.labels and wanted(spec.name)]
        for engine, hit in looked(item, chosen):
            for code in labels_of_raw.get((engine, hit.raw), (f"{engine}.{hit.raw}",)):
                scores[code] = max(scores[code], hit.score)
        if revision and not item.is_picture and wanted("heads"):
            look = head_findings(item.text, account.pk, revision)
            for hit in [*look.hits, *(look.shadow_hits if shadows else ())]:
                scores[hit.raw] = max(scores[hit.raw], hit.score)
        return dict(scores), None

    return judge


def looked(item: Item, names: list[str]):
    """All engines at once, as the product asks them: the warm ones where they are kept warm."""
    if not item.is_picture:
        yield from hits_of(registry.look(names, item.text))
        return
    with decode(item.content()) as picture:
        yield from hits_of(registry.look(names, picture))


def hits_of(looks: dict):
    for engine, look in looks.items():
        for hit in look.hits:
            yield engine, hit
