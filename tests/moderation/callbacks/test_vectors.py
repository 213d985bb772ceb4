"""Receivers that share no code with us accept what we send: those of the documents, and the package."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from standardwebhooks import Webhook

from tests.vectors import make_callbacks
from tests.vectors.sm3 import sm3

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "callbacks.md").read_text()
BLOCKS = re.findall(r"```(python|javascript)\n(.*?)```", TEXT, re.DOTALL)
HELD = json.loads(make_callbacks.PATH.read_text())
NOW, VECTORS = HELD["now"], HELD["vectors"]
STANDARD = [vector for vector in VECTORS if vector["dialect"] == "standard"]
VENDOR = [vector for vector in VECTORS if vector["dialect"] == "vendor"]
VOD = [vector for vector in VECTORS if vector["dialect"] == "vod"]
NODE = """
const { vectors, now } = JSON.parse(require("node:fs").readFileSync(0));
const told = [];
const tried = (act) => { try { return act(); } catch (error) { return error.message; } };
for (const vector of vectors) {
  const body = Buffer.from(vector.body), spoilt = Buffer.from(vector.body.replace("block", "pass!"));
  if (vector.dialect === "standard")
    for (const secret of vector.secrets)
      told.push(tried(() => verify(secret, vector.headers, body, now)),
        tried(() => verify(secret, vector.headers, Buffer.concat([body, Buffer.from(" ")]), now)),
        tried(() => verify(secret, vector.headers, body, now + 301)));
  else if (vector.dialect === "vod")
    told.push(tried(() => verifyVod(vector.url, vector.key, vector.headers, body, now)),
      tried(() => verifyVod(vector.url + "/", vector.key, vector.headers, body, now)),
      tried(() => verifyVod(vector.url, vector.key, vector.headers, body, now + 301)));
  else told.push(tried(() => verifyChecksum(vector.uid, vector.seed, body, vector.crypt)),
    tried(() => verifyChecksum(vector.uid, vector.seed + "x", body, vector.crypt)));
}
console.log(JSON.stringify(told));
"""


def documented(language: str, name: str) -> str:
    [block] = [text for kind, text in BLOCKS if kind == language and f" {name}(" in text]
    return block


def from_documents(name: str):
    scope = {}
    exec(documented("python", name), scope)  # noqa: S102
    return scope[name]


def named(vectors):
    return pytest.mark.parametrize("vector", vectors, ids=lambda vector: vector["name"])


def content_of(vector) -> str:
    return parse_qs(vector["body"], strict_parsing=True)["content"][0]


def test_the_vectors_are_what_we_make():
    assert make_callbacks.PATH.read_text() == make_callbacks.text()
    assert len(STANDARD) == 14
    assert len(VENDOR) == 28
    assert len(VOD) == 4


@named(STANDARD)
class TestStandard:
    def test_is_verified_by_each_secret(self, vector, monkeypatch):
        verify, receive = from_documents("verify"), from_documents("receive")
        monkeypatch.setattr("standardwebhooks.webhooks.datetime", clock_at(NOW))
        for secret in vector["secrets"]:
            told = verify(secret, vector["headers"], vector["body"].encode(), now=NOW)
            assert told == json.loads(vector["body"])
            assert receive(secret, vector["headers"], vector["body"]) == told

    def test_is_refused_spoilt_late_or_by_another_secret(self, vector):
        verify, [secret, *_] = from_documents("verify"), vector["secrets"]
        body = vector["body"].encode()
        for asked in (
            (secret, vector["headers"], body + b" ", NOW),
            (secret, vector["headers"], body, NOW + 301),
            ("whsec_AAAA", vector["headers"], body, NOW),
            (secret, vector["headers"] | {"webhook-id": "evt_0"}, body, NOW),
        ):
            with pytest.raises(ValueError, match="signed|old"):
                verify(*asked)


def clock_at(moment: int):
    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.fromtimestamp(moment, tz=tz or UTC)

    return Clock


@named(VENDOR)
class TestVendor:
    def test_has_a_checksum_that_the_documented_receiver_accepts(self, vector):
        verify = from_documents("verify_checksum")
        asked = {"uid": vector["uid"], "seed": vector["seed"], "body": vector["body"].encode()}

        assert verify(**asked, crypt=vector["crypt"]) == json.loads(content_of(vector))
        with pytest.raises(ValueError, match="not signed"):
            verify(**asked | {"seed": vector["seed"] + "x"}, crypt=vector["crypt"])

    def test_has_the_standard_headers_too(self, vector):
        at = datetime.fromtimestamp(NOW, tz=UTC)
        signatures = vector["headers"]["webhook-signature"].split()

        assert signatures == [
            Webhook(secret).sign(vector["headers"]["webhook-id"], at, vector["body"])
            for secret in vector["secrets"]
        ]


@named(VOD)
class TestVod:
    def test_is_signed_as_the_documented_receiver_checks_it(self, vector):
        verify, body = from_documents("verify_vod"), vector["body"].encode()
        asked = {"url": vector["url"], "key": vector["key"], "headers": vector["headers"], "body": body}

        assert verify(**asked, now=NOW) == json.loads(vector["body"])
        for spoilt in ({"url": vector["url"] + "/"}, {"key": "another"}, {"now": NOW + 301}):
            with pytest.raises(ValueError, match="signed|old"):
                verify(**{"now": NOW} | asked | spoilt)

    def test_has_the_standard_headers_too(self, vector):
        verify = from_documents("verify")
        for secret in vector["secrets"]:
            assert verify(secret, vector["headers"], vector["body"].encode(), now=NOW)


class TestSm3:
    def test_is_that_of_the_standard(self):
        assert sm3(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        assert sm3(b"abcd" * 16) == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"

    @named([vector for vector in VENDOR if vector["crypt"] == "sm3"])
    def test_makes_our_checksums(self, vector):
        text = (vector["uid"] + vector["seed"] + content_of(vector)).encode()

        assert parse_qs(vector["body"])["checksum"] == [sm3(text)]


def check_with_node():
    code = "\n".join(
        documented("javascript", name).replace('const crypto = require("node:crypto");', "")
        for name in ("verify", "verifyChecksum", "verifyVod")
    )
    done = subprocess.run(
        ["node", "-e", 'const crypto = require("node:crypto");' + code + NODE],
        input=json.dumps(HELD),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    wanted = []
    for vector in VECTORS:
        if vector["dialect"] == "standard":
            good = [json.loads(vector["body"]), "not signed by us", "too old, or from the future"]
            wanted += good * len(vector["secrets"])
        elif vector["dialect"] == "vod":
            wanted += [json.loads(vector["body"]), "not signed by us", "too old, or from the future"]
        else:
            wanted += [json.loads(content_of(vector)), "not signed by us"]
    assert json.loads(done.stdout) == wanted


if shutil.which("node"):

    def test_node_accepts_them_and_refuses_spoilt_ones():
        check_with_node()
