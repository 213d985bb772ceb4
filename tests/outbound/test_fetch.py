"""Fetching pictures from addresses that strangers name: no denied address is ever connected to."""

import pytest

from config.errors import PlatformError
from config.outbound.failures import UrlForbidden, UrlInvalid
from moderation.media.fetch import ImageUnreachable, fetch_image
from tests.outbound.hostile_urls import DENIED, REFUSED
from tests.receivers import Reply, dripping, endless, receiving, resetting, silent, talking

BYTES = b"\x89PNG not really"


def in_url(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def at(path_replies: dict[str, Reply]):
    return lambda received: path_replies.get(received.path, Reply(404))


def moved(to: str, status: int = 302) -> Reply:
    return Reply(status, {"Location": to})


class TestFetching:
    def test_brings_the_bytes(self, loopback):
        with receiving(Reply(200, {"Content-Type": "image/png"}, BYTES)) as server:
            assert fetch_image(server.url) == BYTES
            assert "cookie" not in server.received[0].headers

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_follows_a_redirect(self, loopback, status):
        with receiving(at({"/hook": moved("/there?x=1", status), "/there?x=1": Reply(body=BYTES)})) as server:
            assert fetch_image(server.url) == BYTES

    def test_follows_no_more_than_three(self, loopback):
        with receiving(moved("/hook")) as server, pytest.raises(ImageUnreachable) as refused:
            fetch_image(server.url)

        assert refused.value.details["reason"] == "too_many_redirects"
        assert len(server.received) == 4

    @pytest.mark.parametrize("status", [204, 206, 400, 401, 403, 404, 410, 500, 503, 304])
    def test_tells_the_status_it_met(self, loopback, status):
        with receiving(Reply(status, body=b"")) as server, pytest.raises(ImageUnreachable) as refused:
            fetch_image(server.url)

        assert refused.value.details == {"reason": "url_status", "status": status}

    def test_stops_one_byte_beyond_what_a_picture_may_have(self, loopback, settings):
        settings.ASSAY_IMAGE_MAX_BYTES = 100_000
        with talking(endless) as (url, _connections):
            assert len(fetch_image(url)) == 100_001

    def test_does_not_take_half_a_picture_for_a_whole_one(self, loopback):
        def half(connection):
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + BYTES)

        with talking(half) as (url, _connections), pytest.raises(ImageUnreachable):
            fetch_image(url)

    @pytest.mark.parametrize("script", [silent, dripping, resetting])
    def test_ends_in_time_whatever_the_server_does(self, loopback, settings, script):
        settings.ASSAY_FETCH_SECONDS = 1
        with talking(script) as (url, _connections), pytest.raises(ImageUnreachable) as refused:
            fetch_image(url)

        assert refused.value.details["reason"] in ("url_timeout", "url_refused", "answer_invalid")


class TestForbiddenAddresses:
    @pytest.mark.parametrize("address", DENIED)
    def test_as_the_address_itself(self, address, strict, connects):
        with pytest.raises(PlatformError) as refused:
            fetch_image(f"https://{in_url(address)}/a.png")

        assert isinstance(refused.value, UrlForbidden | UrlInvalid)
        assert connects == []

    @pytest.mark.parametrize("address", [address for address in DENIED if not address.startswith("127.")])
    def test_behind_a_redirect(self, address, loopback, connects):
        reply = moved(f"http://{in_url(address)}/latest/meta-data/")
        with receiving(reply) as server, pytest.raises(PlatformError) as refused:
            fetch_image(server.url)

        assert isinstance(refused.value, UrlForbidden | UrlInvalid)
        assert {place[:2] for place in connects} == {("127.0.0.1", server.server_port)}

    @pytest.mark.parametrize("url", REFUSED)
    def test_as_an_url_to_be_read_in_two_ways(self, url, strict, connects):
        with pytest.raises(PlatformError) as refused:
            fetch_image(url)

        assert refused.value.status == 400
        assert connects == []

    @pytest.mark.parametrize(
        "location", ["file:///etc/passwd", "ftp://h.example/", "http://a@b/", "gopher://x"]
    )
    def test_redirects_to_other_schemes(self, location, loopback, connects):
        with receiving(moved(location)) as server, pytest.raises(PlatformError):
            fetch_image(server.url)

        assert {place[:2] for place in connects} == {("127.0.0.1", server.server_port)}

    def test_a_redirect_from_https_to_http(self, loopback, trusted, connects):
        context = trusted.server("127.0.0.1")
        with (
            receiving(moved("http://127.0.0.1:1/"), context) as server,
            pytest.raises(ImageUnreachable) as refused,
        ):
            fetch_image(server.url)

        assert refused.value.details["reason"] == "redirect_to_http"
