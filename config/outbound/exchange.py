"""One HTTP/1.1 request and its answer over an open connection, every byte of it counted."""

import socket
from collections.abc import Callable
from dataclasses import dataclass, field

import h11

from config.outbound.deadline import Deadline

LARGEST_HEAD = 16 * 1024
PIECE = 16 * 1024
OK = 200
Sink = Callable[[bytes], object]


@dataclass(slots=True)
class Received:
    """`is_cut`: the answer went on beyond what was asked for. `length` counts also what went to a sink."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    is_cut: bool = False
    length: int = 0


def exchange(
    connection: socket.socket,
    request: h11.Request,
    body: bytes,
    *,
    deadline: Deadline,
    most_bytes: int,
    sink: Sink | None = None,
) -> Received:
    protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=LARGEST_HEAD)
    head = protocol.send(request)
    content = protocol.send(h11.Data(data=body)) if body else b""
    end = protocol.send(h11.EndOfMessage())
    connection.settimeout(deadline.left())
    connection.sendall(head + content + end)
    return read_answer(connection, protocol, deadline, most_bytes, sink)


def read_answer(connection, protocol, deadline: Deadline, most_bytes: int, sink: Sink | None) -> Received:
    """With a sink the body of a 200 goes there piece by piece; of any other answer little is read."""
    answer = Received()
    # Endless interim answers, and chunks of one byte, cost more on the wire than they hold.
    wire_budget = 2 * most_bytes + 4 * LARGEST_HEAD
    while True:
        event = protocol.next_event()
        if event is h11.NEED_DATA:
            connection.settimeout(deadline.left())
            piece = connection.recv(PIECE)
            wire_budget -= len(piece)
            if wire_budget < 0:
                return cut(answer)
            protocol.receive_data(piece)
        elif isinstance(event, h11.Response):
            answer.status = event.status_code
            answer.headers = {name.decode(): value.decode("latin-1") for name, value in event.headers}
        elif isinstance(event, h11.Data):
            to_sink = sink is not None and answer.status == OK
            room = (most_bytes if to_sink or sink is None else min(most_bytes, PIECE)) - answer.length
            piece = event.data[:room]
            if to_sink:
                sink(piece)
            else:
                answer.body += piece
            answer.length += len(piece)
            if len(event.data) > room:
                return cut(answer)
        elif isinstance(event, h11.EndOfMessage):
            return answer
        elif isinstance(event, h11.ConnectionClosed):
            raise h11.RemoteProtocolError("closed before an answer")


def cut(answer: Received) -> Received:
    if not answer.status:
        raise h11.RemoteProtocolError("no answer within the bytes that one may have")
    answer.is_cut = True
    return answer
