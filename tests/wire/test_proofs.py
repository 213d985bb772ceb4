"""Who is let in: keys, tokens, times, and what an SDK raises where nobody is."""

import json
import socket
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from alibabacloud_credentials.client import Client as Credentials
from alibabacloud_credentials.models import Config as CredentialsConfig
from alibabacloud_green20220302 import client as green
from alibabacloud_green20220302 import models
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.request import CommonRequest
from darabonba.exceptions import DaraException
from django.utils import timezone

from config.accounts.operations.keys import issue_key, revoke_key
from config.wire.models import UsedNonce
from config.wire.signatures.proofs import WINDOW
from config.wire.tasks import forget_old_proofs
from tests.factories import NOW
from tests.wire.clients import classic, client, config
from tests.wire.sent import catch

ASKED = models.TextModerationRequest(
    service="comment_detection", service_parameters=json.dumps({"content": "a fair offer"})
)


def ask(served, key, **options):
    return client(green, served, key, **options).text_moderation(ASKED).body


def refusal(served, key) -> tuple[str, int]:
    with pytest.raises(DaraException) as refused:
        ask(served, key)
    return refused.value.code, refused.value.status_code


def send(served, sent) -> tuple[int, dict]:
    """Exactly what it holds, over a connection of its own."""
    connection = HTTPConnection(urlsplit(served.url).netloc)
    with closing(connection):
        connection.putrequest(sent.method, sent.target, skip_host=True, skip_accept_encoding=True)
        for name, value in (sent.headers | {"content-length": str(len(sent.body))}).items():
            connection.putheader(name, value)
        connection.endheaders(sent.body)
        answer = connection.getresponse()
        return answer.status, json.load(answer)


class TestKeys:
    def test_that_are_unknown_wrong_revoked_or_narrow(self, served, account, key):
        assert ask(served, key).code == 200

        unknown = replace(key, key=type(key.key)(prefix="AKNOBODY000000"))
        assert refusal(served, unknown) == ("InvalidAccessKeyId.NotFound", 404)
        assert refusal(served, replace(key, signing_secret="x" * 40)) == ("SignatureDoesNotMatch", 400)  # noqa: S106

        narrow = issue_key(account=account, name="narrow", actor=None, now=NOW, scopes=["stats:read"])
        assert refusal(served, narrow) == ("Forbidden", 403)
        elsewhere = issue_key(
            account=account, name="far", actor=None, now=NOW, ip_allow_list=["198.51.100.0/24"]
        )
        assert refusal(served, elsewhere) == ("Forbidden", 403)

        revoke_key(key=key.key, actor=None, now=NOW)
        assert refusal(served, key) == ("InvalidAccessKeyId.Inactive", 401)

    def test_that_call_too_often_are_throttled(self, served, account):
        slow = issue_key(account=account, name="slow", actor=None, now=NOW, calls_per_minute=1)
        ask(served, slow)
        with pytest.raises(DaraException) as refused:
            for _again in range(2):  # a new minute may have begun
                ask(served, slow)
        assert refused.value.code == "Throttling.User"
        assert 0 < refused.value.retry_after <= 60

    def test_as_a_bearer_token(self, served, key):
        credentials = Credentials(CredentialsConfig(type="bearer", bearer_token=key.token))
        settings = config(served, key)
        settings.access_key_id = settings.access_key_secret = None
        settings.credential = credentials
        assert green.Client(settings).text_moderation(ASKED).body.code == 200

    def test_of_the_older_sdk_raise_its_exceptions(self, served, key):
        asked = CommonRequest(urlsplit(served.url).netloc, "2022-03-02", "TextModeration")
        asked.set_method("POST")
        asked.set_protocol_type("http")
        with pytest.raises(ServerException) as refused:
            classic(served, replace(key, signing_secret="x" * 40)).do_action_with_exception(asked)  # noqa: S106
        assert refused.value.get_error_code() == "SignatureDoesNotMatch"
        with pytest.raises(ServerException) as refused:
            classic(served, key).do_action_with_exception(asked)
        assert refused.value.get_error_code() == "MissingService"


class TestCopies:
    def test_are_refused_by_every_process(self, served, monkeypatch, key):
        with monkeypatch.context() as patch:
            sent = catch(patch, lambda: ask(served, key))
        assert send(served, sent)[0] == 200
        refused = [send(served, sent) for _again in range(8)]
        assert {(status, answer["Code"]) for status, answer in refused} == {(400, "SignatureNonceUsed")}

    def test_are_refused_once_they_are_old_and_their_nonces_forgotten(self, served, monkeypatch, key):
        with monkeypatch.context() as patch:
            sent = catch(patch, lambda: ask(served, key))
        assert send(served, sent)[0] == 200
        assert UsedNonce.objects.count() == 1
        assert forget_old_proofs()["nonces"] == 0
        UsedNonce.objects.update(used_at=timezone.now() - 2 * WINDOW - timedelta(seconds=1))
        assert forget_old_proofs()["nonces"] == 1

        stale = replace(sent, headers=sent.headers | {"x-acs-date": "2026-01-31T12:00:00Z"})
        assert send(served, stale)[1]["Code"] == "InvalidTimeStamp.Expired"

    def test_with_another_body_use_up_nothing(self, served, monkeypatch, key):
        with monkeypatch.context() as patch:
            sent = catch(patch, lambda: ask(served, key))
        assert send(served, replace(sent, body=sent.body + b"&x=1"))[1]["Code"] == "SignatureDoesNotMatch"
        assert send(served, sent)[0] == 200


class TestBodies:
    def test_in_chunks_are_read(self, served, monkeypatch, key):
        with monkeypatch.context() as patch:
            sent = catch(patch, lambda: ask(served, key))
        place = urlsplit(served.url)
        lines = [f"{name}: {value}" for name, value in sent.headers.items() if name != "content-length"]
        head = "\r\n".join(["POST / HTTP/1.1", *lines, "transfer-encoding: chunked", "connection: close"])
        pieces = [sent.body[:7], sent.body[7:]]
        chunks = b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces)
        with socket.create_connection((place.hostname, place.port)) as connection:
            connection.sendall(f"{head}\r\n\r\n".encode() + chunks + b"0\r\n\r\n")
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 200")
        assert b'"Code":200' in answer
