"""What stands behind a label: an engine of this installation, lists of the account only, or nothing yet."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from config.accounts import revisions
from moderation.catalogue.info import IN_PICTURE_SUFFIX, is_text_in_picture
from moderation.detectors.dynamic import dynamic_detectors
from moderation.detectors.heads import ENGINE as HEADS
from moderation.detectors.heads import heads_of
from moderation.models import LabelMapping, Service
from moderation.models.content import ContentType
from moderation.scope import specs_for
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


class Backings:
    """What stands behind each label in one service: installed engines, those brought here, learnt heads."""

    def __init__(self, service: Service):
        revision = revisions.read(service.account_id)
        brought = dynamic_detectors(revision.engines, service_id=service.pk)
        own = {one.spec.name: one for one in brought}
        self.is_image = service.content_type == ContentType.IMAGE
        self.learnt = heads_of(service.account_id, revision.heads).labels
        self.on_content = specs_for(service.content_type, own)
        self.on_text = specs_for(ContentType.TEXT, own)
        self.reads = not self.is_image or any(spec.reads_lines for spec in self.on_content.values())
        self.mapped = defaultdict(set)
        for engine, code in LabelMapping.objects.of_labels_for(service.content_type):
            self.mapped[code].add(engine)

    def of(self, code: str) -> Behind:
        is_in_text = self.is_image and is_text_in_picture(code)
        if is_in_text and not self.reads:
            return Behind(missing=(READER,), is_readable=False)
        able = self.on_text if is_in_text else self.on_content
        mapped = self.mapped.get(code, set())
        present = {engine for engine in mapped if engine in able}
        if (not self.is_image or is_in_text) and code.removesuffix(IN_PICTURE_SUFFIX) in self.learnt:
            present.add(HEADS)
        return Behind(tuple(sorted(present)), () if present else tuple(sorted(mapped)))
