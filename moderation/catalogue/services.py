"""The services every new account starts with."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from moderation.models.content import ContentType
from moderation.values import LabelRule, Level, Rules

ADVERTISING = ("pt_to_contact", "pt_to_sites", "pt_by_recruitment")
BASELINE = (
    "pornographic_adult",
    "violent_extremists",
    "contraband_drug",
    "contraband_gambling",
    "inappropriate_profanity",
)
PEOPLE_SEE = frozenset({Level.MEDIUM, Level.HIGH})


@dataclass(frozen=True, slots=True)
class ServicePreset:
    code: str
    name: str
    description: str
    content_type: str
    labels: tuple[str, ...]
    medium: float = 60.0
    high: float = 90.0
    review_levels: frozenset[Level] = PEOPLE_SEE

    @property
    def rules(self) -> Rules:
        rule = LabelRule(medium=self.medium, high=self.high)
        return Rules(
            labels=dict.fromkeys((*self.labels, "customized"), rule), review_levels=self.review_levels
        )


PRESETS = (
    ServicePreset(
        "comment_detection",
        _("Comments"),
        _("Public comments and posts: advertising, contacts, abuse and prohibited content."),
        ContentType.TEXT,
        BASELINE + ADVERTISING,
    ),
    ServicePreset(
        "chat_detection",
        _("Private chat"),
        _("Messages between people: as for comments, but contacts must be plain to count."),
        ContentType.TEXT,
        BASELINE + ADVERTISING,
        medium=75.0,
        high=95.0,
        review_levels=frozenset({Level.HIGH}),
    ),
    ServicePreset(
        "nickname_detection",
        _("Nicknames"),
        _("Names that people choose: short texts, read strictly."),
        ContentType.TEXT,
        BASELINE + ADVERTISING,
        medium=40.0,
        high=80.0,
    ),
    ServicePreset(
        "ad_compliance_detection",
        _("Advertising"),
        _("Texts of advertisers: contacts are allowed, gambling and prohibited goods are not."),
        ContentType.TEXT,
        BASELINE,
    ),
)
