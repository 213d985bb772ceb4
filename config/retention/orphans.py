"""Files that no row names: left by a process that was killed between the file and its row."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.storage import default_storage

from config.retention.models import DoomedFile

CHUNK = 500
# A file is written before its row, and whoever writes it takes minutes at most.
GRACE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Folder:
    """All files under a folder, and a function that answers which of these keys are somebody's."""

    name: str
    named: Callable[[list[str]], Iterable[str]]


folders: list[Folder] = []
# Called with a moment: those of folders that are looked after in ways of their own.
finders: list[Callable[[datetime], Iterable[str]]] = []


def orphans(*, now: datetime) -> Iterator[str]:
    for folder in folders:
        files = files_under(folder.name)
        while keys := list(islice(files, CHUNK)):
            yield from (key for key in nobodys(folder, keys) if is_older(key, now - GRACE))
    for find in finders:
        yield from find(now)


def nobodys(folder: Folder, keys: list[str]) -> list[str]:
    named = set(folder.named(keys))
    named.update(DoomedFile.objects.filter(key__in=keys).values_list("key", flat=True))
    return [key for key in keys if key not in named]


def remove_orphans(*, now: datetime) -> int:
    count = 0
    for key in orphans(now=now):
        default_storage.delete(key)
        count += 1
    return count


def files_under(folder: str) -> Iterator[str]:
    try:
        inner, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in sorted(names))
    for name in sorted(inner):
        yield from files_under(f"{folder}/{name}")


def is_older(key: str, than: datetime) -> bool:
    try:
        return default_storage.get_modified_time(key) < than
    except FileNotFoundError:
        return False
