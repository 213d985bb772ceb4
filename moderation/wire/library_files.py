"""Files for libraries from among what was uploaded: libraries stand below this app and ask by a hook."""

from django.core.files.base import File

from config.accounts.models import Account
from moderation.wire.objects import SCHEME, opened, opened_at


def open_upload(*, account: Account, name: str) -> File:
    """By its name, or as `oss://bucket/name`."""
    return opened_at(account, name) if name.startswith(SCHEME) else opened(account, name=name)
