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
from moderation.scope import SOUNDS, relied_on, specs_for
from moderation.values import LabelRule

# Whom to install where nothing finds the words in a kind of content.
READERS = {ContentType.IMAGE.value: "ocr", ContentType.AUDIO.value: "speech_folder"}


class Backing(StrEnum):
    ENGINE = "engine"
    LIBRARY_ONLY = "library_only"
    NEEDS_ENGINE = "needs_engine"


@dataclass(frozen=True, slots=True)
class Behind:
    """`engines` are installed and look for the label; `missing` would, if they were.

    `is_readable` is false for text in pictures, and for speech, where nothing finds it: then words of
    lists are not found either.
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
        self.kind = service.content_type
        self.is_image, self.is_text = self.kind == ContentType.IMAGE, self.kind == ContentType.TEXT
        self.learnt = heads_of(service.account_id, revision.heads).labels
        self.on_content = specs_for(service.content_type, own)
        self.on_text = specs_for(ContentType.TEXT, own)
        if self.kind == ContentType.AUDIO:
            self.on_content = relied_on(self.on_content)
        self.readers = {name for name, spec in self.on_content.items() if spec.reads_lines}
        self.mapped = defaultdict(set)
        for engine, code in LabelMapping.objects.of_labels_for(service.content_type):
            self.mapped[code].add(engine)

    def of(self, code: str) -> Behind:
        is_words = self.is_words(code)
        if is_words and not self.is_text and not self.readers:
            return Behind(missing=(READERS[self.kind],) if self.kind in READERS else (), is_readable=False)
        able = self.on_text if is_words else self.on_content
        mapped = self.mapped.get(code, set())
        present = {engine for engine in mapped if engine in able}
        if is_words and code.removesuffix(IN_PICTURE_SUFFIX) in self.learnt:
            present.add(HEADS)
        return Behind(tuple(sorted(present)), () if present else tuple(sorted(mapped)))

    @property
    def vouches(self) -> bool:
        """Whether what is said can be relied on to be looked into: not by an experiment alone."""
        return any(not self.on_content[name].is_experimental for name in self.readers)

    def is_words(self, code: str) -> bool:
        """Whether the label stands for what is written or said, not for what is shown or sounds."""
        if self.is_image:
            return is_text_in_picture(code)
        return self.is_text or code not in SOUNDS
