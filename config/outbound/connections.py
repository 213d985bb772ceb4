"""Connections to literal addresses that were checked, whatever their name may resolve to by now."""

import ipaddress
import socket
import ssl
from functools import cache

from config.outbound.deadline import Deadline
from config.outbound.failures import UrlForbidden
from config.outbound.guard import Target

STEP_SECONDS = 3.0
MOST_ADDRESSES = 4


def connect(target: Target, addresses: list[str], deadline: Deadline) -> tuple[socket.socket, str]:
    """To the first address that answers; TLS is for that one alone, and a failure of it is final."""
    tried = addresses[:MOST_ADDRESSES]
    for address in tried:
        try:
            plain = socket.create_connection((address, target.port), timeout=deadline.left(STEP_SECONDS))
        except OSError as error:
            if address == tried[-1]:
                error.address = address
                raise
            continue
        return secured(plain, target, address, deadline), address
    raise OSError("no address")


def secured(plain: socket.socket, target: Target, address: str, deadline: Deadline) -> socket.socket:
    try:
        require_peer(plain, address)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if target.scheme == "http":
            return plain
        plain.settimeout(deadline.left(STEP_SECONDS))
        return trust().wrap_socket(plain, server_hostname=target.host)
    except BaseException as error:
        plain.close()
        error.address = address
        raise


def require_peer(plain: socket.socket, address: str) -> None:
    reached = ipaddress.ip_address(plain.getpeername()[0].partition("%")[0])
    if reached != ipaddress.ip_address(address.partition("%")[0]):
        raise UrlForbidden(field="url")


@cache
def trust() -> ssl.SSLContext:
    return ssl.create_default_context()
