"""Signature version 1.0 of calls by parameters: the signature is one of the parameters."""

import base64
import hmac

from config.wire.refusals import Refusal
from config.wire.requests import WireRequest
from config.wire.signatures.proofs import Proof, is_same, percent, read_stamp, require_nonce

METHODS = {"": "sha1", "HMAC-SHA1": "sha1", "HMAC-SHA256": "sha256"}


def read(request: WireRequest) -> Proof:
    pairs = [pair for pair in request.pairs if pair[0] != "Signature"]
    values = dict(pairs)
    if len(values) < len(pairs):
        raise Refusal("InvalidParameter", "A parameter was given twice.")
    algorithm = METHODS.get(values.get("SignatureMethod", ""))
    if algorithm is None:
        raise Refusal("InvalidSignatureMethod", "SignatureMethod is HMAC-SHA1 or HMAC-SHA256.")
    sent = "&".join(f"{percent(name)}={percent(value)}" for name, value in sorted(pairs))
    text = f"{request.method}&%2F&{percent(sent)}"

    def holds(secret: str) -> bool:
        digest = hmac.digest(f"{secret}&".encode(), text.encode(), algorithm)
        return is_same(base64.b64encode(digest).decode(), request.parameter("Signature"))

    return Proof(
        key_id=values.get("AccessKeyId", ""),
        holds=holds,
        signed_at=read_stamp(values.get("Timestamp", "")),
        signed=text,
        nonce=require_nonce(values.get("SignatureNonce", "")),
        security_token=values.get("SecurityToken", ""),
    )
