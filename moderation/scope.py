"""A service version compiled for use: what to look for, by what, and what nothing can see."""

import threading
from collections import OrderedDict, defaultdict
from dataclasses import dataclass

from moderation.detectors.registry import detectors_for
from moderation.models import LabelMapping, Service
from moderation.values import Rules

ACCOUNTS_KEPT = 200

_scopes: OrderedDict[int, tuple[int, dict[str, "Scope"]]] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Scope:
    service: Service
    version_id: int
    version_number: int
    rules: Rules
    labels_of_vocabulary: dict[int, tuple[str, ...]]
    labels_of_raw: dict[tuple[str, str], tuple[str, ...]]
    engines: frozenset[str]
    uncovered: tuple[str, ...]


def scopes_of(*, account_id: int, revision: int) -> dict[str, Scope]:
    """All scopes of an account by service code, as published up to this revision."""
    with _lock:
        held = _scopes.get(account_id)
        if held and held[0] >= revision:
            return held[1]
    compiled = {
        service.code: compile_scope(service)
        for service in Service.objects.filter(account_id=account_id, current_version__isnull=False)
        .select_related("current_version", "account")
        .by_code()
    }
    with _lock:
        _scopes[account_id] = (revision, compiled)
        _scopes.move_to_end(account_id)
        while len(_scopes) > ACCOUNTS_KEPT:
            _scopes.popitem(last=False)
    return compiled


def compile_scope(service: Service) -> Scope:
    version = service.current_version
    rules = version.rules
    on = {code for code, rule in rules.labels.items() if rule.on}
    labels_of_vocabulary = defaultdict(list)
    for code in sorted(on):
        for vocabulary_id in rules.labels[code].vocabularies:
            labels_of_vocabulary[vocabulary_id].append(code)
    present = {detector.spec.name for detector in detectors_for(service.content_type)}
    labels_of_raw = defaultdict(list)
    for engine, raw, code in mapped_labels():
        if engine in present and code in on:
            labels_of_raw[engine, raw].append(code)
    seen = {code for codes in labels_of_raw.values() for code in codes}
    listed = {code for code in on if rules.labels[code].vocabularies}
    return Scope(
        service=service,
        version_id=version.pk,
        version_number=version.number,
        rules=rules,
        labels_of_vocabulary={key: tuple(codes) for key, codes in labels_of_vocabulary.items()},
        labels_of_raw={key: tuple(codes) for key, codes in labels_of_raw.items()},
        engines=frozenset(engine for engine, _raw in labels_of_raw),
        uncovered=tuple(sorted(on - seen - listed - {"customized"})),
    )


def mapped_labels() -> list[tuple[str, str, str]]:
    return list(LabelMapping.objects.values_list("engine", "raw", "label__code").order_by("id"))
