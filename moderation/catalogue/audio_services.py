"""The service for recordings that an account starts with: what is said, by the rules that texts have."""

from django.utils.translation import gettext_noop as _

from moderation.catalogue.audio_labels import LABELS
from moderation.catalogue.presets import ServicePreset
from moderation.catalogue.text_labels import FINE
from moderation.catalogue.text_services import PROMPTS, SCORES, SEEN
from moderation.models.content import ContentType

# Nobody says these: they are about what is typed, or about what a language model is asked.
WRITTEN = frozenset({*PROMPTS, "inappropriate_nonsense"})
SPOKEN = tuple(info.code for info in FINE if info.code not in WRITTEN)
SOUNDS = tuple(info.code for info in LABELS)

PRESETS = (
    ServicePreset(
        "audio_media_detection",
        _("Recordings, what is said"),
        _("Speech in recordings and videos: what is said is judged as texts are, with every fine label."),
        ContentType.AUDIO,
        on=SEEN,
        off=tuple(label for label in (*SPOKEN, *SOUNDS) if label not in SEEN),
        scores=SCORES,
    ),
)
