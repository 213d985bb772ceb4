"""The shared memory that results are written to, one behind the other."""

import os

from moderation.workers import memory


class Full(Exception):
    """There is no more room."""


class Output:
    def __init__(self, fd: int):
        self.fd, self.place = fd, 0
        self.end = os.fstat(fd).st_size

    def put(self, content: bytes) -> int:
        place = self.place
        if place + len(content) > self.end:
            raise Full
        memory.write(self.fd, content, place)
        self.place = memory.round_up(place + len(content))
        return place
