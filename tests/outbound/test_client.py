"""One call, against servers that behave and servers that do not."""

import threading
import time

import pytest

from config.outbound.client import MOST_BYTES, call
from config.outbound.failures import OutboundFailed, UrlForbidden
from tests.receivers import Reply, dripping, endless, receiving, resetting, silent, talking

pytestmark = pytest.mark.usefixtures("loopback")


def post(url, **options):
    return call("POST", url, **({"body": b"{}", "seconds": 5} | options))


def code_of(url, **options) -> str:
    with pytest.raises(OutboundFailed) as refusal:
        post(url, **options)
    return refusal.value.code


class TestAnAnswer:
    def test_has_status_headers_body_and_address(self):
        with receiving(Reply(201, {"X-Seen": "yes"}, b"thanks")) as receiver:
            answer = post(receiver.url, body=b"hello", headers={"webhook-id": "evt_1"})

        assert (answer.status, answer.headers["x-seen"], answer.body) == (201, "yes", b"thanks")
        assert answer.address == "127.0.0.1"
        [received] = receiver.received
        assert received.body == b"hello"
        assert received.headers["webhook-id"] == "evt_1"

    def test_is_asked_for_as_it_is(self):
        with receiving() as receiver:
            post(receiver.url)

        [received] = receiver.received
        assert received.headers["accept-encoding"] == "identity"
        assert received.headers["host"] == receiver.url.split("/")[2]
        assert "cookie" not in received.headers

    def test_may_be_a_redirect_that_nobody_follows(self, connects):
        with receiving(Reply(302, {"Location": "http://169.254.169.254/"})) as receiver:
            answer = post(receiver.url)

        assert answer.status == 302
        assert [address[0] for address in connects] == ["127.0.0.1"]

    def test_goes_past_the_proxies_of_the_environment(self, monkeypatch, connects):
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.9:3128")
        with receiving() as receiver:
            assert post(receiver.url).status == 200

        assert [address[0] for address in connects] == ["127.0.0.1"]

    def test_of_a_get_carries_a_picture_whole(self):
        picture = bytes(range(256)) * 4096
        with receiving(Reply(body=picture)) as receiver:
            answer = call("GET", receiver.url, seconds=5, most_bytes=2**21)

        assert answer.body == picture
        assert not answer.is_cut


class TestALargeAnswer:
    def test_is_cut_at_the_cap(self):
        with receiving(Reply(body=b"x" * (MOST_BYTES + 1))) as receiver:
            answer = post(receiver.url)

        assert len(answer.body) == MOST_BYTES
        assert answer.is_cut

    def test_of_exactly_the_cap_is_whole(self):
        with receiving(Reply(body=b"x" * MOST_BYTES)) as receiver:
            assert not post(receiver.url).is_cut

    def test_without_an_end_is_cut_too(self):
        with talking(endless) as (url, _connections):
            started = time.monotonic()
            answer = post(url)

        assert len(answer.body) == MOST_BYTES
        assert time.monotonic() - started < 2

    def test_is_not_decompressed(self):
        with receiving(Reply(headers={"Content-Encoding": "gzip"}, body=b"\x1f\x8b bomb")) as receiver:
            assert post(receiver.url).body == b"\x1f\x8b bomb"

    def test_of_endless_interim_answers_is_refused(self):
        def interim(connection):
            connection.recv(65536)
            while True:
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)

        with talking(interim) as (url, _connections):
            assert code_of(url) == "answer_invalid"

    def test_with_an_endless_head_is_refused(self):
        def heading(connection):
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while True:
                connection.sendall(b"X-More: " + b"a" * 1000 + b"\r\n")

        with talking(heading) as (url, _connections):
            assert code_of(url) == "answer_invalid"


