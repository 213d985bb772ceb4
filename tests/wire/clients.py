"""The published SDKs, unmodified, pointed at this server."""

from urllib.parse import urlsplit

from alibabacloud_tea_openapi.models import Config
from aliyunsdkcore.client import AcsClient


def config(live_server, key, **more) -> Config:
    place = urlsplit(live_server.url).netloc
    return Config(
        access_key_id=key.key.prefix,
        access_key_secret=key.signing_secret,
        endpoint=place,
        protocol="http",
        region_id="cn-shanghai",
        connect_timeout=5000,
        read_timeout=60_000,
        **more,
    )


def client(package, live_server, key, **more):
    """Of one of the packages `alibabacloud_*`: `package` is its module `client`."""
    return package.Client(config(live_server, key, **more))


def classic(live_server, key) -> AcsClient:
    """The older SDK. Its requests are given the place by `to(request, live_server)`."""
    return AcsClient(key.key.prefix, key.signing_secret, "cn-shanghai", timeout=60)


def to(request, live_server):
    request.set_endpoint(urlsplit(live_server.url).netloc)
    request.set_protocol_type("http")
    return request
