"""Where a pool of workers is found: one directory per installation, some files per pool. Pure."""

import fcntl
import hashlib
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

LONGEST = 107  # of a socket's path, in bytes, says the kernel


class EngineState(msgspec.Struct, frozen=True):
    """What became of an engine in a worker: loading, ready, missing (not installed) or failed."""

    engine: str
    state: str
    version: str = ""
    seconds: float = 0.0
    note: str = ""


class Worker(msgspec.Struct):
    pid: int
    is_ready: bool = False
    engines: list[EngineState] = []


class PoolState(msgspec.Struct):
    """What a host tells about itself, in a file, so that nobody has to ask a worker that is busy."""

    host: int
    workers: list[Worker] = []
    deaths: int = 0
    recycled: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    kind: str
    directory: Path

    @property
    def socket(self) -> Path:
        path = self.directory / f"{self.kind}.sock"
        if len(os.fsencode(path)) <= LONGEST:
            return path
        digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"assay-{os.geteuid()}-{digest}" / f"{self.kind}.sock"

    @property
    def host_lock(self) -> Path:
        """Locked by the host as long as it lives."""
        return self.directory / f"{self.kind}.lock"

    @property
    def start_lock(self) -> Path:
        """Locked by whoever is starting a host."""
        return self.directory / f"{self.kind}.start.lock"

    @property
    def state(self) -> Path:
        return self.directory / f"{self.kind}.json"

    def prepare(self) -> None:
        """Make the directories, for this user alone. A stranger's directory is not used."""
        self.directory.mkdir(parents=True, exist_ok=True)
        for directory in {self.directory, self.socket.parent}:
            directory.mkdir(mode=0o700, exist_ok=True)
            if directory.stat().st_uid != os.geteuid():
                raise PermissionError(f"{directory} belongs to another user.")
            directory.chmod(0o700)

    def is_hosted(self) -> bool:
        """Whether a host lives. The kernel drops its lock however it ends."""
        try:
            with open(self.host_lock, "rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except FileNotFoundError:
            pass
        return False

    def is_listening(self) -> bool:
        return self.is_hosted() and self.socket.exists()

    def write_state(self, state: PoolState) -> None:
        draft = self.state.with_suffix(f".{os.getpid()}.new")
        draft.write_bytes(msgspec.json.encode(state))
        draft.replace(self.state)

    def read_state(self) -> PoolState | None:
        if not self.is_hosted():
            return None
        with suppress(OSError, msgspec.DecodeError):
            return msgspec.json.decode(self.state.read_bytes(), type=PoolState)
        return None
