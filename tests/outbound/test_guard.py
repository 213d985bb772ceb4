"""What may not be called: as an address in the URL, and as a name server's answer."""

import pytest

from config.outbound.addresses import is_denied
from config.outbound.client import call
from config.outbound.failures import OutboundFailed, UrlForbidden, UrlInvalid
from config.outbound.guard import require_allowed_url, target_of
from tests.outbound.hostile_urls import DENIED, REFUSED

ALLOWED = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "100.63.255.255", "100.128.0.1", "172.32.0.1", "11.0.0.1"]
ALLOWED_V6 = ["2001:4860:4860::8888", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e"]


def in_url(address: str) -> str:
    return f"[{address}]" if ":" in address else address


@pytest.mark.parametrize("address", DENIED)
class TestDeniedAddresses:
    def test_as_a_literal(self, address, strict, connects):
        with pytest.raises((UrlForbidden, UrlInvalid)):
            call("POST", f"https://{in_url(address)}/", seconds=1)

        assert connects == []

    def test_as_the_answer_of_a_name_server(self, address, strict, connects):
        with pytest.raises(UrlForbidden):
            call("POST", "https://client.example/", seconds=1, resolve=lambda host, port: [address])

        assert connects == []

    def test_among_good_answers(self, address, strict, connects):
        answers = ["93.184.216.34", "2606:4700:4700::1111", address]

        with pytest.raises(UrlForbidden):
            call("POST", "https://client.example/", seconds=1, resolve=lambda host, port: answers)

        assert connects == []


@pytest.mark.parametrize("address", [*ALLOWED, *ALLOWED_V6])
def test_public_addresses_are_not_denied(address, strict):
    assert not is_denied(address)
    assert require_allowed_url(f"https://{in_url(address)}/").host == address


@pytest.mark.parametrize("url", REFUSED)
def test_refused_urls(url, strict, connects):
    def resolve(host, port):
        raise AssertionError(f"{host} was looked up")

    with pytest.raises((UrlInvalid, UrlForbidden)):
        call("POST", url, seconds=1, resolve=resolve)

    assert connects == []


@pytest.mark.parametrize(
    "url, host, port, path",
    [
        ("https://client.example", "client.example", 443, "/"),
        ("https://CLIENT.example/Hook?a=b&c=%20", "client.example", 443, "/Hook?a=b&c=%20"),
        ("https://client.example:8443/x#part", "client.example", 8443, "/x"),
        ("https://xn--fiq228c.example/", "xn--fiq228c.example", 443, "/"),
        ("https://[2606:4700:4700:0:0:0:0:1111]/", "2606:4700:4700::1111", 443, "/"),
    ],
)
def test_accepted_urls(url, host, port, path, strict):
    target = require_allowed_url(url)

    assert (target.host, target.port, target.path) == (host, port, path)


def test_a_port_may_be_opened(settings, strict):
    settings.ASSAY_OUTBOUND_PORTS = [9000]

    assert require_allowed_url("https://client.example:9000/").port == 9000


def test_plain_http_may_be_allowed(settings, strict):
    settings.ASSAY_OUTBOUND_HTTP = True

    assert target_of("http://client.example/").port == 80


class TestWhatTheAdministratorAllows:
    def test_a_network_is_open_at_any_port(self, settings, strict):
        settings.ASSAY_OUTBOUND_ALLOW = ["10.1.0.0/16"]

        assert require_allowed_url("https://10.1.2.3:9999/").port == 9999

    def test_its_neighbour_is_not(self, settings, strict):
        settings.ASSAY_OUTBOUND_ALLOW = ["10.1.0.0/16"]

        with pytest.raises(UrlForbidden):
            require_allowed_url("https://10.2.0.1/")

    def test_an_open_network_does_not_open_the_other_answers(self, settings, strict, connects):
        settings.ASSAY_OUTBOUND_ALLOW = ["10.1.0.0/16"]
        answers = ["10.1.2.3", "169.254.169.254"]

        with pytest.raises(UrlForbidden):
            call("POST", "https://client.example/", seconds=1, resolve=lambda host, port: answers)

        assert connects == []

    def test_a_host_is_open_by_its_name(self, settings, strict):
        settings.ASSAY_OUTBOUND_ALLOW = ["hooks.internal"]

        assert require_allowed_url("https://hooks.internal:9443/").host == "hooks.internal"

    def test_its_subdomains_are_not(self, settings, strict):
        settings.ASSAY_OUTBOUND_ALLOW = ["hooks.internal"]

        with pytest.raises(UrlForbidden):
            require_allowed_url("https://evil.hooks.internal/")


def test_a_name_without_an_address(strict, connects):
    with pytest.raises(OutboundFailed) as refusal:
        call("POST", "https://client.example/", seconds=1, resolve=lambda host, port: [])

    assert refusal.value.code == "url_unresolvable"
    assert connects == []
