"""Rules as JSON from outside: read strictly, so that a typing error is named and not passed over."""

from dataclasses import replace
from typing import Annotated, Any, Literal

import msgspec
from django.utils.translation import gettext_lazy as _

from moderation.operations.publishable import RulesInvalid
from moderation.rules_diff import OFF
from moderation.values import (
    LONGEST_DELAY,
    LONGEST_STEP,
    MEDIA_SETTINGS,
    MOST_FRAMES,
    SHORTEST_STEP,
    LabelRule,
    Level,
    Rules,
)

Score = Annotated[float, msgspec.Meta(ge=0, le=100)]
Code = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Ids = list[Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]]
Levels = list[Literal["none", "low", "medium", "high"]]
LEVELS = ("review_levels", "manual_levels")
Delay = Annotated[int, msgspec.Meta(ge=0, le=LONGEST_DELAY)]
Codes = list[Code]
EveryMs = Annotated[int, msgspec.Meta(ge=SHORTEST_STEP, le=LONGEST_STEP)]
Frames = Annotated[int, msgspec.Meta(ge=1, le=MOST_FRAMES)]
Reads = Literal["cuts", "all", "none"]


class ToldOnly(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What reading a label tells beside its rule; it may come back and is not looked at."""

    name: Any = None
    group: Any = None
    group_name: Any = None
    library_label: Any = None
    backing: Any = None
    engines: Any = None
    missing_engines: Any = None


class LabelDocument(ToldOnly):
    on: bool
    medium: Score
    high: Score
    vocabularies: Ids = []
    image_libraries: Ids = []


class LabelChanges(ToldOnly):
    on: bool | None = None
    medium: Score | None = None
    high: Score | None = None
    vocabularies: Ids | None = None
    image_libraries: Ids | None = None


class RulesDocument(msgspec.Struct, forbid_unknown_fields=True):
    labels: dict[Code, dict]
    ignored_vocabularies: Ids = []
    exempt_image_libraries: Ids = []
    use_reviewed_samples: bool = True
    review_levels: Levels = []
    manual_levels: Levels = []
    send_delay: Delay = 8
    image_services: Codes = []
    audio_service: str = ""
    every_ms: EveryMs = 1000
    most_frames: Frames = 200
    sees_cuts: bool = True
    reads: Reads = "cuts"
    unheard_to_people: bool = False

    def rules(self) -> Rules:
        return Rules(
            labels={
                code: LabelRule(**given(read_label(code, asked, LabelDocument), LabelRule.__slots__))
                for code, asked in self.labels.items()
            },
            ignored_vocabularies=ordered(self.ignored_vocabularies),
            exempt_image_libraries=ordered(self.exempt_image_libraries),
            use_reviewed_samples=self.use_reviewed_samples,
            review_levels=frozenset(map(Level, self.review_levels)),
            manual_levels=frozenset(map(Level, self.manual_levels)),
            send_delay=self.send_delay,
            image_services=ordered(self.image_services),
            **{name: getattr(self, name) for name in MEDIA_SETTINGS},
        )


class RulesChanges(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Some settings of some labels; what is left out stays as it is."""

    labels: dict[Code, dict] = {}
    ignored_vocabularies: Ids | None = None
    exempt_image_libraries: Ids | None = None
    use_reviewed_samples: bool | None = None
    review_levels: Levels | None = None
    manual_levels: Levels | None = None
    send_delay: Delay | None = None
    image_services: Codes | None = None
    audio_service: str | None = None
    every_ms: EveryMs | None = None
    most_frames: Frames | None = None
    sees_cuts: bool | None = None
    reads: Reads | None = None
    unheard_to_people: bool | None = None

    def over(self, rules: Rules) -> Rules:
        labels = dict(rules.labels)
        for code, asked in self.labels.items():
            changes = given(read_label(code, asked, LabelChanges), LabelRule.__slots__)
            labels[code] = replace(labels.get(code, OFF), **changes)
        settings = given(self, Rules.__slots__[1:])
        for name in LEVELS:
            if getattr(self, name) is not None:
                settings[name] = frozenset(map(Level, getattr(self, name)))
        return replace(rules, labels=labels, **settings)


def read_label(code: str, asked: dict, shape):
    """One by one, so that what is wrong is named with its label."""
    try:
        return msgspec.convert(asked, shape)
    except msgspec.ValidationError as error:
        message, _at, path = str(error).partition(" - at `$")
        raise RulesInvalid(message, field=f"labels.{code}{path.rstrip('`')}") from error


def given(changes: msgspec.Struct, names) -> dict:
    values = {name: getattr(changes, name) for name in names if getattr(changes, name) is not None}
    return {name: ordered(value) if isinstance(value, list) else value for name, value in values.items()}


def ordered(ids: list) -> tuple:
    return tuple(sorted(set(ids)))


def read_rules(text: str) -> Rules:
    """Rules from the JSON that one of our own forms carried."""
    try:
        return msgspec.json.decode(text.encode(), type=RulesDocument).rules()
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise RulesInvalid(_("These rules cannot be read: open the editor again.")) from error
