"""What the rules page lists: detection types, their labels, and the lists that can be set for them."""

from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from libraries.models import ImageLibrary, Vocabulary
from moderation.admin.rules_recordings import RecordingsView
from moderation.backing import Backing, Backings, Behind
from moderation.catalogue.groups import group_name, place_of
from moderation.models import Label, Service
from moderation.models.content import ContentType
from moderation.operations.publishable import takes_image_libraries
from moderation.values import LIBRARY_SUFFIX, LabelRule, Rules

OFF = LabelRule(on=False)
HEARS_NOTHING = _(
    "No engine here hears speech: all labels are uncovered as soon as somebody speaks. Point at a speech "
    "model, or send what is not heard to people."
)
HEARS_BADLY = _(
    "Only an experimental engine hears speech here: what it finds is medium risk at most, and all labels "
    "stay uncovered. Point at a speech model, or send what is not heard to people."
)


@dataclass(frozen=True, slots=True)
class ListChoice:
    """A vocabulary or an image library of the account, as it can be chosen."""

    id: int
    name: str
    size: int
    description: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One label of the catalogue as the page shows it."""

    code: str
    name: str
    description: str
    rule: LabelRule
    behind: Behind
    takes_images: bool
    choices: tuple[ListChoice, ...] = ()
    is_faulty: bool = False

    @property
    def backing(self) -> Backing:
        return self.behind.backing(self.rule)

    @property
    def library_label(self) -> str:
        return self.code + LIBRARY_SUFFIX

    @property
    def chosen(self) -> list[ListChoice]:
        return [choice for choice in self.choices if choice.is_chosen]

    @property
    def is_idle(self) -> bool:
        """Lists are chosen, and nothing looks at them because the label is off."""
        return bool(self.chosen) and not self.rule.on


@dataclass(frozen=True, slots=True)
class Group:
    code: str
    name: str
    rows: list[Row] = field(default_factory=list)

    @property
    def on(self) -> int:
        return sum(row.rule.on for row in self.rows)

    @property
    def has_fault(self) -> bool:
        return any(row.is_faulty for row in self.rows)


class RulesView:
    """One set of rules of a service, ready to be shown."""

    def __init__(self, *, service: Service, rules: Rules, faulty_field: str = ""):
        self.service, self.rules = service, rules
        self.recordings = RecordingsView(service=service, rules=rules)
        self.fault = faulty_field
        self.faulty = faulty_field.removeprefix("labels.").partition(".")[0]
        self.takes_images = service.content_type == ContentType.IMAGE and not service.is_human_only
        # Neither for people alone nor judged by other services: it has labels of its own.
        self.has_labels = not service.is_human_only and not self.recordings.is_of_videos

    @cached_property
    def vocabularies(self) -> list[Vocabulary]:
        return list(Vocabulary.objects.owned_by(self.service.account).order_by("name"))

    @cached_property
    def image_libraries(self) -> list[ImageLibrary]:
        if not self.takes_images:
            return []
        return list(ImageLibrary.objects.owned_by(self.service.account).custom().by_name())

    @cached_property
    def names(self) -> dict[tuple[str, int], str]:
        """Names of lists by kind and id, for telling changes."""
        return {("vocabulary", one.pk): one.name for one in self.vocabularies} | {
            ("image_library", one.pk): one.name for one in self.image_libraries
        }

    @cached_property
    def backings(self) -> Backings:
        return Backings(self.service)

    @property
    def gap(self) -> str:
        """Of speech: why all labels are uncovered as soon as somebody speaks."""
        if self.service.content_type != ContentType.AUDIO or not self.has_labels or self.backings.vouches:
            return ""
        return HEARS_BADLY if self.backings.readers else HEARS_NOTHING

    @cached_property
    def _rows(self) -> list[tuple[str, Row]]:
        if not self.has_labels:
            return []
        return [
            (label.group, self._row(label, self.backings.of(label.code)))
            for label in Label.objects.current().for_content(self.service.content_type)
            if label.group != "none"
        ]

    def _row(self, label: Label, behind: Behind) -> Row:
        rule = self.rules.labels.get(label.code, OFF)
        takes_images = takes_image_libraries(self.service.content_type, label.code)
        choices = (
            libraries_as_choices(self.image_libraries, rule.image_libraries)
            if takes_images
            else vocabularies_as_choices(self.vocabularies, rule.vocabularies)
        )
        is_faulty = label.code == self.faulty
        return Row(label.code, label.name, label.description, rule, behind, takes_images, choices, is_faulty)

    @cached_property
    def groups(self) -> list[Group]:
        """The detection types of the service's scope: of the labels that its rules name."""
        return grouped((group, row) for group, row in self._rows if row.code in self.rules.labels)

    @cached_property
    def more(self) -> list[Group]:
        """Labels of the catalogue that the service's scope leaves out."""
        return grouped((group, row) for group, row in self._rows if row.code not in self.rules.labels)

    @property
    def labels_on(self) -> int:
        return sum(group.on for group in self.groups)

    @property
    def exempt(self) -> tuple[ListChoice, ...]:
        return libraries_as_choices(self.image_libraries, self.rules.exempt_image_libraries)

    @property
    def ignored(self) -> tuple[ListChoice, ...]:
        return vocabularies_as_choices(self.vocabularies, self.rules.ignored_vocabularies)


def grouped(rows) -> list[Group]:
    by_code: dict[str, list[Row]] = {}
    for code, row in rows:
        by_code.setdefault(code, []).append(row)
    return [
        Group(code, group_name(code), sorted(by_code[code], key=lambda row: row.code))
        for code in sorted(by_code, key=place_of)
    ]


def vocabularies_as_choices(vocabularies, chosen) -> tuple[ListChoice, ...]:
    return tuple(
        ListChoice(one.pk, one.name, one.keyword_count, one.description, one.pk in chosen)
        for one in vocabularies
    )


def libraries_as_choices(libraries, chosen) -> tuple[ListChoice, ...]:
    return tuple(
        ListChoice(one.pk, one.name, one.image_count, one.description, one.pk in chosen) for one in libraries
    )
