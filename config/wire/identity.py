"""Who calls: the scheme is read off the request, the signature checked, and then the key's own limits."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from config.accounts.addresses import address_of
from config.accounts.authentication import Caller, KeyExpired, admitted, caller_for, known_at_present
from config.accounts.secrets import decrypt, keyed_hash
from config.errors import Unauthenticated
from config.wire import nonces
from config.wire.models import TemporaryKey
from config.wire.refusals import Refusal
from config.wire.requests import WireRequest
from config.wire.signatures import acs3, roa, rpc
from config.wire.signatures.proofs import WINDOW, Proof, is_same

BEARER = "x-acs-bearer-token"
SHOWN = 8192


def caller_of(request: WireRequest, *, now: datetime) -> Caller:
    address = address_of(request.environ)
    if token := request.header(BEARER):
        return by_bearer(token, address, now)
    proof = scheme_of(request)(request)
    require_in_time(proof, now)
    caller = by_temporary_key if proof.security_token else by_lasting_key
    return caller(proof, address, now)


def scheme_of(request: WireRequest) -> Callable[[WireRequest], Proof]:
    authorization = request.header("authorization")
    if authorization.startswith("ACS3-"):
        return acs3.read
    if authorization.startswith(roa.SCHEME):
        return roa.read
    if request.parameter("Signature"):
        return rpc.read
    raise Refusal(
        "MissingAuthorization", "Sign the request: it has neither Authorization nor Signature.", status=401
    )


def by_bearer(token: str, address: str, now: datetime) -> Caller:
    try:
        return caller_for(token=token, address=address, now=now)
    except KeyExpired:
        raise
    except Unauthenticated as error:
        raise Refusal("InvalidBearerToken", "The bearer token is not known.", status=401) from error


def by_lasting_key(proof: Proof, address: str, now: datetime) -> Caller:
    known, revisions = known_key(proof.key_id)
    require_signature(proof, known.signing_secret)
    caller = admitted(known, revisions, address=address, now=now)
    take_nonce(proof, now)
    return caller


def require_in_time(proof: Proof, now: datetime) -> None:
    if abs(now - proof.signed_at) > WINDOW:
        raise Refusal("InvalidTimeStamp.Expired", "The time stamp is too far from the server's time.")


def by_temporary_key(proof: Proof, address: str, now: datetime) -> Caller:
    temporary, caller = in_the_name_of(proof, address, now)
    return limited(caller, temporary)


def limited(caller: Caller, temporary: TemporaryKey) -> Caller:
    return replace(caller, scopes=frozenset(temporary.scopes) & caller.scopes)


def in_the_name_of(proof: Proof, address: str, now: datetime) -> tuple[TemporaryKey, Caller]:
    """The temporary key, and the lasting one with all that it may do."""
    temporary = found_for_a_while(proof.key_id)
    if temporary is None:
        raise not_found()
    require_token(temporary, proof.security_token)
    return temporary, in_its_name(temporary, proof, address, now)


def found_for_a_while(key_id: str) -> TemporaryKey | None:
    return TemporaryKey.objects.select_related("lasting_key").filter(access_key_id=key_id).first()


def require_token(temporary: TemporaryKey, token: str) -> None:
    if not is_same(bytes(temporary.token_hash).hex(), keyed_hash(token).hex()):
        raise Refusal("InvalidSecurityToken.Malformed", "The security token does not belong to this key.")


def in_its_name(temporary: TemporaryKey, proof: Proof, address: str, now: datetime) -> Caller:
    if temporary.expires_at <= now:
        raise Refusal("InvalidSecurityToken.Expired", "The security token has expired: ask for another one.")
    require_signature(proof, decrypt(temporary.secret))
    known, revisions = known_key(temporary.lasting_key.prefix)
    caller = admitted(known, revisions, address=address, now=now)
    take_nonce(proof, now)
    return caller


def known_key(key_id: str):
    try:
        return known_at_present(key_id)
    except Unauthenticated as error:
        raise not_found() from error


def not_found() -> Refusal:
    return Refusal("InvalidAccessKeyId.NotFound", "The access key is not found.")


def require_signature(proof: Proof, secret: str) -> None:
    if not proof.holds(secret):
        raise unlike(proof)


def unlike(proof: Proof) -> Refusal:
    """The clients take the message apart at its colon: so they tell a wrong secret from a changed call."""
    message = f"The signature is not ours. server string to sign is:{proof.signed[:SHOWN]}"
    return Refusal("SignatureDoesNotMatch", message)


def take_nonce(proof: Proof, now: datetime) -> None:
    if proof.nonce:
        nonces.take(key_id=proof.key_id, nonce=proof.nonce, now=now)
