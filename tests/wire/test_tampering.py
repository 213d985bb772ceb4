"""Whatever is changed on the way: nothing is let in, nothing breaks, and what was let in is let in once."""

import json
import random
from dataclasses import replace
from urllib.parse import parse_qsl, quote

import pytest
from alibabacloud_green20220302 import client as green
from alibabacloud_green20220302 import models
from aliyunsdkcore.request import CommonRequest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from config.wsgi import application
from tests.factories import make_account, make_key
from tests.ground import proofs
from tests.wire.clients import classic, client
from tests.wire.sent import answered, catch

EACH = proofs.of(5000, part=1000) // 5
TEXT = json.dumps({"content": "a fair offer 中 *~+'()!", "dataId": "d-1"}, ensure_ascii=False)


class Place:
    url = "http://moderation.example.com:8443"


@pytest.fixture
def key(db):
    # The application shares the test's own connection, which must outlive each request.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield make_key(make_account())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def by_acs3(monkeypatch, key, algorithm="ACS3-HMAC-SHA256"):
    asked = models.TextModerationRequest(service="comment_detection", service_parameters=TEXT)
    sdk = client(green, Place, key, signature_algorithm=algorithm)
    return catch(monkeypatch, lambda: sdk.text_moderation(asked))


def by_sm3(monkeypatch, key):
    return by_acs3(monkeypatch, key, "ACS3-HMAC-SM3")


def by_parameters(method):
    def sent(monkeypatch, key):
        asked = CommonRequest(Place.url.partition("//")[2], "2022-03-02", "TextModeration")
        asked.set_method(method)
        asked.set_protocol_type("http")
        asked.add_query_param("Service", "comment_detection")
        (asked.add_body_params if method == "POST" else asked.add_query_param)("ServiceParameters", TEXT)
        return catch(monkeypatch, lambda: classic(Place, key).do_action_with_exception(asked))

    return sent


def by_path(monkeypatch, key):
    asked = CommonRequest(Place.url.partition("//")[2], "2018-05-09", uri_pattern="/green/text/scan")
    asked.set_method("POST")
    asked.set_protocol_type("http")
    asked.set_content(json.dumps({"scenes": ["antispam"], "tasks": [{"content": "a fair offer"}]}).encode())
    asked.set_content_type("application/json;charset=utf-8")
    return catch(monkeypatch, lambda: classic(Place, key).do_action_with_exception(asked))


SCHEMES = {
    "ACS3-HMAC-SHA256": by_acs3,
    "ACS3-HMAC-SM3": by_sm3,
    "RPC by POST": by_parameters("POST"),
    "RPC by GET": by_parameters("GET"),
    "ROA": by_path,
}
# What a proxy may do to a header, and headers that the older schemes do not sign.
UNSIGNED = {"accept-encoding", "connection", "content-length", "host", "user-agent", "accept", "x-sdk-client",
            "x-sdk-invoke-type", "content-type"}  # fmt: skip


@pytest.mark.parametrize("scheme", SCHEMES)
class TestTampered:
    def test_is_never_let_in_and_never_breaks(self, monkeypatch, key, scheme):
        sent = SCHEMES[scheme](monkeypatch, key)
        chance = random.Random(scheme)  # noqa: S311
        for number in range(EACH):
            kind = chance.choice(KINDS)
            tampered = kind(sent, chance, scheme)
            if tampered is None or tampered == sent:
                continue
            status, content = answered(application, tampered)
            shown = (number, kind.__name__, tampered, content[:200])
            assert 400 <= status < 500, shown
            assert json.loads(content)["Code"], shown

    def test_is_let_in_as_it_was_and_once(self, monkeypatch, key, scheme):
        sent = SCHEMES[scheme](monkeypatch, key)
        status, content = answered(application, sent)
        assert (status, json.loads(content).get("Code") or json.loads(content).get("code")) == (200, 200)

        status, content = answered(application, sent)
        if scheme == "ROA":  # its clients send no nonce
            assert status == 200
        else:
            assert (status, json.loads(content)["Code"]) == (400, "SignatureNonceUsed")


def another(text: str, chance: random.Random) -> str:
    """The same text with one character changed, added or taken away."""
    at = chance.randrange(len(text) + 1)
    match chance.randrange(3):
        case 0:
            return text[:at] + chance.choice("aZ09-_.~中") + text[at:]
        case 1:
            return text[: max(0, at - 1)] + text[at:]
    return text[: max(0, at - 1)] + chance.choice("aZ09-_.~") + text[at:]


def body(sent, chance, scheme):
    if not sent.body:
        return None
    at, flipped = chance.randrange(len(sent.body)), 1 << chance.randrange(8)
    changed = bytearray(sent.body)
    changed[at] ^= flipped
    if scheme == "RPC by POST" and parsed(bytes(changed)) == parsed(sent.body):
        return None
    return replace(sent, body=bytes(changed))


def parsed(form: bytes) -> list:
    return sorted(parse_qsl(form.decode("latin-1"), keep_blank_values=True))


def path(sent, chance, _scheme):
    before, mark, query = sent.target.partition("?")
    return replace(sent, target=f"{before}{quote(another('x', chance))}{mark}{query}")


def query(sent, chance, _scheme):
    before, _mark, text = sent.target.partition("?")
    pairs = parse_qsl(text, keep_blank_values=True)
    if pairs and chance.random() < 0.7:
        at = chance.randrange(len(pairs))
        name, value = pairs[at]
        pairs[at] = (
            (name, another(value, chance)) if chance.random() < 0.7 else (another(name, chance), value)
        )
    else:
        pairs.append(("Service", "chat_detection"))
    changed = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    return None if sorted(pairs) == sorted(parse_qsl(text, keep_blank_values=True)) else replace(
        sent, target=f"{before}?{changed}"
    )  # fmt: skip


def header(sent, chance, scheme):
    unsigned = {"accept-encoding", "connection", "content-length"} if scheme.startswith("ACS3") else UNSIGNED
    names = [name for name in sent.headers if name.lower() not in unsigned]
    if scheme.startswith("RPC"):
        names = []
    if not names:
        return None
    name = chance.choice(names)
    value = another(sent.headers[name], chance).encode("ascii", "ignore").decode()
    if value.strip() == sent.headers[name].strip() or is_same_signature(sent.headers[name], value):
        return None
    return replace(sent, headers=sent.headers | {name: value})


def is_same_signature(before: str, after: str) -> bool:
    return before.startswith("ACS3") and before.replace(" ", "") == after.replace(" ", "")


def added_header(sent, chance, scheme):
    if scheme.startswith("RPC"):
        return None
    return replace(sent, headers=sent.headers | {"x-acs-added": another("value", chance)})


def method(sent, chance, _scheme):
    others = [one for one in ("GET", "POST", "PUT", "DELETE") if one != sent.method]
    return replace(sent, method=chance.choice(others))


def key_id(sent, chance, _scheme):
    """Another's name over the same signature."""
    for name, value in sent.headers.items():
        if "Credential=AK" in value:
            at = value.index("AK") + 2 + chance.randrange(14)
            return replace(sent, headers=sent.headers | {name: value[:at] + "0" + value[at + 1 :]})
    return None


KINDS = [body, path, query, header, added_header, method, key_id]
