"""From a request for an object to its answer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.accounts.addresses import address_of
from config.accounts.authentication import Caller, ScopeMissing
from config.accounts.models import Account
from config.accounts.rates import spend
from config.api import as_platform_error
from config.errors import Forbidden, MethodNotAllowed, ServerFault
from config.refused_calls import tell_of_refusal
from config.wire import identity
from config.wire.objects import signatures
from config.wire.objects.addresses import Address
from config.wire.objects.answers import refused
from config.wire.objects.signatures import SIGNED
from config.wire.refusals import Refusal
from config.wire.requests import WireRequest
from config.wire.signatures.proofs import Proof

# Whose keys may bring files: those that may name them in some call.
UPLOADING = (
    "texts:moderate",
    "images:moderate",
    "media:moderate",
    "media:write",
    "manual:submit",
    "libraries:write",
)
SERVED = {*SIGNED, "encoding-type", "max-parts", "part-number-marker"}
# What a client asks for by one of these headers is more than uploads need; to ignore it would be wrong.
UNSERVED = ("x-oss-copy-source", "x-oss-callback", "x-oss-symlink-target")

log = structlog.get_logger("assay.wire")


class ObjectOutsideOfPrefix(Forbidden):
    code = "object_outside_of_prefix"
    default_message = _("This key is good for names that begin with its prefix alone.")


@dataclass
class ObjectCall:
    """One call that was let in, with its body unread. Of a form nobody knows yet who sends it."""

    caller: Caller | None
    address: Address
    request: WireRequest
    http: Any
    request_id: str
    now: datetime

    @property
    def account(self) -> Account:
        return self.caller.account

    @property
    def length(self) -> int | None:
        text = self.request.header("content-length")
        return int(text) if text.isdigit() else None

    def read(self, most: int) -> bytes:
        """Of the body, as it comes. One in chunks has no length that the framework would read up to."""
        source = self.request.environ["wsgi.input"] if self.length is None else self.http
        return source.read(most)


@dataclass(frozen=True, slots=True)
class ObjectAction:
    """`is_form`: who sends it is proven by the fields of a form, to the bucket itself."""

    name: str
    answer: Callable[[ObjectCall], Any]
    is_form: bool = False


by_method: dict[tuple[str, str], ObjectAction] = {}


def object_action(method: str, name: str, *, of: str = "", is_form: bool = False):
    """`of` is the parameter that makes it another action than the method alone."""

    def register(answer):
        by_method[method, of] = ObjectAction(name, answer, is_form)
        return answer

    return register


def answer(request: WireRequest, address: Address, *, request_id: str, http):
    call = ObjectCall(None, address, request, http, request_id, timezone.now())
    try:
        action = action_of(request)
        http.wire_action = action.name
        require_served(call, action)
        if not action.is_form:
            let_in(call, caller_of(signatures.read(request, address), address, request, now=call.now))
        return action.answer(call)
    except Exception as error:  # noqa: BLE001 - whatever happened, the client must be able to read it
        known = as_platform_error(error)
        if known is None:
            log.exception("object_call_failed", method=request.method)
            known = ServerFault()
        if connection.in_atomic_block and known.status >= 500:
            connection.set_rollback(True)
        tell_of_refusal(known, caller=call.caller, request=http)
        return refused(known, request, request_id)


def action_of(request: WireRequest) -> ObjectAction:
    asked = {name for name, _value in request.query}
    of = next((name for name in ("uploads", "uploadId") if name in asked), "")
    if (action := by_method.get((request.method, of))) is None:
        raise MethodNotAllowed()
    return action


def require_served(call: ObjectCall, action: ObjectAction) -> None:
    if action.is_form == bool(call.address.name):
        raise Refusal("NotImplemented", "A form goes to the bucket; for all else, name an object in it.")
    asked = [name for name, _value in call.request.query if name not in SERVED]
    asked += [name for name in UNSERVED if call.request.header(name)]
    if asked:
        raise Refusal("NotImplemented", f"This is not served here: {', '.join(sorted(asked))}.")


def let_in(call: ObjectCall, caller: Caller) -> None:
    call.caller = caller
    call.http.account = caller.account
    spend(key_id=caller.key.pk, limit=caller.key.calls_per_minute, now=call.now)


def caller_of(proof: Proof, address: Address, request: WireRequest, *, now: datetime) -> Caller:
    identity.require_in_time(proof, now)
    where = address_of(request.environ)
    if not proof.security_token:
        return require_uploading(identity.by_lasting_key(proof, where, now))
    temporary, caller = identity.in_the_name_of(proof, where, now)
    return narrowed(temporary, caller, address)


def narrowed(temporary, caller: Caller, address: Address) -> Caller:
    """One that is good for uploads alone needs no scopes, and has a prefix."""
    if not address.name.startswith(temporary.upload_prefix):
        raise ObjectOutsideOfPrefix(prefix=temporary.upload_prefix)
    if not temporary.scopes and not temporary.upload_prefix:
        raise ScopeMissing(scope=UPLOADING[0])
    require_uploading(caller)
    if temporary.scopes:
        require_uploading(identity.limited(caller, temporary))
    return caller


def require_uploading(caller: Caller) -> Caller:
    caller.require_one(UPLOADING)
    return caller
