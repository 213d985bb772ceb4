"""Where libraries get files from that do not come with the call; apps above know how, and say so at start."""

from collections.abc import Callable
from typing import IO

from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.errors import Unavailable
from libraries.image_limits import LibraryImageTooLarge

# From an address to the bytes behind it; raises PlatformErrors.
Fetcher = Callable[[str], bytes]
# Takes `account=` and `name=`, and opens what was uploaded under that name.
Opener = Callable[..., IO[bytes]]

_fetchers: list[Fetcher] = []
_openers: list[Opener] = []


class UploadsMissing(Unavailable):
    code = "uploads_missing"
    default_message = _("This installation takes no uploads: send the address of the file instead.")


def fetch_with(fetcher: Fetcher) -> None:
    _fetchers[:] = [fetcher]


def open_with(opener: Opener) -> None:
    _openers[:] = [opener]


def is_address(place: str) -> bool:
    return place.lower().startswith(("http://", "https://"))


def picture_at(place: str, *, account: Account, most: int) -> bytes:
    """The bytes behind an address, or of an upload. Never inside a transaction."""
    if is_address(place):
        return _fetchers[0](place)
    data = upload_at(place, account=account, most=most)
    if len(data) > most:
        raise LibraryImageTooLarge.of(len(data))
    return data


def upload_at(name: str, *, account: Account, most: int) -> bytes:
    """At most one byte more than `most`, so that the reader sees that it is too much."""
    if not _openers:
        raise UploadsMissing()
    with _openers[0](account=account, name=name.removeprefix("/")) as file:
        return file.read(most + 1)
