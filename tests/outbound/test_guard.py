"""What may not be called: as an address in the URL, and as a name server's answer."""

import pytest

from config.outbound.addresses import is_denied
from config.outbound.client import call
from config.outbound.failures import OutboundFailed, UrlForbidden, UrlInvalid
from config.outbound.guard import require_allowed_url, target_of

DENIED = [
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",  # a cloud's metadata
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",  # a cloud's host agent
    "169.254.0.1",
    "169.254.169.254",  # metadata of most clouds
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",  # a cloud's metadata
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:100.100.100.200",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a9fe:a9fe",
    "100::1",
    "2001::1",
    "2001:0:53aa:64c:0:0:80ff:fffe",  # Teredo
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",  # 6to4
    "2002:a9fe:a9fe::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",  # metadata over IPv6
    "fdff::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "4000::1",
]
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


@pytest.mark.parametrize(
    "url",
    [
        "",
        "client.example",
        "//client.example/",
        "https://",
        "https:///hook",
        "https:client.example",
        "http://client.example/",  # plain HTTP is off
        "ftp://client.example/",
        "file:///etc/passwd",
        "gopher://client.example:70/_x",
        "javascript:alert(1)",
        "https://user@client.example/",
        "https://user:password@client.example/",
        "https://93.184.216.34@127.0.0.1/",
        "https://127.0.0.1#@client.example/",
        "https://client.example\\@127.0.0.1/",
        "https:\\\\client.example\\",
        "https://client.example /",
        " https://client.example/",
        "https://client.example/\nHost: evil",
        "https://client.example/\r\n",
        "https://client\t.example/",
        "https://client.example/\x00",
        "https://cl\u0131ent.example/",
        "https://\u2488\u2488\u2488.example/",
        "https://\uff11\uff12\uff17.0.0.1/",
        "https://127\u30020\u30020\u30021/",
        "https://%31%32%37.0.0.1/",
        "https://client%2eexample/",
        "https://[fe80::1%25eth0]/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0X7F.1/",
        "https://0177.0.0.1/",
        "https://017700000001/",
        "https://127.1/",
        "https://127.0.1/",
        "https://127.0.0.01/",
        "https://127.0.0.1./",
        "https://1.2.3.4.5/",
        "https://client.0x7f/",
        "https://client.127/",
        "https://256.256.256.256/",
        "https://[::1/",
        "https://::1/",
        "https://[::ffff:127.0.0.1/",
        "https://[127.0.0.1]/",
        "https://[v1.client]/",
        "https://-client.example/",
        "https://client-.example/",
        "https://client..example/",
        "https://.example/",
        "https://client.example./",
        "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 130 + "example/",
        "https://client.example:99999/",
        "https://client.example:x/",
        "https://client.example:-1/",
        "https://client.example/{x}",
        "https://client.example/" + "a" * 2000,
        "https://localhost/",
        "https://LOCALHOST/",
        "https://db.localhost/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://router.home.arpa/",
        "https://client.example:22/",
        "https://client.example:25/",
        "https://client.example:5432/",
        "https://client.example:6379/",
        "https://client.example:0/",
    ],
)
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
