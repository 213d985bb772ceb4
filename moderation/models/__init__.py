from moderation.models.callbacks import Callback, CallbackAttempt, CallbackEndpoint
from moderation.models.labels import Label, LabelMapping
from moderation.models.results import ModerationResult, ResultLabel
from moderation.models.services import Service, ServiceDraft, ServiceVersion
from moderation.models.tasks import ModerationTask

__all__ = [
    "Callback",
    "CallbackAttempt",
    "CallbackEndpoint",
    "Label",
    "LabelMapping",
    "ModerationResult",
    "ModerationTask",
    "ResultLabel",
    "Service",
    "ServiceDraft",
    "ServiceVersion",
]
