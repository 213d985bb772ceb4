"""Servers of clients, as tests need them: one that keeps what it is sent, and some that misbehave."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"ok"
    after_seconds: float = 0.0
    manner: Callable[[socket.socket], None] | None = None  # instead of an answer


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def event_id(self) -> str:
        return self.headers["webhook-id"]


class Receiver(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, answer: Callable[[Received], Reply] | Reply | None = None, context=None):
        self.answer = answer or Reply()
        self.received: list[Received] = []
        super().__init__(("127.0.0.1", 0), Handler)
        self.scheme = "http"
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)
            self.scheme = "https"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}/hook"

    def reply_to(self, received: Received) -> Reply:
        return self.answer(received) if callable(self.answer) else self.answer

    def handle_error(self, request, client_address):
        """A client that hangs up, or a TLS handshake that fails, is part of some tests."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        names = {name.lower(): value for name, value in self.headers.items()}
        received = Received(self.path, names, body, time.time())
        reply = self.server.reply_to(received)
        self.server.received.append(received)
        time.sleep(reply.after_seconds)
        if reply.manner:
            self.close_connection = True
            reply.manner(self.connection)
            return
        self.send_response(reply.status)
        for name, value in ({"Content-Length": str(len(reply.body))} | reply.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_POST

    def log_message(self, *args):
        pass


@contextmanager
def receiving(answer=None, context=None):
    server = Receiver(answer, context)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def talking(script: Callable[[socket.socket], None]):
    """A bare TCP server that runs `script` on each connection, and counts them."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        listener.settimeout(0.05)
        over = threading.Event()
        connections = []

        def run(connection):
            with connection:
                try:
                    script(connection)
                except OSError:
                    return

        def serve():
            while not over.is_set():
                try:
                    connection, _peer = listener.accept()
                except TimeoutError:
                    continue
                except OSError:
                    return
                connections.append(connection)
                threading.Thread(target=run, args=[connection], daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook", connections
        finally:
            over.set()
            thread.join()


def silent(connection: socket.socket) -> None:
    """Takes the request and never answers."""
    connection.settimeout(60)
    while connection.recv(65536):
        pass


def dripping(connection: socket.socket) -> None:
    """Answers one byte at a time, without end."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Drip: ")
    while True:
        connection.sendall(b"a")
        time.sleep(0.05)


def endless(connection: socket.socket) -> None:
    """Answers at once, with a body that does not end."""
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")


def resetting(connection: socket.socket) -> None:
    connection.recv(65536)
    breaking_off(connection)


def breaking_off(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
