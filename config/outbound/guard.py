"""May this URL be called, and at which literal addresses? Nothing is connected to here."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from config.outbound.addresses import is_denied
from config.outbound.failures import UrlForbidden, UrlInvalid, UrlUnresolvable

LONGEST_URL = 2000
LABEL = r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"(?=.{{1,253}}\Z)(?:{LABEL}\.)*{LABEL}\Z")
# Where the last label is a number the whole is read as an IPv4 address, by some in surprising ways.
ENDS_IN_NUMBER = re.compile(r"(?:.*\.)?(?:0x[0-9a-f]*|[0-9]+)\.?\Z")
STANDARD_PORTS = {"http": 80, "https": 443}
OPEN_PORTS = frozenset({80, 443, 8443})
INSIDE_NAMES = (".localhost", ".local", ".internal", ".home.arpa")


@dataclass(frozen=True, slots=True)
class Target:
    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == STANDARD_PORTS[self.scheme] else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """The one reading of a URL; whatever could be read in two ways is refused."""
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or set(url) & set(' \\"<>^`{|}'):
        raise UrlInvalid(field="url")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UrlInvalid(field="url") from error
    scheme, host = parts.scheme, (parts.hostname or "").lower()
    if scheme not in STANDARD_PORTS or not host or set(parts.netloc) & set("@%"):
        raise UrlInvalid(field="url")
    if ("[" in parts.netloc) != (":" in host):
        raise UrlInvalid(field="url")
    if scheme == "http" and not settings.ASSAY_OUTBOUND_HTTP:
        raise UrlInvalid(_("Only https addresses may be called."), field="url")
    port = port if port is not None else STANDARD_PORTS[scheme]
    path = parts.path or "/"
    return Target(scheme, require_host(host), port, f"{path}?{parts.query}" if parts.query else path)


def require_host(host: str) -> str:
    if ":" in host:
        return str(parse_literal(host))
    if ENDS_IN_NUMBER.match(host):
        literal = str(parse_literal(host))
        if literal != host:
            raise UrlInvalid(field="url")
        return literal
    if not HOST.match(host):
        raise UrlInvalid(field="url")
    return host


def parse_literal(host: str):
    try:
        return ipaddress.ip_address(host)
    except ValueError as error:
        raise UrlInvalid(field="url") from error


def require_allowed_url(url: str) -> Target:
    """What can be said without asking a name server; the answer is asked for again at each call."""
    target = target_of(url)
    if is_let_through(target.host, target.host):
        return target
    if target.port not in OPEN_PORTS.union(settings.ASSAY_OUTBOUND_PORTS):
        raise UrlForbidden(_("This port may not be called from here."), field="url", port=target.port)
    if f".{target.host}".endswith(INSIDE_NAMES):
        raise UrlForbidden(field="url")
    if is_literal(target.host) and is_denied(target.host):
        raise UrlForbidden(field="url")
    return target


def is_literal(host: str) -> bool:
    return ":" in host or bool(ENDS_IN_NUMBER.match(host))


def is_let_through(host: str, address: str) -> bool:
    """Did the administrator name this host, or a network that holds this address, as one to be called?"""
    for entry in settings.ASSAY_OUTBOUND_ALLOW:
        if entry == host:
            return True
        try:
            if ipaddress.ip_address(address) in ipaddress.ip_network(entry, strict=False):
                return True
        except ValueError:
            continue
    return False


def addresses_of(target: Target, resolve: Callable[[str, int], list[str]]) -> list[str]:
    """Every address of the host, all of them allowed: one denied address refuses the host."""
    addresses = [target.host] if is_literal(target.host) else resolve(target.host, target.port)
    if not addresses:
        raise UrlUnresolvable(field="url")
    for address in addresses:
        if is_denied(address) and not is_let_through(target.host, address):
            raise UrlForbidden(field="url")
    return addresses
