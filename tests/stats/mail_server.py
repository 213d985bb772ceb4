"""A mail server as tests need it: it speaks SMTP, keeps what it took, and refuses what it is told to."""

import email
import email.policy
import socketserver
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """`answers` are given to the address of a recipient instead of taking it: "550 no such user"."""

    port: int = 0
    messages: list = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.messages]

    def to(self, address: str) -> list:
        return [message for message in self.messages if message["To"] == address]


@contextmanager
def mail_server():
    kept = MailServer()

    class Session(socketserver.StreamRequestHandler):
        def handle(self):
            self.say("220 ready")
            for raw in self.rfile:
                line = raw.decode("ascii", "replace").strip()
                verb = line.split(" ")[0].upper()
                if verb == "DATA":
                    self.say("354 go on")
                    lines = []
                    while (part := self.rfile.readline()) not in (b".\r\n", b""):
                        lines.append(part[1:] if part.startswith(b"..") else part)
                    if part == b"":
                        return  # whoever wrote is gone before the end: nothing was taken
                    message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
                    kept.messages.append(message)
                    self.say("250 taken")
                elif verb == "RCPT":
                    address = line.partition("<")[2].rstrip(">")
                    self.say(kept.answers.get(address, "250 ok"))
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok")

        def say(self, line: str):
            self.wfile.write(f"{line}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

        def handle_error(self, request, client_address):
            """Clients of these tests are killed."""

    with Server(("127.0.0.1", 0), Session) as server:
        kept.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield kept
        server.shutdown()
        thread.join()
