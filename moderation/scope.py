"""A service version compiled for use: what to look for, by what, and what nothing can see."""

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from config.accounts import revisions
from moderation.catalogue.info import AUDIO
from moderation.catalogue.labels import LABELS
from moderation.detectors.base import DetectorSpec
from moderation.detectors.dynamic import dynamic_detectors
from moderation.detectors.guard import GuardedDetector
from moderation.detectors.registry import detectors_for
from moderation.models import CallbackEndpoint, LabelMapping, Service
from moderation.models.content import ContentType
from moderation.values import Rules

ACCOUNTS_KEPT = 200
UNCLAIMED = frozenset({"customized"})
# Labels of sounds that are no words.
SOUNDS = frozenset(info.code for info in LABELS if info.content_types == AUDIO)

_scopes: OrderedDict[int, tuple[int, dict[str, "Scope"]]] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Scope:
    """`engines` are all that the labels need. In pictures `readers` find text, in speech they hear words;
    `behind_text` judge it. `own` are those of them that people brought here: files, and providers outside.

    Of sounds `beyond_words` are the labels that no words stand for.
    """

    service: Service
    version_id: int
    version_number: int
    rules: Rules
    labels_of_vocabulary: dict[int, tuple[str, ...]]
    labels_of_raw: dict[tuple[str, str], tuple[str, ...]]
    engines: frozenset[str]
    uncovered: tuple[str, ...]
    labels_of_image_library: dict[int, tuple[str, ...]] = field(default_factory=dict)
    readers: frozenset[str] = frozenset()
    behind_text: frozenset[str] = frozenset()
    beyond_words: tuple[str, ...] = ()
    specs: dict[str, DetectorSpec] = field(default_factory=dict)
    own: dict[str, GuardedDetector] = field(default_factory=dict)
    # Whether an endpoint wants to hear of each result, on or off.
    is_told: bool = False

    def engines_for(self, content_type: str) -> frozenset[str]:
        return frozenset(name for name, spec in self.specs.items() if content_type in spec.content_types)

    @property
    def asked(self) -> tuple[str, ...]:
        """The labels that something should look for."""
        listed = {code for codes in self.labels_of_vocabulary.values() for code in codes}
        on = {code for code, rule in self.rules.labels.items() if rule.on}
        return tuple(sorted(on - (UNCLAIMED - listed)))

    @property
    def image_libraries(self) -> frozenset[int]:
        return frozenset(self.labels_of_image_library) | frozenset(self.rules.exempt_image_libraries)


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


def compile_scope(service: Service, *, rules: Rules | None = None) -> Scope:
    """The scope of a service as published; with `rules`, as it would be under those."""
    version = service.current_version
    rules = rules or version.rules
    on = {code for code, rule in rules.labels.items() if rule.on}
    is_text, is_sound = (service.content_type == kind for kind in (ContentType.TEXT, ContentType.AUDIO))
    brought = revisions.read(service.account_id).engines
    own = {one.spec.name: one for one in dynamic_detectors(brought, service_id=service.pk)}
    present = specs_for(service.content_type, own)
    if is_sound:
        present = relied_on(present)
    readers = {name for name, spec in present.items() if spec.reads_text}
    reads_lines = is_text or any(present[name].reads_lines for name in readers)
    behind_text = set()
    if readers:
        texts = specs_for(ContentType.TEXT, own)
        behind_text = texts.keys() - present.keys()
        present |= texts
    labels_of_raw = defaultdict(list)
    for engine, raw, code in mapped_labels():
        if engine in present and code in on:
            labels_of_raw[engine, raw].append(code)
    vocabularies = of_lists(on, {code: rules.labels[code].vocabularies for code in on})
    libraries = of_lists(on, {code: rules.labels[code].image_libraries for code in on})
    seen = {
        code
        for (engine, _raw), codes in labels_of_raw.items()
        if reads_lines or engine not in behind_text
        for code in codes
    }
    seen |= {code for codes in libraries.values() for code in codes}
    if reads_lines:
        seen |= {code for codes in vocabularies.values() for code in codes}
    engines = {engine for engine, _raw in labels_of_raw}
    # What was said is wanted for people, too.
    wanted_readers = readers if is_sound or vocabularies or engines & behind_text else set()
    return Scope(
        service=service,
        version_id=version.pk,
        version_number=version.number,
        rules=rules,
        labels_of_vocabulary=vocabularies,
        labels_of_raw={key: tuple(codes) for key, codes in labels_of_raw.items()},
        engines=frozenset(engines | wanted_readers),
        uncovered=tuple(sorted(on - seen - UNCLAIMED)),
        labels_of_image_library=libraries,
        readers=frozenset(wanted_readers),
        behind_text=frozenset(engines & behind_text),
        beyond_words=tuple(sorted(on & SOUNDS)) if is_sound else (),
        specs={name: present[name] for name in engines | wanted_readers},
        own={name: own[name] for name in engines & own.keys()},
        is_told=CallbackEndpoint.objects.owned_by(service.account_id)
        .asking(service=service, event=CallbackEndpoint.Event.RESULT_CREATED.value)
        .exists(),
    )


def relied_on(present: dict[str, DetectorSpec]) -> dict[str, DetectorSpec]:
    """An experimental engine is asked only where there is no other."""
    proven = {name: spec for name, spec in present.items() if not spec.is_experimental}
    return proven or present


def specs_for(content_type: str, own: dict[str, GuardedDetector]) -> dict[str, DetectorSpec]:
    there = (*detectors_for(content_type), *own.values())
    return {one.spec.name: one.spec for one in there if content_type in one.spec.content_types}


def of_lists(on: set[str], chosen: Mapping[str, tuple[int, ...]]) -> dict[int, tuple[str, ...]]:
    """Which labels a hit in each of the chosen lists stands for."""
    labels = defaultdict(list)
    for code in sorted(on):
        for number in chosen[code]:
            labels[number].append(code)
    return {number: tuple(codes) for number, codes in labels.items()}


def mapped_labels() -> list[tuple[str, str, str]]:
    return list(LabelMapping.objects.values_list("engine", "raw", "label__code").order_by("id"))
