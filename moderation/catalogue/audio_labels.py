"""Labels of sounds that are no words. What is said stands under the labels of texts."""

from moderation.catalogue.info import AUDIO, LabelInfo

LABELS: tuple[LabelInfo, ...] = (
    LabelInfo(
        "sexual_sounds",
        "suggestive",
        "Sexual sounds",
        "疑似含有娇喘等色情声音",
        "Moaning and other sounds of sex, without words.",
        "呻吟、娇喘等不含语言的色情声音。",
        AUDIO,
    ),
)
