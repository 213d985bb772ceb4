from django.db import models
from django.utils.translation import gettext_lazy as _


class ContentType(models.TextChoices):
    TEXT = "text", _("Text")
    IMAGE = "image", _("Image")
    AUDIO = "audio", _("Audio")
    VIDEO = "video", _("Video")


# Speech says what texts say: their labels serve the rules for it as well.
RULED_LIKE = {ContentType.AUDIO.value: [ContentType.AUDIO.value, ContentType.TEXT.value]}


class RiskLevel(models.TextChoices):
    NONE = "none", _("Safe")
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")
