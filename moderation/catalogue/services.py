"""The services every new account starts with."""

from moderation.catalogue import (
    audio_services,
    image_services,
    people_services,
    text_services,
    video_services,
)
from moderation.catalogue.presets import ServicePreset

PRESETS: tuple[ServicePreset, ...] = (
    *text_services.PRESETS,
    *image_services.PRESETS,
    *audio_services.PRESETS,
    *video_services.PRESETS,
    *people_services.PRESETS,
)
