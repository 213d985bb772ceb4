"""The values that travel from content to verdict. Pure: no Django here."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Level(StrEnum):
    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        return RANKS[self]


RANKS = {Level.NONE: 0, Level.LOW: 1, Level.MEDIUM: 2, Level.HIGH: 3}

NO_RISK = "nonLabel"
EXEMPT = "nonLabel_lib"
LIBRARY_SUFFIX = "_lib"


class Source(StrEnum):
    """Where a finding comes from, which decides how it counts."""

    ENGINE = "engine"
    VOCABULARY = "vocabulary"
    SAMPLE = "sample"
    IMAGE_LIBRARY = "image_library"
    EXEMPTION = "exemption"
    # Told of, and decides nothing.
    QUARANTINED = "quarantined_sample"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing somebody saw in the content, already under a label of the catalogue.

    `most` is the level that it cannot exceed, whatever its score.
    """

    label: str
    score: float
    source: Source
    detector: str
    evidence: dict = field(default_factory=dict)
    most: Level = Level.HIGH


@dataclass(frozen=True, slots=True)
class LabelVerdict:
    label: str
    level: Level
    confidence: float | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    level: Level
    labels: tuple[LabelVerdict, ...]


LONGEST_DELAY = 3600
# Of how many milliseconds one frame is looked at, and how many of a video at most.
SHORTEST_STEP, LONGEST_STEP, MOST_FRAMES = 200, 60_000, 2000
MEDIA_SETTINGS = ("audio_service", "every_ms", "most_frames", "sees_cuts", "reads", "unheard_to_people")


@dataclass(frozen=True, slots=True)
class LabelRule:
    """How one label is treated by one version of a service."""

    on: bool = True
    medium: float = 60.0
    high: float = 90.0
    vocabularies: tuple[int, ...] = ()
    image_libraries: tuple[int, ...] = ()

    def level_of(self, score: float) -> Level:
        if score >= self.high:
            return Level.HIGH
        return Level.MEDIUM if score >= self.medium else Level.LOW


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything one immutable version of a service says about content."""

    labels: dict[str, LabelRule] = field(default_factory=dict)
    ignored_vocabularies: tuple[int, ...] = ()
    exempt_image_libraries: tuple[int, ...] = ()
    use_reviewed_samples: bool = True
    # Levels whose results the account's own people audit, and those that the review team decides on.
    review_levels: frozenset[Level] = frozenset()
    manual_levels: frozenset[Level] = frozenset()
    # Seconds for which a human decision may be undone before anybody outside is told.
    send_delay: int = 8
    # Of videos: the services whose rules judge their frames and their speech, and which frames are looked at.
    image_services: tuple[str, ...] = ()
    audio_service: str = ""
    every_ms: int = 1000
    most_frames: int = 200
    sees_cuts: bool = True
    reads: str = "cuts"
    # Of videos and audio: speech that no engine can hear is for people.
    unheard_to_people: bool = False

    @property
    def seen_by_people(self) -> frozenset[Level]:
        return self.review_levels | self.manual_levels

    @classmethod
    def from_json(cls, document: dict) -> "Rules":
        return cls(
            labels={
                code: LabelRule(
                    on=rule["on"],
                    medium=float(rule["medium"]),
                    high=float(rule["high"]),
                    vocabularies=tuple(rule.get("vocabularies", ())),
                    image_libraries=tuple(rule.get("image_libraries", ())),
                )
                for code, rule in document["labels"].items()
            },
            ignored_vocabularies=tuple(document.get("ignored_vocabularies", ())),
            exempt_image_libraries=tuple(document.get("exempt_image_libraries", ())),
            use_reviewed_samples=document.get("use_reviewed_samples", True),
            review_levels=frozenset(Level(level) for level in document.get("review_levels", ())),
            manual_levels=frozenset(Level(level) for level in document.get("manual_levels", ())),
            send_delay=document.get("send_delay", 8),
            image_services=tuple(document.get("image_services", ())),
            **{name: document[name] for name in MEDIA_SETTINGS if name in document},
        )

    def to_json(self) -> dict:
        return {
            "labels": {
                code: {
                    "on": rule.on,
                    "medium": rule.medium,
                    "high": rule.high,
                    "vocabularies": sorted(rule.vocabularies),
                    "image_libraries": sorted(rule.image_libraries),
                }
                for code, rule in sorted(self.labels.items())
            },
        } | {name: value for name, value in self.settings_json().items() if not self.is_plain(name)}

    def settings_json(self) -> dict:
        """What is set for the whole service."""
        return {
            "ignored_vocabularies": sorted(self.ignored_vocabularies),
            "exempt_image_libraries": sorted(self.exempt_image_libraries),
            "use_reviewed_samples": self.use_reviewed_samples,
            "review_levels": sorted(self.review_levels, key=lambda level: level.rank),
            "manual_levels": sorted(self.manual_levels, key=lambda level: level.rank),
            "send_delay": self.send_delay,
            "image_services": list(self.image_services),
        } | {name: getattr(self, name) for name in MEDIA_SETTINGS}

    def is_plain(self, name: str) -> bool:
        """Settings of recordings are told only where they were set: other services have none."""
        is_of_recordings = name == "image_services" or name in MEDIA_SETTINGS
        return is_of_recordings and getattr(self, name) == getattr(DEFAULTS, name)

    def with_label(self, code: str, **changes) -> "Rules":
        rule = replace(self.labels.get(code, LabelRule()), **changes)
        return replace(self, labels={**self.labels, code: rule})

    def vocabularies(self) -> frozenset[int]:
        used = {number for rule in self.labels.values() for number in rule.vocabularies}
        return frozenset(used | set(self.ignored_vocabularies))

    def image_libraries(self) -> frozenset[int]:
        used = {number for rule in self.labels.values() for number in rule.image_libraries}
        return frozenset(used | set(self.exempt_image_libraries))


DEFAULTS = Rules()


def milder(one: Level, other: Level) -> Level:
    return min(one, other, key=RANKS.__getitem__)


def worst(levels: Iterable[Level]) -> Level:
    return max(levels, key=RANKS.__getitem__, default=Level.NONE)
