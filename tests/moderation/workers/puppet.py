"""Workers that do as they are told, well or badly."""

import os
import socket
import time

import msgspec

from moderation.workers import sandbox
from moderation.workers.child import Request


class Told(Request, kw_only=True):
    do: str
    number: float = 0


class Puppet:
    request = Told
    lifetime = 10_000
    is_confined = False

    @staticmethod
    def prepare() -> None:
        pass

    def setup(self) -> None:
        pass

    def load_more(self) -> bool:
        return False

    def engines(self) -> list:
        return []

    def handle(self, told: Told, fds: list[int], emit) -> bytes:
        return msgspec.json.encode(getattr(self, told.do)(told, fds, emit))

    def pids(self, told, fds, emit):
        return [os.getpid(), os.getppid()]

    def read(self, told, fds, emit):
        return os.pread(fds[0], int(told.number), 0).decode()

    def count(self, told, fds, emit):
        for number in range(int(told.number)):
            emit(str(number).encode())
        return "end"

    def sleep(self, told, fds, emit):
        emit(str(os.getpid()).encode())
        time.sleep(told.number)
        return "awake"

    def spin(self, told, fds, emit):
        """Never lets the interpreter's lock go: one call into C."""
        emit(str(os.getpid()).encode())
        return len(str(7 ** (10**8)))

    def fail(self, told, fds, emit):
        raise ValueError("told to fail")

    def open_file(self, told, fds, emit):
        with open("/etc/passwd") as file:
            return file.readline()

    def write_file(self, told, fds, emit):
        return os.open("confined", os.O_CREAT | os.O_WRONLY)

    def call_out(self, told, fds, emit):
        return socket.socket().fileno()

    def fork(self, told, fds, emit):
        pid = os.fork()
        if not pid:
            os._exit(0)
        return pid

    def run_program(self, told, fds, emit):
        os.execv("/bin/true", ["true"])  # noqa: S606

    def kill_host(self, told, fds, emit):
        os.kill(os.getppid(), 9)

    def fill_memory(self, told, fds, emit):
        return len(bytearray(int(told.number)))

    def environ(self, told, fds, emit):
        return dict(os.environ)

    def user(self, told, fds, emit):
        return os.getuid()

    def descriptors(self, told, fds, emit):
        found = []
        for fd in range(64):
            try:
                found.append((fd, os.fstat(fd).st_mode))
            except OSError:
                continue
        return found


class Brief(Puppet):
    lifetime = 10


class Confined(Puppet):
    is_confined = True

    def setup(self) -> None:
        sandbox.confine()


class Stillborn(Puppet):
    def setup(self) -> None:
        os._exit(3)
