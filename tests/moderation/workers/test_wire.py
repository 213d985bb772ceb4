import os
import socket
import time

import pytest

from moderation.workers import memory, wire


@pytest.fixture
def ends():
    left, right = socket.socketpair()
    with left, right:
        yield left, right


def soon() -> float:
    return time.monotonic() + 0.3


def open_descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_carries_a_frame_with_descriptors(ends):
    fd = memory.allocate(10, content=b"0123456789")

    wire.send(ends[0], wire.REQUEST, b"body", (fd,))
    what, body, [theirs] = wire.receive(ends[1], until=soon())

    assert (what, body) == (wire.REQUEST, b"body")
    assert not os.get_inheritable(theirs)
    assert os.pread(theirs, 10, 0) == b"0123456789"
    os.close(fd)
    os.close(theirs)


def test_carries_frames_larger_than_the_kernels_buffer(ends):
    body = os.urandom(2**21)
    pid = os.fork()
    if not pid:
        wire.send(ends[0], wire.LAST, body)
        os._exit(0)

    found = wire.receive(ends[1], until=time.monotonic() + 10)

    os.waitpid(pid, 0)
    assert found == (wire.LAST, body, [])


@pytest.mark.parametrize(
    "sent", [b"", b"R", wire.HEADER.pack(b"R", 5) + b"1234", wire.HEADER.pack(b"R", 2**31)], ids=repr
)
def test_closes_what_came_with_a_broken_frame(ends, sent):
    fd = memory.allocate(10)
    before = open_descriptors()
    if sent:
        socket.send_fds(ends[0], [sent], [fd])
    ends[0].shutdown(socket.SHUT_WR)

    with pytest.raises(wire.Broken):
        wire.receive(ends[1], until=soon())

    assert open_descriptors() == before
    os.close(fd)


def test_waits_no_longer_than_told(ends):
    ends[0].sendall(wire.HEADER.pack(b"R", 100))

    with pytest.raises(TimeoutError):
        wire.receive(ends[1], until=soon())


class TestSharedMemory:
    def test_cannot_be_cut_from_under_whoever_has_mapped_it(self):
        fd = memory.allocate(10)

        with pytest.raises(PermissionError):
            os.ftruncate(fd, 0)
        with pytest.raises(PermissionError):
            os.ftruncate(fd, 20)
        os.close(fd)

    def test_that_is_sealed_stays_as_it_is(self):
        fd = memory.allocate(48, content=bytes(range(48)))
        mapped = memory.mapped(fd)
        memory.seal(fd)

        with pytest.raises(PermissionError):
            os.pwrite(fd, b"x", 0)
        pixels = memory.pixels(mapped, 12, 3, 4)
        assert pixels[0, 0].tolist() == [12, 13, 14]
        with pytest.raises(ValueError):
            pixels[0, 0, 0] = 1
        os.close(fd)

    def test_that_somebody_could_still_write_cannot_be_sealed(self):
        fd = memory.allocate(memory.PAGE)
        theirs = memory.mmap.mmap(fd, memory.PAGE)

        with pytest.raises(OSError):
            memory.seal(fd)
        theirs.close()
        os.close(fd)

    def test_holds_no_picture_that_would_lie_outside(self):
        fd = memory.allocate(100)

        with pytest.raises(ValueError):
            memory.pixels(memory.mapped(fd), 90, 4, 4)
        os.close(fd)
