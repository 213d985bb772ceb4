"""ACS3-HMAC-SHA256 and ACS3-HMAC-SM3, in the header Authorization."""

import hmac
import re

from config.wire.refusals import Refusal
from config.wire.requests import WireRequest
from config.wire.signatures.proofs import Proof, hexdigest, is_same, percent, read_stamp, require_nonce

ALGORITHMS = {"ACS3-HMAC-SHA256": "sha256", "ACS3-HMAC-SM3": "sm3"}
CONTENT_HASHES = ("x-acs-content-sha256", "x-acs-content-sm3")
HEADER = re.compile(
    r"(?P<algorithm>ACS3-[A-Z0-9-]+)\s+Credential=(?P<key>[^,\s]{1,128}),\s*"
    r"SignedHeaders=(?P<signed>[^,\s]{1,4000}),\s*Signature=(?P<signature>[0-9a-fA-F]{1,128})"
)


def read(request: WireRequest) -> Proof:
    match = HEADER.fullmatch(request.header("authorization"))
    if match is None:
        raise Refusal(
            "IncompleteSignature", "The Authorization header is not of the form that ACS3 prescribes."
        )
    name, signed = match["algorithm"], match["signed"].lower().split(";")
    if name not in ALGORITHMS:
        raise Refusal("InvalidSignatureMethod", f"Use one of {', '.join(ALGORITHMS)}.")
    require_all_signed(request, signed)
    algorithm = ALGORITHMS[name]
    content_hash = hexdigest(algorithm, request.body)
    for header in CONTENT_HASHES:
        if (told := request.header(header)) and not is_same(content_hash, told.lower()):
            raise Refusal("SignatureDoesNotMatch", f"The header {header} does not match the body.")
    text = f"{name}\n{hexdigest(algorithm, canonical(request, signed, content_hash).encode())}"

    def holds(secret: str) -> bool:
        expected = hmac.digest(secret.encode(), text.encode(), algorithm).hex()
        return is_same(expected, match["signature"].lower())

    return Proof(
        key_id=match["key"],
        holds=holds,
        signed_at=read_stamp(request.header("x-acs-date")),
        signed=text,
        nonce=require_nonce(request.header("x-acs-signature-nonce")),
        security_token=request.header("x-acs-security-token"),
    )


def require_all_signed(request: WireRequest, signed: list[str]) -> None:
    """What decides on the call must be under the signature, or another could change it on the way."""
    unsigned = [name for name in request.header_names() if name.startswith("x-acs-") and name not in signed]
    if "host" not in signed or unsigned:
        raise Refusal("IncompleteSignature", "The host and every header x-acs-* must be among SignedHeaders.")


def canonical(request: WireRequest, signed: list[str], content_hash: str) -> str:
    query = "&".join(f"{percent(name)}={percent(value)}" for name, value in sorted(request.query))
    headers = "".join(f"{name}:{request.header(name)}\n" for name in signed)
    return "\n".join([request.method, request.path, query, headers, ";".join(signed), content_hash])
