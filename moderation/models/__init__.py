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
from moderation.models.services import Service, ServiceVersion

__all__ = [
    "Callback",
    "CallbackAttempt",
    "CallbackEndpoint",
    "Head",
    "Label",
    "LabelMapping",
    "LearningSwitch",
    "ModerationResult",
    "ResultEmbedding",
    "ResultLabel",
    "SampleEmbedding",
    "Service",
    "ServiceVersion",
    "Training",
]
