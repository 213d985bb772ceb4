from moderation.models.callbacks import Callback, CallbackAttempt, CallbackEndpoint
from moderation.models.engines import (
    Head,
    LearningSwitch,
    ResultEmbedding,
    SampleEmbedding,
    Training,
)
from moderation.models.labels import Label, LabelMapping
from moderation.models.results import ModerationResult, ResultLabel
from moderation.models.services import Service, ServiceDraft, ServiceVersion
from moderation.models.tasks import ModerationTask

__all__ = [
    "Callback",
    "CallbackAttempt",
    "CallbackEndpoint",
    "Head",
    "Label",
    "LabelMapping",
    "LearningSwitch",
    "ModerationResult",
    "ModerationTask",
    "ResultEmbedding",
    "ResultLabel",
    "SampleEmbedding",
    "Service",
    "ServiceDraft",
    "ServiceVersion",
    "Training",
]
