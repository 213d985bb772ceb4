"""Where the files of tasks come from: an address of the web, or `oss://` for what was uploaded here."""

from config.wire.registry import Call
from moderation.media.decoding import ImageMissing
from moderation.media.taking_in import MediaMissing
from moderation.operations.for_people import RecordingSource
from moderation.operations.moderate_images import ImageSource
from moderation.wire.classic_calls import Task
from moderation.wire.object_sources import picture_at, recording_at
from moderation.wire.objects import SCHEME


def is_address(content: str) -> bool:
    """What stands for a file in lists may also be its name."""
    return content.lower().startswith(("http://", "https://", SCHEME))


def picture_of(call: Call, task: Task) -> ImageSource:
    if not task.url:
        raise ImageMissing(field="url")
    return picture_at(call.account, str(task.url))


def recording_of(call: Call, task: Task) -> RecordingSource:
    if not task.url:
        raise MediaMissing(field="url")
    return recording_at(call.account, str(task.url))
