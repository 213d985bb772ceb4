"""Where pictures are kept as they came. Nobody outside is ever served these bytes, only safe copies."""

import os
from collections.abc import Iterable
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from config.uuid7 import uuid7

COPY = ".{side}.jpg"
SIDES = (256, 1280)


def new_key(*, account_uid: str, now: datetime) -> str:
    """By day, so that a day's pictures are one folder; nothing of the client's own names is in it."""
    return f"pictures/{account_uid}/{now:%Y/%m/%d}/{uuid7().hex}"


def keep(key: str, data: bytes, *, durably: bool = False) -> None:
    """`durably`: on the disk itself before this returns, for bytes that stand nowhere else."""
    default_storage.save(key, ContentFile(data))
    if durably:
        with default_storage.open(key, "rb+") as stored:
            os.fsync(stored.fileno())


def read(key: str) -> bytes | None:
    try:
        with default_storage.open(key) as stored:
            return stored.read()
    except FileNotFoundError:
        return None


def copy_key(key: str, side: int) -> str:
    return key + COPY.format(side=side)


def remove(keys: Iterable[str]) -> None:
    """Forget pictures and their copies; repeat-safe."""
    for key in keys:
        for name in (key, *(copy_key(key, side) for side in SIDES)):
            default_storage.delete(name)
