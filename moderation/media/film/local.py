"""Recordings as files of this machine, wherever they are stored."""

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from config.errors import Unavailable

PIECE = 2**20


@contextmanager
def as_local(file) -> Iterator[IO[bytes]]:
    """The file itself if it has a descriptor, else a copy that is gone at the end of the `with`.

    What a storage far away gives out is never held in memory.
    """
    if has_descriptor(file):
        yield file
        return
    with tempfile.TemporaryFile() as copy:
        try:
            bring(file, copy)
            copy.flush()
        except OSError as error:
            raise Unavailable(retry_after=60) from error  # the disk is full, or the storage is away
        copy.seek(0)
        yield copy


def has_descriptor(file) -> bool:
    if is_remote(file):
        return False
    try:
        return file.fileno() >= 0
    except (AttributeError, OSError, io.UnsupportedOperation):
        return False


def is_remote(file) -> bool:
    """S3's files bring all they have into memory when they are asked for a descriptor, or for anything."""
    return hasattr(getattr(file, "obj", None), "download_fileobj")


def bring(file, copy: IO[bytes]) -> None:
    if is_remote(file):
        file.obj.download_fileobj(copy)
        return
    file.seek(0)
    while piece := file.read(PIECE):
        copy.write(piece)


@contextmanager
def read_only(file) -> Iterator[int]:
    """A descriptor of the same file that cannot be written to, whatever the one that is given can."""
    if hasattr(file, "flush") and getattr(file, "writable", lambda: False)():
        file.flush()
    try:
        fd = os.open(f"/proc/self/fd/{file.fileno()}", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        fd = os.dup(file.fileno())
    try:
        yield fd
    finally:
        os.close(fd)
