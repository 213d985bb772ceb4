"""Where the bytes of uploads lie until the file is whole: on a disk of this host, or as parts elsewhere."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage

from moderation.media import storage

PIECE = 64 * 1024


def place(name: str) -> "OneFile | Parts":
    """Of the upload under this name."""
    folder = f"uploads/{name}"
    path = storage.local_path(folder)
    return OneFile(Path(path)) if path else Parts(folder)


class OneFile:
    """A file beside those that are kept, which grows, and is given another name when it is whole."""

    def __init__(self, path: Path):
        self.path = path

    def open_at(self, offset: int) -> BinaryIO:
        """To write on from there. What a process that died left behind it is cut off."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644), "r+b", buffering=0)
        if os.fstat(file.fileno()).st_size > offset:
            file.truncate(offset)
        file.seek(offset)
        return file

    def settle(self, file: BinaryIO, offset: int, end: int) -> None:
        """On the disk itself, before anybody is told that it is here."""
        os.fsync(file.fileno())

    def drop(self, file: BinaryIO, offset: int) -> None:
        file.truncate(offset)

    def head(self, most: int) -> bytes:
        with self.path.open("rb") as file:
            return file.read(most)

    def become(self, key: str) -> "Whole":
        with self.path.open("rb") as file:
            whole = Whole.of(iter(lambda: file.read(PIECE), b""))
        path = Path(storage.local_path(key))
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path.replace(path)
        return whole

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)


class Parts:
    """What came in one call is one object of the storage; when all is there they are put together.

    Until then it lies on this host's disk, so that nothing of it is ever held in memory.
    """

    def __init__(self, folder: str):
        self.folder = folder

    def open_at(self, offset: int) -> BinaryIO:
        return scratch()

    def settle(self, file: BinaryIO, offset: int, end: int) -> None:
        """Keep all that came since the last time."""
        if file.tell():
            file.seek(0)
            name = f"{self.folder}/{offset:020d}"
            default_storage.delete(name)
            default_storage.save(name, File(file))
            file.seek(0)
            file.truncate()

    def drop(self, file: BinaryIO, offset: int) -> None:
        file.seek(0)
        file.truncate()

    def names(self) -> list[str]:
        with contextlib.suppress(FileNotFoundError):
            return sorted(f"{self.folder}/{name}" for name in default_storage.listdir(self.folder)[1])
        return []

    def pieces(self) -> Iterator[bytes]:
        for name in self.names():
            with default_storage.open(name) as part:
                yield from part.chunks(PIECE)

    def head(self, most: int) -> bytes:
        head = b""
        for piece in self.pieces():
            head += piece
            if len(head) >= most:
                break
        return head[:most]

    def become(self, key: str) -> "Whole":
        with scratch() as joined:
            whole = Whole.of(self.pieces(), joined)
            joined.seek(0)
            default_storage.save(key, File(joined))
        self.discard()
        return whole

    def discard(self) -> None:
        for name in self.names():
            default_storage.delete(name)


@dataclass(frozen=True, slots=True)
class Whole:
    bytes: int
    sha256: str

    @classmethod
    def of(cls, pieces: Iterable[bytes], into: BinaryIO | None = None) -> "Whole":
        length, found = 0, hashlib.sha256()
        for piece in pieces:
            length += len(piece)
            found.update(piece)
            if into is not None:
                into.write(piece)
        return cls(length, found.hexdigest())


def whole_under(key: str) -> Whole | None:
    """What was given its place already, by a process that died before it could say so."""
    kept = storage.open_kept(key)
    if kept is None:
        return None
    with kept:
        return Whole.of(kept.chunks(PIECE))


def scratch() -> BinaryIO:
    folder = settings.ASSAY_VAR_DIR / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - whoever asked closes it


def reader_of(request):
    """Gives what comes, and nothing more once the client is gone: that is no error of anybody here."""

    def read(most: int) -> bytes:
        try:
            return request.read(most)
        except OSError:
            return b""

    return read
