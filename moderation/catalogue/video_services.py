"""The video services that an account starts with: others judge what is seen and what is said in videos."""

from django.utils.translation import gettext_noop as _

from moderation.catalogue.presets import ServicePreset
from moderation.models.content import ContentType

PRESETS = (
    ServicePreset(
        "videoDetection",
        _("Videos"),
        _("Files of video: their frames are judged as pictures are, their speech as audio is."),
        ContentType.VIDEO.value,
        on=(),
        image_services=("postImageCheck",),
        audio_service="audio_media_detection",
    ),
    ServicePreset(
        "videoDetection_global",
        _("Videos, global"),
        _("Files of video: by the global baseline for pictures, without their speech."),
        ContentType.VIDEO.value,
        on=(),
        image_services=("baselineCheck_global",),
    ),
)
