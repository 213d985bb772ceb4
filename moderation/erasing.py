"""What this app holds of a subject: results, tasks, recordings, and what was told of them."""

from config.erasure import registry
from config.erasure.registry import holds_nobody
from moderation.erasers.media import MediaAssets, MediaJobs, MediaUploads
from moderation.erasers.objects import UploadedObjects
from moderation.erasers.results import Results, SampleEmbeddings, Tasks
from moderation.erasers.told import CallbackEndpoints, Callbacks, Events


def register() -> None:
    registry.register(
        Results(),
        SampleEmbeddings(),
        Tasks(),
        MediaJobs(),
        MediaAssets(),
        MediaUploads(),
        UploadedObjects(),
        Callbacks(),
        Events(),
        CallbackEndpoints(),
    )
    holds_nobody("rules and names that the account's people write", *RULES)
    holds_nobody("what engines know: sums over many examples, none of which can be read from them", *ENGINES)
    holds_nobody("addresses of the account's own players", "moderation.SecurityIpGroup")


RULES = (
    "moderation.Label",
    "moderation.LabelMapping",
    "moderation.Service",
    "moderation.ServiceVersion",
    "moderation.ServiceDraft",
    "moderation.Provider",
    "moderation.ProviderConsent",
    "moderation.LearningSwitch",
)
ENGINES = ("moderation.EngineFile", "moderation.EngineFileVersion", "moderation.Head", "moderation.Training")
