"""Where the files of tasks come from: an address of the web, or `oss://` for what was uploaded here."""

from collections.abc import Iterator

from config.wire.registry import Call
from moderation.media.decoding import ImageMissing
from moderation.media.taking_in import MediaMissing
from moderation.operations.for_people import RecordingSource
from moderation.operations.moderate_images import ImageSource
from moderation.wire.classic_calls import Task
from moderation.wire.objects import SCHEME, opened_at


def picture_of(call: Call, task: Task) -> ImageSource:
    if not task.url:
        raise ImageMissing(field="url")
    url = str(task.url)
    if not url.startswith(SCHEME):
        return ImageSource(url=url)
    with opened_at(call.account, url) as file:
        return ImageSource(data=file.read(), name=url)


def recording_of(call: Call, task: Task) -> RecordingSource:
    if not task.url:
        raise MediaMissing(field="url")
    url = str(task.url)
    if not url.startswith(SCHEME):
        return RecordingSource(url=url)

    def pieces() -> Iterator[bytes]:
        with opened_at(call.account, url) as file:
            yield from file.chunks()

    return RecordingSource(pieces=pieces, name=url)
