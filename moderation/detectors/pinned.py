"""Files inside installed packages, used only while they are the very bytes we know."""

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from moderation.detectors.base import EngineMissing

CHUNK = 1 << 20
DIFFERS = "{path} is not the file that was examined: its SHA-256 differs."


def pinned_file(package: str, place: str, sha256: str) -> Path:
    """The file at `place` inside `package`, without importing it; EngineMissing if it is not as expected."""
    path = file_of(package, place)
    if sha256_of(path, path.stat().st_mtime_ns) != sha256:
        raise EngineMissing(DIFFERS.format(path=f"{package}/{place}"))
    return path


def pinned_bytes(package: str, place: str, sha256: str) -> bytes:
    """The same for what runs code when it is read: what was examined is what is handed out."""
    content = file_of(package, place).read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise EngineMissing(DIFFERS.format(path=f"{package}/{place}"))
    return content


def file_of(package: str, place: str) -> Path:
    try:
        found = find_spec(package)
    except (ImportError, ValueError):
        found = None
    if found is None or found.origin is None:
        raise EngineMissing(f"The package {package} is not installed.")
    path = Path(found.origin).parent / place
    if not path.is_file():
        raise EngineMissing(f"{package} does not hold {place}.")
    return path


@cache
def sha256_of(path: Path, changed_at: int) -> str:
    """Kept per time of change, so that a restart of an engine does not read its weights twice."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(CHUNK):
            digest.update(block)
    return digest.hexdigest()
