"""What a preset service is: the labels of its scope, those of them that are on, and their scores."""

from dataclasses import dataclass, field

from moderation.values import LabelRule, Level, Rules

PEOPLE_SEE = frozenset({Level.MEDIUM, Level.HIGH})


@dataclass(frozen=True, slots=True)
class ServicePreset:
    """`on` and `off` together are the scope: what the rules page lists under the detection types."""

    code: str
    name: str
    description: str
    content_type: str
    on: tuple[str, ...]
    off: tuple[str, ...] = ()
    medium: float = 60.0
    high: float = 90.0
    scores: dict[str, tuple[float, float]] = field(default_factory=dict)
    review_levels: frozenset[Level] = PEOPLE_SEE
    is_human_only: bool = False
    # Of videos: whose rules judge them.
    image_services: tuple[str, ...] = ()
    audio_service: str = ""

    @property
    def rules(self) -> Rules:
        return Rules(
            labels={code: self.rule_of(code) for code in (*self.on, *self.off)},
            review_levels=self.review_levels,
            image_services=self.image_services,
            audio_service=self.audio_service,
        )

    def rule_of(self, code: str) -> LabelRule:
        medium, high = self.scores.get(code, (self.medium, self.high))
        return LabelRule(on=code in self.on, medium=medium, high=high)
