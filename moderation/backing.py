"""What stands behind a label: an engine of this installation, lists of the account only, or nothing yet."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from moderation.catalogue.info import is_text_in_picture
from moderation.detectors.registry import detectors_for
from moderation.models import LabelMapping
from moderation.models.content import ContentType
from moderation.values import LabelRule

READER = "ocr"


class Backing(StrEnum):
    ENGINE = "engine"
    LIBRARY_ONLY = "library_only"
    NEEDS_ENGINE = "needs_engine"


@dataclass(frozen=True, slots=True)
class Behind:
    """`engines` are installed and look for the label; `missing` would, if they were.

    `is_readable` is false for text in pictures where nothing reads it: then words are not found either.
    """

    engines: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    is_readable: bool = True

    def backing(self, rule: LabelRule) -> Backing:
        if self.engines:
            return Backing.ENGINE
        has_list = rule.image_libraries or (rule.vocabularies and self.is_readable)
        return Backing.LIBRARY_ONLY if has_list else Backing.NEEDS_ENGINE


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines that may look at one kind of content."""

    on_content: frozenset[str]
    on_text: frozenset[str]
    reads: bool

    @classmethod
    def of(cls, content_type: str) -> "Engines":
        specs = [detector.spec for detector in detectors_for(content_type)]
        texts = frozenset(detector.spec.name for detector in detectors_for(ContentType.TEXT))
        return cls(
            on_content=frozenset(spec.name for spec in specs),
            on_text=texts if content_type == ContentType.IMAGE else frozenset(),
            reads=content_type != ContentType.IMAGE or any(spec.reads_lines for spec in specs),
        )


def behind_labels(content_type: str) -> dict[str, Behind]:
    """By label, for all labels of the catalogue that engines can stand behind."""
    engines = Engines.of(content_type)
    present, absent = defaultdict(set), defaultdict(set)
    for engine, code in LabelMapping.objects.of_labels_for(content_type):
        is_in_text = content_type == ContentType.IMAGE and is_text_in_picture(code)
        able = engines.on_text if is_in_text else engines.on_content
        (present if engine in able else absent)[code].add(engine)
    return {
        code: behind(code, content_type, engines, present[code], absent[code])
        for code in present.keys() | absent.keys()
    }


def behind(code, content_type, engines: Engines, present, absent) -> Behind:
    if content_type == ContentType.IMAGE and is_text_in_picture(code) and not engines.reads:
        return Behind(missing=(READER,), is_readable=False)
    return Behind(tuple(sorted(present)), tuple(sorted(absent)) if not present else ())


def behind_label(code: str, content_type: str, known: dict[str, Behind]) -> Behind:
    """As `behind_labels` knows it; for a label that no engine maps to, what lists can do for it."""
    if code in known:
        return known[code]
    return behind(code, content_type, Engines.of(content_type), set(), set())
