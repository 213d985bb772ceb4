"""Labels of the catalogue under the thirteen categories that clients of OpenAI's know."""

from collections.abc import Iterable

from moderation.catalogue.info import IN_PICTURE_SUFFIX
from moderation.models import ModerationResult
from moderation.values import LIBRARY_SUFFIX, Level

ILLICIT, SEXUAL, VIOLENCE = "illicit", "sexual", "violence"
CATEGORIES = (
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    ILLICIT,
    "illicit/violent",
    "self-harm",
    "self-harm/instructions",
    "self-harm/intent",
    SEXUAL,
    "sexual/minors",
    VIOLENCE,
    "violence/graphic",
)
# Without endings: what is read in a picture stands where a text with the same words would.
LABELS_OF: dict[tuple[str, ...], str] = {
    ("harassment",): "inappropriate_profanity profanity cyberbullying profanity_offensive"
    " inappropriate_middleFinger",
    ("hate",): "inappropriate_discrimination racism political_racism",
    (ILLICIT,): "contraband contraband_act contraband_certificate contraband_drug contraband_entity"
    " contraband_gamble contraband_gambling",
    (ILLICIT, "illicit/violent"): "violent_weapons",
    (SEXUAL,): "pornographic_adult sexual_content sexual_prompts sexual_suggestive"
    " pornographic_adultContent pornographic_adultToys pornographic_cartoon sexual_breastNudity"
    " sexual_cartoon sexual_partialNudity sexual_suggestiveContent",
    (SEXUAL, "sexual/minors"): "sexual_underage",
    (VIOLENCE,): "violence violent_extremists violent_incidents violent_prompts violent_burning"
    " violent_explosion violent_gun violent_gunKnives violent_Knives",
    (VIOLENCE, "violence/graphic"): "violent_blood violent_horrific violent_horrificContent",
}
CATEGORIES_OF = {label: categories for categories, labels in LABELS_OF.items() for label in labels.split()}
FLAGGED = (Level.MEDIUM, Level.HIGH)


def categories_of(label: str) -> tuple[str, ...]:
    return CATEGORIES_OF.get(label.removesuffix(LIBRARY_SUFFIX).removesuffix(IN_PICTURE_SUFFIX), ())


def verdict_of(results: Iterable[ModerationResult]) -> dict:
    """What is risky under a label without a category flags the input all the same."""
    categories, scores = dict.fromkeys(CATEGORIES, False), dict.fromkeys(CATEGORIES, 0.0)
    results = list(results)
    for label in (label for result in results for label in result.labels):
        for category in categories_of(label["label"]):
            categories[category] |= label["level"] in FLAGGED
            scores[category] = max(scores[category], round((label["confidence"] or 0.0) / 100, 4))
    return {
        "flagged": any(result.level in FLAGGED for result in results),
        "categories": categories,
        "category_scores": scores,
    }
