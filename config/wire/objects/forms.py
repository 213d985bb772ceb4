"""Forms that put an object: what may be put stands in a policy, and the policy under a signature."""

import base64
import binascii
import hmac
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from config.accounts.authentication import Caller
from config.wire import identity
from config.wire.objects.addresses import Address
from config.wire.objects.gateway import narrowed, require_uploading
from config.wire.objects.signatures import CREDENTIAL, signing_key
from config.wire.refusals import Refusal
from config.wire.signatures.proofs import Proof, is_same

FOURTH = "OSS4-HMAC-SHA256"


class Policy(msgspec.Struct):
    expiration: datetime
    conditions: list[Any]


@dataclass(frozen=True, slots=True)
class Form:
    """The fields before the file, by their names in lower case."""

    fields: Mapping[str, str]
    address: Address

    @classmethod
    def of(cls, fields: Mapping[str, str], bucket: str, filename: str) -> "Form":
        fields = {name.lower(): value for name, value in fields.items()}
        name = fields.get("key", "").replace("${filename}", filename)
        return cls(fields | {"key": name, "bucket": bucket}, Address(bucket, name))

    def caller(self, *, where: str, now: datetime) -> Caller:
        policy = self.policy
        require_conditions(policy, self.fields)
        if policy.expiration <= now:
            raise Refusal("PolicyExpired", "The policy has expired: ask for another one.")
        proof = self.proof(now)
        temporary = identity.found_for_a_while(proof.key_id)
        if temporary is None:
            return require_uploading(identity.by_lasting_key(proof, where, now))
        # One that was made for forms has no token, as nobody was given its secret.
        if bytes(temporary.token_hash):
            identity.require_token(temporary, proof.security_token)
        return narrowed(temporary, identity.in_its_name(temporary, proof, where, now), self.address)

    @property
    def policy(self) -> Policy:
        try:
            text = base64.b64decode(self.fields.get("policy", ""), validate=True)
            found = msgspec.json.decode(text, type=Policy)
        except (binascii.Error, msgspec.DecodeError, ValueError) as error:
            raise Refusal("InvalidPolicyDocument", "The policy is base64 of JSON with its end.") from error
        if found.expiration.tzinfo is None:
            raise Refusal("InvalidPolicyDocument", "The policy's expiration is a moment in UTC.")
        return found

    def proof(self, now: datetime) -> Proof:
        if self.fields.get("x-oss-signature-version") == FOURTH:
            return self.fourth_proof(now)
        given = self.fields.get("signature", "")

        def holds(secret: str) -> bool:
            digest = hmac.digest(secret.encode(), self.fields["policy"].encode(), "sha1")
            return is_same(base64.b64encode(digest).decode(), given)

        return Proof(self.fields.get("ossaccesskeyid", ""), holds, now, security_token=self.token)

    def fourth_proof(self, now: datetime) -> Proof:
        found = CREDENTIAL.fullmatch(self.fields.get("x-oss-credential", ""))
        if found is None:
            raise Refusal("InvalidArgument", "x-oss-credential is key/day/region/oss/aliyun_v4_request.")
        key_id, day, region = found.groups()
        given = self.fields.get("x-oss-signature", "").lower()

        def holds(secret: str) -> bool:
            key = signing_key(secret, day, region)
            return is_same(hmac.digest(key, self.fields["policy"].encode(), "sha256").hex(), given)

        return Proof(key_id, holds, now, security_token=self.token)

    @property
    def token(self) -> str:
        return self.fields.get("x-oss-security-token", "")

    def lengths(self) -> range:
        """How long the file may be."""
        least, most = 0, sys.maxsize
        for condition in self.policy.conditions:
            match condition:
                case [str() as kind, int() as low, int() as high] if kind.lower() == RANGE:
                    least, most = max(least, low), min(most, high)
        return range(least, max(least, most + 1))


def require_conditions(policy: Policy, fields: Mapping[str, str]) -> None:
    for condition in policy.conditions:
        if not is_met(condition, fields):
            shown = msgspec.json.encode(condition).decode()[:200]
            raise Refusal("PolicyConditionFailed", f"The form does not meet the policy's condition {shown}.")


def is_met(condition: Any, fields: Mapping[str, str]) -> bool:
    """What nobody understands is not met. Lengths are known later only: see `Form.lengths`."""
    match condition:
        case {**pairs}:
            return all(fields.get(name.lower(), "") == value for name, value in pairs.items())
        case [str() as kind, int(), int()]:
            return kind.lower() == RANGE
        case [str() as kind, str() as name, wanted] if name.startswith("$"):
            value = fields.get(name[1:].lower(), "")
            return kind.lower() in TESTS and TESTS[kind.lower()](value, wanted)
    return False


RANGE = "content-length-range"
TESTS = {
    "eq": lambda value, wanted: value == wanted,
    "starts-with": lambda value, wanted: isinstance(wanted, str) and value.startswith(wanted),
    "in": lambda value, wanted: isinstance(wanted, list) and value in wanted,
    "not-in": lambda value, wanted: isinstance(wanted, list) and value not in wanted,
}


def signed_policy(secret: str, *, conditions: list, until: datetime) -> tuple[str, str]:
    """The policy and its signature in version 1, as a form sends them."""
    document = {"expiration": until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), "conditions": conditions}
    policy = base64.b64encode(msgspec.json.encode(document))
    return policy.decode(), base64.b64encode(hmac.digest(secret.encode(), policy, "sha1")).decode()
