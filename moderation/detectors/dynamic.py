"""Engines that come from the database: files that were brought, and outside providers that are on.

A process keeps them beside the number of Revisions.engines that it read: the first request after a change
makes them anew. What did not change keeps its session and the state of its breaker.
"""

import threading
from dataclasses import dataclass, field

from moderation.detectors.file_engine import FileEngine, Manifest, folder_of
from moderation.detectors.guard import GuardedDetector, Look, WarmDetector
from moderation.detectors.http_provider.answers import AnswerForm
from moderation.detectors.http_provider.engine import HttpProvider, ProviderValues
from moderation.detectors.registry import ask, loaded
from moderation.models import EngineFile, Provider, ProviderConsent
from moderation.operations.label_mappings import mapping_of
from moderation.operations.providers import headers_of

Key = tuple[str, str, int]


class WarmFile(WarmDetector):
    """A file that was brought, asked for in the engine workers by its version: another is another engine."""

    def look_at(self, content) -> Look:
        if not self.breaker.lets_through():
            return Look([], failed=True)
        reference = self.detector.reference
        return self.taken(self.looker([reference], content)[reference])


@dataclass(frozen=True, slots=True)
class Dynamic:
    """`of_service` holds the providers that a service consents to."""

    revision: int = 0
    files: tuple[GuardedDetector, ...] = ()
    of_service: dict[int, tuple[GuardedDetector, ...]] = field(default_factory=dict)

    def engines(self):
        yield from self.files
        for providers in self.of_service.values():
            yield from providers


_held: list[Dynamic] = []
_lock = threading.Lock()


def dynamic_detectors(
    revision: int, *, service_id: int | None = None, content_type: str | None = None
) -> tuple[GuardedDetector, ...]:
    """Engine files, and the providers that this service consents to, as of this revision or a later one.

    `revision` is Revisions.engines; at 0 nobody ever brought an engine, and nothing is read.
    """
    if not revision:
        return ()
    found = current(revision)
    chosen = (*found.files, *found.of_service.get(service_id, ()))
    return tuple(one for one in chosen if content_type is None or content_type in one.spec.content_types)


def current(revision: int) -> Dynamic:
    if _held and _held[0].revision >= revision:
        return _held[0]
    with _lock:
        if not _held or _held[0].revision < revision:
            before = _held[0] if _held else Dynamic()
            _held[:] = [load(revision, before)]
        return _held[0]


def load(revision: int, before: Dynamic) -> Dynamic:
    known = {key_of(one.detector): one for one in before.engines()}

    def guarded(detector) -> GuardedDetector:
        made = WarmFile(detector, ask) if isinstance(detector, FileEngine) else GuardedDetector(detector)
        return known.setdefault(key_of(detector), made)

    enabled = EngineFile.objects.filter(is_enabled=True, current__isnull=False).select_related("current")
    files = [
        FileEngine(Manifest.from_json(one.current.manifest), folder_of(one.slug, one.current.number))
        for one in enabled.order_by("slug")
    ]
    values = {
        provider.pk: values_of(provider) for provider in Provider.objects.filter(is_on=True).order_by("slug")
    }
    of_service: dict[int, tuple[GuardedDetector, ...]] = {}
    consents = ProviderConsent.objects.filter(provider__in=values).select_related("service")
    for one in consents.order_by("provider__slug"):
        engine = guarded(HttpProvider(values[one.provider_id], one.service.code, one.service_id))
        of_service[one.service_id] = (*of_service.get(one.service_id, ()), engine)
    return Dynamic(revision, tuple(guarded(one) for one in files), of_service)


def values_of(provider: Provider) -> ProviderValues:
    return ProviderValues(
        name=provider.engine,
        version=str(provider.version),
        url=provider.url,
        method=provider.method,
        template=provider.template,
        answer=AnswerForm.from_json(provider.answer),
        content_types=frozenset(provider.content_types),
        labels=tuple(mapping_of(provider.engine)),
        seconds=provider.seconds,
        headers=headers_of(provider),
    )


def key_of(detector: FileEngine | HttpProvider) -> Key:
    return detector.spec.name, detector.spec.version, getattr(detector, "service_id", 0)


def forget() -> None:
    """Start empty, as a new process does."""
    _held.clear()
    loaded.cache_clear()
