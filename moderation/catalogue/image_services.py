"""The image services that an account starts with.

On by default is what the engines of the full installation see; what nothing stands behind is listed with
its switch off, so that no answer is full of labels that could not be looked for.
"""

from django.utils.translation import gettext_noop as _

from moderation.catalogue.image_conduct import LABELS as CONDUCT
from moderation.catalogue.image_offers import LABELS as OFFERS
from moderation.catalogue.image_politics import LABELS as POLITICS
from moderation.catalogue.image_risks import LABELS as RISKS
from moderation.catalogue.presets import ServicePreset
from moderation.models.content import ContentType

EVERY = ("contraband_drug", *(info.code for info in (*RISKS, *POLITICS, *CONDUCT, *OFFERS)))
SCORES = {
    "pornographic_adultContent": (50.0, 85.0),
    "violent_horrificContent": (35.0, 85.0),
    "sexual_partialNudity": (45.0, 70.0),
    "political_flag": (70.0, 95.0),
    "pt_qrCode": (50.0, 80.0),
    "pt_programCode": (50.0, 80.0),
    "profanity_offensive_tii": (80.0, 97.0),
} | {code: (60.0, 85.0) for code in EVERY if code.endswith("_tii") and code != "profanity_offensive_tii"}

BASE = ("pornographic_adultContent", "violent_horrificContent", "contraband_gamble_tii")
LEADS = (
    "pt_qrCode",
    "pt_programCode",
    "pt_toDirectContact_tii",
    "pt_toSocialNetwork_tii",
    "pt_investment_tii",
    "pt_recruitment_tii",
    "pt_certificate_tii",
    "contraband_certificate_tii",
)
ABUSE = ("profanity_offensive_tii",)

# The labels of the baseline service as published clients know them.
BASELINE_SCOPE = (
    "pornographic_adultContent",
    "pornographic_adultContent_tii",
    "sexual_suggestiveContent",
    "sexual_partialNudity",
    "sexual_affectionDisplay",
    "political_historicalNihility",
    "political_historicalNihility_tii",
    "political_politicalFigure",
    "political_politicalFigure_name_tii",
    "political_politicalFigure_metaphor_tii",
    "political_prohibitedPerson",
    "political_prohibitedPerson_tii",
    "political_taintedCelebrity",
    "political_taintedCelebrity_tii",
    "political_flag",
    "political_map",
    "political_TVLogo",
    "political_outfit",
    "political_badge",
    "political_religion_tii",
    "political_racism_tii",
    "violent_explosion",
    "violent_armedForces",
    "violent_crowding",
    "violent_gunKnives",
    "violent_gunKnives_tii",
    "violent_horrificContent",
    "violent_horrific_tii",
    "contraband_drug",
    "contraband_drug_tii",
    "contraband_gamble",
    "contraband_gamble_tii",
    "fraud_videoAbuse",
    "fraud_playerAbuse",
)
# Seven detection types: pornographic, suggestive, terrorist, prohibited, flag, undesirable, abusive.
GLOBAL_SCOPE = (
    "pornographic_adultContent",
    "pornographic_adultContent_tii",
    "pornographic_cartoon",
    "pornographic_adultToys",
    "pornographic_artwork",
    "sexual_suggestiveContent",
    "sexual_partialNudity",
    "sexual_affectionDisplay",
    "sexual_femaleUnderwear",
    "sexual_cleavage",
    "sexual_maleTopless",
    "sexual_cartoon",
    "sexual_underage",
    "violent_explosion",
    "violent_armedForces",
    "violent_crowding",
    "violent_gunKnives",
    "violent_gunKnives_tii",
    "violent_horrificContent",
    "violent_horrific_tii",
    "contraband_drug",
    "contraband_drug_tii",
    "contraband_gamble",
    "contraband_gamble_tii",
    "political_flag",
    "political_otherflag",
    "inappropriate_smoking",
    "inappropriate_drinking",
    "inappropriate_tattoo",
    "inappropriate_middleFinger",
    "inappropriate_foodWasting",
    "meme_vulgar",
    "profanity_offensive_tii",
    "profanity_oral_tii",
    "racism_tii",
)
PROFILE_STEMS = (
    "sexual_",
    "PDA_",
    "pornographic_",
    "inappropriate_",
    "pt_",
    "meme_",
    "quality_",
    "logo_",
    "religion_",
)
POST_STEMS = ("pornographic_", "sexual_", "inappropriate_", "pt_", "meme_", "logo_", "object_", "quality_")
ADVERTISING_STEMS = ("ad_compliance_", "pt_", "logo_")
ABUSIVE = ("profanity_offensive_tii", "profanity_oral_tii", "racism_tii", "contraband_certificate_tii")


def preset(code, name, description, *, on, scope) -> ServicePreset:
    on, scope = dict.fromkeys(on), dict.fromkeys(scope)
    off = tuple(label for label in scope if label not in on)
    return ServicePreset(code, name, description, ContentType.IMAGE, tuple(on), off, scores=SCORES)


def beginning_with(stems: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code for code in EVERY if code.startswith(stems))


PRESETS = (
    preset(
        "baselineCheck_global",
        _("Common baseline moderation, global"),
        _("What no platform wants: pornographic, violent, prohibited and abusive pictures and their text."),
        on=BASE + ABUSE,
        scope=GLOBAL_SCOPE,
    ),
    preset(
        "baselineCheck",
        _("Common baseline moderation"),
        _("As the global baseline, with political content and fraud, without conduct and abuse."),
        on=BASE,
        scope=BASELINE_SCOPE,
    ),
    preset(
        "profilePhotoCheck",
        _("Profile pictures"),
        _("Pictures that people show themselves with: contacts and codes in them count, too."),
        on=BASE + LEADS + ABUSE,
        scope=(*BASELINE_SCOPE, *beginning_with(PROFILE_STEMS), *ABUSIVE),
    ),
    preset(
        "postImageCheck",
        _("Pictures in posts and comments"),
        _("Pictures that people post: contacts, codes and offers in them count, too."),
        on=BASE + LEADS + ABUSE,
        scope=(*BASELINE_SCOPE, *beginning_with(POST_STEMS), *ABUSIVE),
    ),
    preset(
        "advertisingCheck",
        _("Advertising material"),
        _("Pictures that advertise: leads to elsewhere, offers, forbidden claims."),
        on=(*BASE, *LEADS, "ad_compliance_shampaign_tii"),
        scope=(*BASELINE_SCOPE, *beginning_with(ADVERTISING_STEMS), *ABUSIVE),
    ),
    preset(
        "tonalityImprove",
        _("Tone of the content"),
        _("Every fine label there is, for platforms with a tone to keep."),
        on=BASE + LEADS + ABUSE,
        scope=EVERY,
    ),
)
