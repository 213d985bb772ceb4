from moderation.models.callbacks import Callback, CallbackAttempt, CallbackEndpoint
from moderation.models.engine_files import EngineFile, EngineFileVersion
from moderation.models.engines import (
    Head,
    LearningSwitch,
    ResultEmbedding,
    SampleEmbedding,
    Training,
)
from moderation.models.events import Event
from moderation.models.fingerprints import ResultFingerprint
from moderation.models.labels import Label, LabelMapping
from moderation.models.media import MediaAsset, MediaAudit, MediaUpload, SecurityIpGroup
from moderation.models.media_jobs import MediaJob, MediaShot, MediaSlice
from moderation.models.objects import UploadedObject
from moderation.models.providers import Provider, ProviderConsent
from moderation.models.results import ModerationResult, ResultLabel
from moderation.models.services import Service, ServiceDraft, ServiceVersion
from moderation.models.tasks import ModerationTask

__all__ = [
    "Callback",
    "CallbackAttempt",
    "CallbackEndpoint",
    "EngineFile",
    "EngineFileVersion",
    "Event",
    "Head",
    "Label",
    "LabelMapping",
    "LearningSwitch",
    "MediaAsset",
    "MediaAudit",
    "MediaJob",
    "MediaShot",
    "MediaSlice",
    "MediaUpload",
    "ModerationResult",
    "ModerationTask",
    "Provider",
    "ProviderConsent",
    "ResultEmbedding",
    "ResultFingerprint",
    "ResultLabel",
    "SampleEmbedding",
    "SecurityIpGroup",
    "Service",
    "ServiceDraft",
    "ServiceVersion",
    "Training",
    "UploadedObject",
]
