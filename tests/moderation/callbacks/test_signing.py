"""What a receiver's own library makes of our signatures."""

import hashlib
import json
import random
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from moderation.callbacks.signing import checksum, new_secret, signed_headers

RANDOM = random.Random(5)


def random_body(*, is_ascii: bool = False) -> bytes:
    words = {
        f"k{number}": "".join(chr(RANDOM.randint(32, 0xD7FF)) for _ in range(RANDOM.randint(0, 200)))
        for number in range(RANDOM.randint(1, 6))
    }
    return json.dumps(words, ensure_ascii=is_ascii or RANDOM.random() < 0.5).encode()


def sign(body: bytes, *secrets: str) -> dict:
    return signed_headers(secrets=list(secrets), event_id="evt_1", body=body, now=datetime.now(UTC))


class TestStandardSignature:
    def test_verifies_for_a_thousand_random_bodies(self):
        for _number in range(1000):
            secret, body = new_secret(), random_body()

            assert Webhook(secret).verify(body, sign(body, secret)) == json.loads(body)

    def test_refuses_a_thousand_tampered_bodies(self):
        secret = new_secret()
        for _number in range(1000):
            body = bytearray(random_body(is_ascii=True))
            headers = sign(bytes(body), secret)
            body[RANDOM.randrange(len(body))] ^= 1 << RANDOM.randrange(7)
            with pytest.raises(WebhookVerificationError):
                Webhook(secret).verify(bytes(body), headers)

    def test_covers_the_id_and_the_time(self):
        secret = new_secret()
        headers = sign(b"{}", secret)
        for name, other in (
            ("webhook-id", "evt_2"),
            ("webhook-timestamp", str(int(headers["webhook-timestamp"]) + 1)),
        ):
            with pytest.raises(WebhookVerificationError):
                Webhook(secret).verify(b"{}", headers | {name: other})

    def test_is_made_twice_while_a_secret_is_rotated(self):
        new, old = new_secret(), new_secret()
        headers = sign(b"{}", new, old)

        assert Webhook(new).verify(b"{}", headers) == {}
        assert Webhook(old).verify(b"{}", headers) == {}
        with pytest.raises(WebhookVerificationError):
            Webhook(new_secret()).verify(b"{}", headers)

    def test_secrets_are_long_and_never_the_same(self):
        secrets = {new_secret() for _number in range(100)}

        assert len(secrets) == 100
        assert all(secret.startswith("whsec_") and len(secret) == 50 for secret in secrets)


@pytest.mark.parametrize(
    "crypt, digest",
    [
        ("sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("sm3", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    ],
)
def test_the_vendors_checksum_is_the_plain_hash_of_uid_seed_and_content(crypt, digest):
    assert checksum(uid="a", seed="b", content="c", crypt=crypt) == digest


def test_the_vendors_checksum_is_made_over_utf8():
    expected = hashlib.sha256('1234seed{"x":"微信"}'.encode()).hexdigest()

    assert checksum(uid="1234", seed="seed", content='{"x":"微信"}', crypt="sha256") == expected
