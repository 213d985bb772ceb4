"""The text services that an account starts with: the plain ones, and the finer ones that end in _pro."""

from django.utils.translation import gettext_noop as _

from moderation.catalogue.presets import ServicePreset
from moderation.catalogue.text_labels import COARSE, FINE
from moderation.models.content import ContentType
from moderation.values import Level

ADVERTISING = ("pt_to_contact", "pt_to_sites", "pt_by_recruitment")
BASELINE = (
    "pornographic_adult",
    "violent_extremists",
    "contraband_drug",
    "contraband_gambling",
    "inappropriate_profanity",
    "customized",
)
# The _pro services are on for what an engine sees; the rest waits for one, or for a vocabulary.
SEEN = ("contraband_gambling", "contraband_act", "inappropriate_profanity", *ADVERTISING, "customized")
PROMPTS = ("sexual_prompts", "political_prompts", "violent_prompts")

EVERY_FINE = tuple(info.code for info in FINE)
EVERY_COARSE = tuple(info.code for info in COARSE)
WITHOUT_PROMPTS = tuple(code for code in EVERY_FINE if code not in PROMPTS)
CALM = {"medium": 75.0, "high": 95.0, "review_levels": frozenset({Level.HIGH})}
STRICT = {"medium": 40.0, "high": 80.0}


# The engine behind it weighs single words: only from here on do people agree with it.
SCORES = {"inappropriate_profanity": (80.0, 97.0)}


def preset(code, name, description, *, on, scope, **settings) -> ServicePreset:
    off = tuple(label for label in scope if label not in on)
    return ServicePreset(code, name, description, ContentType.TEXT, on, off, scores=SCORES, **settings)


PRESETS = (
    preset(
        "comment_detection",
        _("Comments"),
        _("Public comments and posts: advertising, contacts, abuse and prohibited content."),
        on=BASELINE + ADVERTISING,
        scope=EVERY_COARSE,
    ),
    preset(
        "chat_detection",
        _("Private chat"),
        _("Messages between people: as for comments, but contacts must be plain to count."),
        on=BASELINE + ADVERTISING,
        scope=EVERY_COARSE,
        **CALM,
    ),
    preset(
        "nickname_detection",
        _("Nicknames"),
        _("Names that people choose: short texts, read strictly."),
        on=BASELINE + ADVERTISING,
        scope=EVERY_COARSE,
        **STRICT,
    ),
    preset(
        "ad_compliance_detection",
        _("Advertising"),
        _("Texts of advertisers: contacts are allowed, gambling and prohibited goods are not."),
        on=BASELINE,
        scope=EVERY_COARSE,
    ),
    preset(
        "comment_detection_pro",
        _("Comments, fine labels"),
        _("Public comments and posts, with every fine label to choose from."),
        on=SEEN,
        scope=WITHOUT_PROMPTS,
    ),
    preset(
        "chat_detection_pro",
        _("Private chat, fine labels"),
        _("Messages between people, with every fine label to choose from."),
        on=SEEN,
        scope=WITHOUT_PROMPTS,
        **CALM,
    ),
    preset(
        "nickname_detection_pro",
        _("Nicknames, fine labels"),
        _("Names that people choose, with every fine label to choose from."),
        on=SEEN,
        scope=WITHOUT_PROMPTS,
        **STRICT,
    ),
    preset(
        "ad_compliance_detection_pro",
        _("Advertising, fine labels"),
        _("Texts of advertisers, with every fine label to choose from: contacts are allowed."),
        on=("contraband_gambling", "contraband_act", "inappropriate_profanity", "customized"),
        scope=(*WITHOUT_PROMPTS, "ad_compliance"),
    ),
    preset(
        "comment_multilingual_pro",
        _("Comments in many languages"),
        _("Public comments in any language: contacts and links are seen in all of them."),
        on=SEEN,
        scope=WITHOUT_PROMPTS,
    ),
    preset(
        "llm_query_moderation",
        _("Questions to a language model"),
        _("What people ask a language model, before it is asked."),
        on=("contraband_gambling", "contraband_act", "inappropriate_profanity", "customized"),
        scope=EVERY_FINE,
    ),
    preset(
        "llm_response_moderation",
        _("Answers of a language model"),
        _("What a language model answers, before people read it."),
        on=(
            "contraband_gambling",
            "contraband_act",
            "inappropriate_profanity",
            "pt_to_contact",
            "customized",
        ),
        scope=EVERY_FINE,
    ),
)
