"""The label catalogue. A code is never used again for another meaning: what leaves goes to RETIRED_CODES."""

from moderation.catalogue import (
    audio_labels,
    image_conduct,
    image_offers,
    image_politics,
    image_risks,
    text_labels,
)
from moderation.catalogue.info import BOTH, LabelInfo

RETIRED_CODES: tuple[str, ...] = ()

LABELS: tuple[LabelInfo, ...] = (
    LabelInfo("nonLabel", "none", "No risk found", "未检测出风险", content_types=BOTH),
    *text_labels.FINE,
    *text_labels.COARSE,
    *image_risks.LABELS,
    *image_politics.LABELS,
    *image_conduct.LABELS,
    *image_offers.LABELS,
    *audio_labels.LABELS,
)