class TestTheDeadline:
    @pytest.mark.parametrize("script", [silent, dripping], ids=["silent", "dripping"])
    def test_ends_it(self, script):
        with talking(script) as (url, _connections):
            started = time.monotonic()
            assert code_of(url, seconds=0.5) == "url_timeout"

        assert 0.4 < time.monotonic() - started < 1

    def test_holds_for_a_body_that_drips(self):
        def drip(connection):
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while True:
                connection.sendall(b"a")
                time.sleep(0.05)

        with talking(drip) as (url, _connections):
            assert code_of(url, seconds=0.5) == "url_timeout"

    def test_holds_for_a_server_that_does_not_read(self):
        def deaf(connection):
            time.sleep(5)

        with talking(deaf) as (url, _connections):
            assert code_of(url, body=b"x" * 2**24, seconds=0.5) == "url_timeout"

    def test_holds_for_a_name_server_that_hangs(self, connects):
        release = threading.Event()

        def resolve(host, port):
            release.wait(10)
            return ["127.0.0.1"]

        started = time.monotonic()
        assert code_of("http://client.example/", seconds=0.3, resolve=resolve) == "url_timeout"
        release.set()

        assert time.monotonic() - started < 1
        assert connects == []

    def test_holds_for_a_tls_handshake_that_hangs(self):
        with talking(silent) as (url, _connections):
            assert code_of(url.replace("http:", "https:"), seconds=0.5) == "url_timeout"


class TestAFailure:
    def test_of_a_closed_port(self):
        with talking(silent) as (url, _connections):
            closed = url
        with pytest.raises(OutboundFailed) as refusal:
            post(closed)

        assert refusal.value.code == "url_refused"
        assert refusal.value.address == "127.0.0.1"

    def test_of_a_connection_broken_off(self):
        with talking(resetting) as (url, _connections):
            assert code_of(url) in ("url_refused", "answer_invalid")

    @pytest.mark.parametrize(
        "said", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"]
    )
    def test_of_something_else_than_http(self, said):
        def speak(connection):
            connection.recv(65536)
            connection.sendall(said)

        with talking(speak) as (url, _connections):
            assert code_of(url) == "answer_invalid"

    def test_of_the_first_address_leaves_the_next(self, settings):
        with receiving() as receiver:
            settings.ASSAY_OUTBOUND_PORTS = [receiver.server_port]
            url = f"http://client.example:{receiver.server_port}/"
            answer = post(url, resolve=lambda host, port: ["127.0.0.2", "127.0.0.1"])

        assert (answer.status, answer.address) == (200, "127.0.0.1")


class TestRebinding:
    def test_a_name_is_looked_up_once_and_that_answer_is_called(self, settings, connects):
        settings.ASSAY_OUTBOUND_ALLOW = ["127.0.0.1/32"]
        asked = []

        def resolve(host, port):
            asked.append(host)
            return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

        with receiving() as receiver:
            settings.ASSAY_OUTBOUND_PORTS = [receiver.server_port]
            url = f"http://client.example:{receiver.server_port}/"
            assert post(url, resolve=resolve).status == 200
            for _again in range(1000):
                with pytest.raises(UrlForbidden):
                    post(url, resolve=resolve)

        assert {address[0] for address in connects} == {"127.0.0.1"}
        assert len(connects) == 1


class TestTls:
    def test_is_for_the_name_although_the_address_is_called(self, settings, trusted):
        with receiving(context=trusted.server("client.example")) as receiver:
            settings.ASSAY_OUTBOUND_PORTS = [receiver.server_port]
            url = f"https://client.example:{receiver.server_port}/"
            answer = post(url, resolve=lambda host, port: ["127.0.0.1"])

        assert answer.status == 200
        assert receiver.received[0].headers["host"] == f"client.example:{receiver.server_port}"

    def test_works_for_a_literal_address(self, trusted):
        with receiving(context=trusted.server("127.0.0.1")) as receiver:
            assert post(receiver.url).status == 200

    @pytest.mark.parametrize(
        "names, days", [(["other.example"], 1), (["client.example"], -1)], ids=["another name", "expired"]
    )
    def test_refuses_a_wrong_certificate(self, names, days, settings, trusted):
        with receiving(context=trusted.server(*names, days=days)) as receiver:
            settings.ASSAY_OUTBOUND_PORTS = [receiver.server_port]
            url = f"https://client.example:{receiver.server_port}/"
            assert code_of(url, resolve=lambda host, port: ["127.0.0.1"]) == "tls_failed"

        assert receiver.received == []

    def test_refuses_an_authority_nobody_knows(self, authority):
        with receiving(context=authority.server("127.0.0.1")) as receiver:
            assert code_of(receiver.url) == "tls_failed"

        assert receiver.received == []

    def test_refuses_a_server_without_tls(self):
        with receiving() as receiver:
            assert code_of(receiver.url.replace("http:", "https:")) == "tls_failed"
