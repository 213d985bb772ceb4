"""Services whose content is for people alone, one for each kind of content: no machine judges it."""

from django.utils.translation import gettext_noop as _

from moderation.catalogue.presets import ServicePreset
from moderation.models.content import ContentType


def preset(code, name, description, content_type) -> ServicePreset:
    return ServicePreset(
        code, name, description, content_type.value, on=(), review_levels=frozenset(), is_human_only=True
    )


PRESETS = (
    preset(
        "imageManualCheck",
        _("Pictures, reviewed by people"),
        _("Human-only review: nothing but people decides on these pictures."),
        ContentType.IMAGE,
    ),
    preset(
        "textManualCheck",
        _("Texts, reviewed by people"),
        _("Human-only review: nothing but people decides on these texts."),
        ContentType.TEXT,
    ),
    preset(
        "audioManualCheck",
        _("Audio, reviewed by people"),
        _("Human-only review: nothing but people decides on these recordings."),
        ContentType.AUDIO,
    ),
    preset(
        "videoManualCheck",
        _("Videos, reviewed by people"),
        _("Human-only review: nothing but people decides on these videos."),
        ContentType.VIDEO,
    ),
)
# Where a call names none.
SERVICE_FOR = {found.content_type: found.code for found in PRESETS}
