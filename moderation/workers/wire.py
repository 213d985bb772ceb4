"""What goes over a worker's socket: framed messages, and with the first of them shared memory. Pure.

A frame is one byte that says what it is, the length of its body, and the body.
"""

import os
import socket
import struct
import time

HEADER = struct.Struct("!cI")
REQUEST = b"R"
TAKEN = b"T"
PART = b"P"
LAST = b"L"
FAULT = b"F"

MOST_FDS = 2
LONGEST_REQUEST = 4 * 2**20
LONGEST_ANSWER = 8 * 2**20


class Broken(Exception):
    """The other side has gone, or does not speak this protocol."""


def send(peer: socket.socket, what: bytes, body: bytes = b"", fds: tuple[int, ...] = ()) -> None:
    frame = HEADER.pack(what, len(body)) + body
    sent = socket.send_fds(peer, [frame], fds) if fds else 0
    if sent < len(frame):
        peer.sendall(frame[sent:])


def receive(
    peer: socket.socket, *, until: float, longest: int = LONGEST_ANSWER
) -> tuple[bytes, bytes, list[int]]:
    """The next frame and the descriptors that came with it, which now are the caller's to close.

    `until` is a moment of the monotonic clock; TimeoutError when it has passed.
    """
    data, fds = bytearray(), []
    try:
        while len(data) < HEADER.size:
            wait_until(peer, until)
            piece, more, _flags, _address = socket.recv_fds(peer, HEADER.size - len(data), MOST_FDS)
            fds += more
            for fd in more:
                os.set_inheritable(fd, False)
            if not piece:
                raise Broken("The connection was closed.")
            data += piece
        what, length = HEADER.unpack(data)
        if length > longest:
            raise Broken(f"A frame of {length} bytes is longer than any that is expected.")
        return what, receive_exactly(peer, length, until), fds
    except BaseException:
        for fd in fds:
            os.close(fd)
        raise


def receive_exactly(peer: socket.socket, length: int, until: float) -> bytes:
    body = bytearray(length)
    view = memoryview(body)
    while view:
        wait_until(peer, until)
        count = peer.recv_into(view)
        if not count:
            raise Broken("The connection was closed in the middle of a frame.")
        view = view[count:]
    return bytes(body)


def wait_until(peer: socket.socket, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    peer.settimeout(left)
