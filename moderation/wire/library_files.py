"""Files for libraries from among what was uploaded: libraries stand below this app and ask by a hook."""

from django.core.files.base import File

from config.accounts.models import Account
from moderation.wire.object_sources import is_object, parts_of
from moderation.wire.objects import opened


def open_upload(*, account: Account, name: str) -> File:
    """By its name, or as `oss://bucket/name`."""
    if not is_object(name):
        return opened(account, name=name)
    bucket, name = parts_of(name)
    return opened(account, name=name, bucket=bucket)
