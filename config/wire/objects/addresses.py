"""Which requests are for objects, and where clients are told to put theirs.

Clients write the bucket before the host, or, to an IP address, as the first part of the path. So that a
host with a name needs no further names and certificates, its own first label is a bucket as well: clients
put label and endpoint together again, and what begins with `upload/` there is nothing else of ours.
"""

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

BUCKET = "assay-uploads"
FOLDER = "upload/"
BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")

PORT = re.compile(r":\d*\Z")


@dataclass(frozen=True, slots=True)
class Address:
    """`name` is blank for the bucket itself."""

    bucket: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """What clients put together: the bucket and the endpoint without it, and where forms are posted."""

    bucket: str
    endpoint: str
    form: str


def address_in(path: str, environ: dict) -> Address | None:
    path = path.removeprefix("/")
    first, _slash, rest = path.partition("/")
    if first == BUCKET:
        return Address(BUCKET, rest)
    host = host_of(environ.get("HTTP_HOST", ""))
    if path.startswith(FOLDER) and (place := named_place(settings.ASSAY_UPLOADS_URL)) and host == place[0]:
        return Address(place[1], path)
    if host.startswith(f"{BUCKET}.") and host not in our_hosts():
        return Address(BUCKET, path)
    return None


def is_bucket(name: str) -> bool:
    place = named_place(settings.ASSAY_UPLOADS_URL)
    return name == BUCKET or (place is not None and name == place[1])


def our_hosts() -> set[str]:
    """Under these stand the console and the API, whatever their names are."""
    return {
        host_of(urlsplit(settings.ASSAY_PUBLIC_URL).netloc),
        host_of(urlsplit(settings.ASSAY_UPLOADS_URL).netloc),
    }


def host_of(text: str) -> str:
    """Without its port."""
    return PORT.sub("", text).lower()


def place() -> Place:
    url = settings.ASSAY_UPLOADS_URL
    form = f"{url}/{BUCKET}"
    if found := named_place(url):
        return Place(found[1], found[2], form)
    return Place(BUCKET, url, form)


@lru_cache(maxsize=8)
def named_place(url: str) -> tuple[str, str, str] | None:
    """Host, bucket and endpoint, where the host's first label may be a bucket's name."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    label, _dot, rest = host.partition(".")
    if is_address(host) or "." not in rest or not BUCKET_NAME.fullmatch(label):
        return None
    port = f":{parts.port}" if parts.port else ""
    return host, label, f"{parts.scheme}://{rest}{port}"


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
