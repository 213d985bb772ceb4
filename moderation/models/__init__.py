from moderation.models.callbacks import Callback, CallbackAttempt, CallbackEndpoint
from moderation.models.labels import Label, LabelMapping
from moderation.models.results import ModerationResult, ResultLabel
from moderation.models.services import Service, ServiceDraft, ServiceVersion

__all__ = [
    "Callback",
    "CallbackAttempt",
    "CallbackEndpoint",
    "Label",
    "LabelMapping",
    "ModerationResult",
    "ResultLabel",
    "Service",
    "ServiceDraft",
    "ServiceVersion",
]
