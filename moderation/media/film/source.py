"""A recording's bytes for libav, and the time that may be spent on them."""

import os
import time

SOFT, LATE = 0.55, 0.85


class Late(Exception):
    """The time is nearly over: what was found until now is the answer."""


class Clock:
    """After the soft deadline less is looked at; after the late one nothing more is read."""

    def __init__(self, seconds: float):
        self.began = time.monotonic()
        self.soft, self.late = self.began + seconds * SOFT, self.began + seconds * LATE

    @property
    def is_short(self) -> bool:
        return time.monotonic() > self.soft

    @property
    def is_late(self) -> bool:
        return time.monotonic() > self.late


class Source:
    """The one descriptor, as a file that can be read and nothing else. It has no name to guess from."""

    def __init__(self, fd: int, clock: Clock):
        self.fd, self.clock, self.place = fd, clock, 0
        self.size = os.fstat(fd).st_size

    def read(self, length: int) -> bytes:
        if self.clock.is_late:
            raise Late
        found = os.pread(self.fd, length, self.place)
        self.place += len(found)
        return found

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.place, os.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise OSError("There is nothing before the beginning.")
        self.place = base + offset
        return self.place

    def tell(self) -> int:
        return self.place
