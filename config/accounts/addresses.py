"""The address a request came from, and the networks it may come from."""

import ipaddress
from functools import lru_cache

from django.conf import settings


def client_address(request) -> str:
    return address_of(request.META)


def address_of(environ: dict) -> str:
    """The peer, or the address our own proxies vouch for (`ASSAY_PROXY_HOPS` of them stand before us)."""
    hops = settings.ASSAY_PROXY_HOPS
    if hops:
        forwarded = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part]
        if len(forwarded) >= hops:
            return forwarded[-hops]
    return environ.get("REMOTE_ADDR", "")


@lru_cache(maxsize=1024)
def networks_of(entries: tuple[str, ...]) -> tuple:
    return tuple(ipaddress.ip_network(entry) for entry in entries)


def is_within(address: str, entries: list[str]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return any(parsed in network for network in networks_of(tuple(entries)))
