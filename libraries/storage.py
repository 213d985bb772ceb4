"""Files of image libraries: under random keys in a folder of their library, never under a given name."""

import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.errors import Unavailable
from libraries.models import ImageLibrary, LibraryImage

ROOT = "image-libraries"
# A file is written before its row, and a request lasts minutes at most.
GRACE = timedelta(hours=1)


class StorageUnavailable(Unavailable):
    code = "storage_unavailable"
    default_message = _("The file could not be stored: is the disk full? Try again later.")


def keep_file(*, library_id: int, content: bytes) -> str:
    """Write a file and return its key."""
    name = secrets.token_hex(16)
    try:
        return default_storage.save(f"{ROOT}/{library_id}/{name[:2]}/{name}", ContentFile(content))
    except OSError as error:
        raise StorageUnavailable(retry_after=60) from error


def drop_files(keys: Iterable[str]) -> int:
    """Delete files; one that is gone already is fine, and one outside the libraries is not theirs."""
    dropped = 0
    for key in keys:
        if not key.startswith(f"{ROOT}/"):
            continue
        default_storage.delete(key)
        dropped += 1
    return dropped


def read_file(key: str) -> bytes:
    with default_storage.open(key) as held:
        return held.read()


def orphans(*, now: datetime) -> Iterator[str]:
    """Keys of files that no image names: of deleted libraries at once, of others after an hour."""
    known = set(ImageLibrary.objects.values_list("pk", flat=True))
    for library_id in library_folders():
        if library_id not in known:
            yield from files_of(library_id)
            continue
        named = keys_of(library_id)
        for key in files_of(library_id):
            if key not in named and is_older(key, now - GRACE):
                yield key


def sweep(*, now: datetime) -> int:
    """Delete orphans, and the folders of libraries that are gone. Returns how many files there were."""
    dropped = drop_files(orphans(now=now))
    known = set(ImageLibrary.objects.values_list("pk", flat=True))
    for library_id in set(library_folders()) - known:
        folder = f"{ROOT}/{library_id}"
        for part in folders_in(folder):
            default_storage.delete(f"{folder}/{part}")
        default_storage.delete(folder)
    return dropped


def library_folders() -> list[int]:
    return [int(name) for name in folders_in(ROOT) if name.isascii() and name.isdigit()]


def files_of(library_id: int) -> Iterator[str]:
    folder = f"{ROOT}/{library_id}"
    for part in folders_in(folder):
        yield from (f"{folder}/{part}/{name}" for name in default_storage.listdir(f"{folder}/{part}")[1])


def keys_of(library_id: int) -> set[str]:
    # A reviewed picture changes its library with its verdict, and its files stay where they are.
    libraries = ImageLibrary.objects.filter(pk=library_id)
    accounts = libraries.reviewed().values("account")
    siblings = ImageLibrary.objects.reviewed().filter(account__in=accounts)
    rows = LibraryImage.objects.present().filter(
        Q(library__in=siblings.values("pk")) | Q(library_id=library_id)
    )
    return {key for keys in rows.values_list("original", "thumbnail").iterator() for key in keys}


def is_older(key: str, than: datetime) -> bool:
    try:
        return default_storage.get_modified_time(key) < than
    except FileNotFoundError:
        return False


def folders_in(folder: str) -> list[str]:
    try:
        return default_storage.listdir(folder)[0]
    except FileNotFoundError:
        return []
