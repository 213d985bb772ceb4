"""Signatures of calls for objects: version 1, `OSS key:signature`, and version 4, `OSS4-HMAC-SHA256 ...`.

Neither has a nonce. A copy of a request is good as long as its time stamp is, and puts the same name again.
"""

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime
from urllib.parse import quote

from config.wire.objects.addresses import Address
from config.wire.refusals import Refusal
from config.wire.requests import WireRequest
from config.wire.signatures.proofs import Proof, is_same, percent
from config.wire.signatures.roa import read_date

FIRST, FOURTH = "OSS ", "OSS4-HMAC-SHA256 "
STAMP = "%Y%m%dT%H%M%SZ"
UNSIGNED = "UNSIGNED-PAYLOAD"
CREDENTIAL = re.compile(r"([^/,\s]{1,128})/(\d{8})/([\w.-]{0,64})/oss/aliyun_v4_request")
# Of the query, what version 1 puts under the signature; version 4 puts all of it.
SIGNED = ("objectMeta", "uploads", "uploadId", "partNumber")
ALWAYS_SIGNED = ("content-md5", "content-type")


def read(request: WireRequest, address: Address) -> Proof:
    authorization = request.header("authorization")
    if authorization.startswith(FOURTH):
        return read_fourth(request, address, authorization.removeprefix(FOURTH))
    if authorization.startswith(FIRST):
        return read_first(request, address, authorization.removeprefix(FIRST))
    raise Refusal("MissingAuthorization", "Sign the request in the header Authorization, in version 1 or 4.")


def read_first(request: WireRequest, address: Address, said: str) -> Proof:
    key_id, _colon, signature = said.partition(":")
    date = request.header("x-oss-date") or request.header("date")
    own = "".join(f"{name}:{request.header(name)}\n" for name in own_headers(request))
    lines = [request.method, request.header("content-md5"), request.header("content-type"), date]
    asked = sorted(pair for pair in request.query if pair[0] in SIGNED)
    query = "&".join(f"{name}={value}" if value else name for name, value in asked)
    resource = f"/{address.bucket}/{address.name}" + (f"?{query}" if query else "")
    text = "\n".join([*lines, own + resource])

    def holds(secret: str) -> bool:
        digest = hmac.digest(secret.encode(), text.encode(), "sha1")
        return is_same(base64.b64encode(digest).decode(), signature)

    return Proof(
        key_id=key_id,
        holds=holds,
        signed_at=read_stamp(date) if date.endswith("Z") else read_date(date),
        security_token=request.header("x-oss-security-token"),
    )


def read_fourth(request: WireRequest, address: Address, said: str) -> Proof:
    parts = dict(part.strip().partition("=")[::2] for part in said.split(","))
    found = CREDENTIAL.fullmatch(parts.get("Credential", ""))
    if found is None or "Signature" not in parts:
        raise Refusal("IncompleteSignature", "Authorization is not of the form that version 4 prescribes.")
    key_id, day, region = found.groups()
    stamp = request.header("x-oss-date")
    signed_at = read_stamp(stamp)
    if not stamp.startswith(day):
        raise Refusal("IncompleteSignature", "The credential is of another day than x-oss-date.")
    more = [name for name in parts.get("AdditionalHeaders", "").lower().split(";") if name]
    digest = hashlib.sha256(canonical(request, address, more).encode()).hexdigest()
    scope = f"{day}/{region}/oss/aliyun_v4_request"
    text = f"OSS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"

    def holds(secret: str) -> bool:
        expected = hmac.digest(signing_key(secret, day, region), text.encode(), "sha256").hex()
        return is_same(expected, parts["Signature"].lower())

    return Proof(
        key_id=key_id,
        holds=holds,
        signed_at=signed_at,
        security_token=request.header("x-oss-security-token"),
    )


def signing_key(secret: str, day: str, region: str) -> bytes:
    key = f"aliyun_v4{secret}".encode()
    for part in (day, region, "oss", "aliyun_v4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def canonical(request: WireRequest, address: Address, more: list[str]) -> str:
    there = [name for name in ALWAYS_SIGNED if request.header(name)]
    names = sorted({*there, *own_headers(request), *more})
    query = "&".join(
        f"{percent(name)}={percent(value)}" if value else percent(name)
        for name, value in sorted(request.query)
    )
    return "\n".join(
        [
            request.method,
            quote(f"/{address.bucket}/{address.name}", safe="/-_.~"),
            query,
            "".join(f"{name}:{request.header(name)}\n" for name in names),
            ";".join(sorted(more)),
            request.header("x-oss-content-sha256") or UNSIGNED,
        ]
    )


def own_headers(request: WireRequest) -> list[str]:
    return sorted(name for name in request.header_names() if name.startswith("x-oss-"))


def read_stamp(text: str) -> datetime:
    try:
        return datetime.strptime(text, STAMP).replace(tzinfo=UTC)
    except ValueError as error:
        raise Refusal(
            "InvalidTimeStamp.Format", "The header x-oss-date is not of the form 20260131T120000Z."
        ) from error
