"""Bodies as the server hands them over: bounded, and with a length even when sent in chunks.

Django reads only as many bytes as Content-Length says, so a chunked body would look empty to it.
"""

from tempfile import SpooledTemporaryFile

import msgspec

from config import logs, request_id
from config.errors import TooLarge, error_body
from config.wire.objects.addresses import address_in

IN_MEMORY = 2**20
PIECE = 2**16
# So much of a body that nobody wanted is read for the sake of its connection.
READ_OUT = 2**20
# What is sent here goes to the disk as it comes, up to a bound of its own; and so do objects.
STREAMED = "/api/v1/uploads/"


class Counted:
    """A body that knows what is left of it.

    An answer that comes before its request was read (a refusal) leaves the server with a connection it has
    to cut, and the client's next call on it is lost: so the rest is read, or the client told not to go on.
    """

    def __init__(self, source, length: int):
        self.source = source
        self.left = length

    def read(self, *size):
        return self.counted(self.source.read(*size))

    def readline(self, *size):
        return self.counted(self.source.readline(*size))

    def __iter__(self):
        return iter(self.readline, b"")

    def counted(self, piece: bytes) -> bytes:
        self.left -= len(piece)
        return piece

    def before(self, start_response):
        def started(status, headers, *more):
            if not self.ended():
                headers = [*headers, ("Connection", "close")]
            return start_response(status, headers, *more)

        return started

    def ended(self) -> bool:
        if self.left > READ_OUT:
            return False
        try:
            while self.left > 0 and self.read(PIECE):
                pass
        except OSError:
            return False
        return self.left <= 0


class Endless(Counted):
    """A body in chunks that is read as it comes, by who counts for himself."""

    def __init__(self, source):
        super().__init__(source, READ_OUT)

    def counted(self, piece: bytes) -> bytes:
        # Of what is read on purpose there may be any number of bytes: only the end counts.
        if not piece:
            self.left = 0
        return piece

    def ended(self) -> bool:
        most = READ_OUT
        try:
            while self.left and most > 0:
                most -= len(self.read(PIECE))
        except OSError:
            return False
        return not self.left


class BodyReader:
    """WSGI middleware around the whole application."""

    def __init__(self, application, *, most: int):
        self.application = application
        self.most = most

    def __call__(self, environ, start_response):
        declared = environ.get("CONTENT_LENGTH") or ""
        if declared.isdigit() and int(declared) > self.most and not is_streamed(environ):
            return self.refuse(environ, start_response)
        if declared.isdigit() and int(declared):
            body = Counted(environ["wsgi.input"], int(declared))
            environ["wsgi.input"] = body
            return self.application(environ, body.before(start_response))
        if declared or "chunked" not in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            return self.application(environ, start_response)
        if is_object(environ):
            body = Endless(environ["wsgi.input"])
            environ["wsgi.input"] = body
            return self.application(environ, body.before(start_response))
        with SpooledTemporaryFile(max_size=IN_MEMORY) as body:
            length = self.drain(environ["wsgi.input"], body)
            if length > self.most:
                return self.refuse(environ, start_response)
            body.seek(0)
            environ["wsgi.input"] = body
            environ["CONTENT_LENGTH"] = str(length)
            return self.application(environ, start_response)

    def drain(self, source, body) -> int:
        length = 0
        while length <= self.most and (piece := source.read(PIECE)):
            length += len(piece)
            body.write(piece)
        return length

    @staticmethod
    def refuse(environ, start_response):
        bound = request_id.fresh()
        logs.access.info(
            "request",
            method=environ["REQUEST_METHOD"],
            path=environ["PATH_INFO"],
            status=413,
            request_id=bound,
        )
        answer = msgspec.json.encode(error_body(TooLarge(), bound))
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(answer))),
            ("X-Request-Id", bound),
            ("Connection", "close"),
        ]
        start_response("413 Content Too Large", headers)
        return [answer]


def is_streamed(environ) -> bool:
    if environ["REQUEST_METHOD"] == "PATCH" and environ.get("PATH_INFO", "").startswith(STREAMED):
        return True
    return is_object(environ)


def is_object(environ) -> bool:
    return address_in(environ.get("PATH_INFO", ""), environ) is not None
