"""What is to be looked at, where a call names a file that was uploaded, or an address."""

from collections.abc import Iterator

from django.conf import settings

from config.accounts.models import Account
from config.wire.objects.addresses import BUCKET, FOLDER
from config.wire.parameters import Parameters
from moderation.media import storage
from moderation.operations.for_people import RecordingSource
from moderation.operations.moderate_images import ImageSource
from moderation.operations.objects import ObjectNotFound
from moderation.wire.objects import SCHEME, named, opened

PIECE = 2**16


def picture_at(account: Account, address: str) -> ImageSource:
    """Of an address of the web, or `oss://bucket/name`."""
    if not is_object(address):
        return ImageSource(url=address)
    bucket, name = parts_of(address)
    return picture_named(account, name=name, bucket=bucket)


def picture_named(account: Account, *, name: str, bucket: str = BUCKET) -> ImageSource:
    """At most one byte more than a picture may have, so that the decoder refuses those."""
    with opened(account, name=name, bucket=bucket) as file:
        data = file.read(settings.ASSAY_IMAGE_MAX_BYTES + 1)
    return ImageSource(data=data, name=f"{SCHEME}{bucket or BUCKET}/{name}")


def picture_in(content: Parameters, account: Account, *, url: str) -> ImageSource | None:
    """What `ServiceParameters` name: a file that was uploaded, or the address in the parameter `url`."""
    if "ossObjectName" in content:
        return picture_named(account, **named_in(content))
    return picture_at(account, content.text(url)) if url in content else None


def recording_in(content: Parameters, account: Account, *, url: str) -> RecordingSource | None:
    if "ossObjectName" in content:
        return recording_named(account, **named_in(content))
    return recording_at(account, content.text(url)) if url in content else None


def named_in(content: Parameters) -> dict[str, str]:
    return {"name": content.text("ossObjectName"), "bucket": content.text("ossBucketName")}


def recording_at(account: Account, address: str) -> RecordingSource:
    if not is_object(address):
        return RecordingSource(url=address)
    bucket, name = parts_of(address)
    return recording_named(account, name=name, bucket=bucket)


def recording_named(account: Account, *, name: str, bucket: str = BUCKET) -> RecordingSource:
    """Read piece by piece, by whoever takes it in."""
    key = named(account, name=name, bucket=bucket).key

    def pieces() -> Iterator[bytes]:
        file = storage.open_kept(key)
        if file is None:
            raise ObjectNotFound(bucket=bucket, name=name)
        with file:
            yield from file.chunks(PIECE)

    return RecordingSource(pieces=pieces, name=f"{SCHEME}{bucket or BUCKET}/{name}")


def is_object(address: str) -> bool:
    """The console's calls name one by its name alone, which no address of the web begins like."""
    return address.lower().startswith(SCHEME) or address.startswith(FOLDER)


def parts_of(address: str) -> tuple[str, str]:
    if address.startswith(FOLDER):
        return BUCKET, address
    bucket, _slash, name = address[len(SCHEME) :].partition("/")
    return bucket, name
