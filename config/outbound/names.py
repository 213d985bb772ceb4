"""From a host's name to its addresses, in bounded time: the system's resolver knows no deadline."""

import queue
import socket
import threading
from collections.abc import Callable

from config.outbound.deadline import Deadline
from config.outbound.failures import UrlUnresolvable

RESOLVE_SECONDS = 5.0
Resolver = Callable[[str, int], list[str]]


def system_resolve(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UrlUnresolvable(field="url") from error
    return list(dict.fromkeys(entry[4][0] for entry in found))


def resolve_within(resolve: Resolver, host: str, port: int, deadline: Deadline) -> list[str]:
    """A resolver that hangs is left behind in its thread, which ends when it does."""
    answers: queue.SimpleQueue = queue.SimpleQueue()

    def ask():
        try:
            answers.put(resolve(host, port))
        except Exception as error:  # noqa: BLE001 - raised again in the thread that asked
            answers.put(error)

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.left(RESOLVE_SECONDS))
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    return answer
