"""Where files are kept as they came. Of pictures only safe copies are ever shown; recordings are played."""

import os
from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from config.uuid7 import uuid7

COPY = ".{side}.jpg"
SIDES = (256, 1280)


def new_key(*, account_uid: str, now: datetime, folder: str = "pictures") -> str:
    """By day, so that a day's files are one folder; nothing of the client's own names is in it."""
    return f"{folder}/{account_uid}/{now:%Y/%m/%d}/{uuid7().hex}"


def keep(key: str, data: bytes | File, *, durably: bool = False) -> None:
    """`durably`: on the disk itself before this returns, for bytes that stand nowhere else."""
    default_storage.save(key, ContentFile(data) if isinstance(data, bytes) else data)
    if durably and (path := local_path(key)):
        with open(path, "rb+") as stored:
            os.fsync(stored.fileno())


def read(key: str) -> bytes | None:
    try:
        with default_storage.open(key) as stored:
            return stored.read()
    except FileNotFoundError:
        return None


def open_kept(key: str) -> File | None:
    """The whole of it; the caller closes it."""
    try:
        return default_storage.open(key)
    except FileNotFoundError:
        return None


def open_part(key: str, part: range) -> BinaryIO | None:
    """To read that part of it, piece by piece: from another host no more of it is fetched."""
    try:
        remote = getattr(default_storage, "open_part", None)
        if remote is not None:
            return remote(key, part)
        stored = default_storage.open(key)
    except FileNotFoundError:
        return None
    stored.seek(part.start)
    return stored


def size_of(key: str) -> int | None:
    try:
        return default_storage.size(key)
    except FileNotFoundError:
        return None


def local_path(key: str) -> str:
    """Where it lies on this host's disks; blank for a storage elsewhere."""
    try:
        return default_storage.path(key)
    except NotImplementedError:
        return ""


def copy_key(key: str, side: int) -> str:
    return key + COPY.format(side=side)


def remove(keys: Iterable[str]) -> None:
    """Forget files, and the copies of pictures; repeat-safe."""
    for key in keys:
        for name in (key, *(copy_key(key, side) for side in SIDES)):
            default_storage.delete(name)
