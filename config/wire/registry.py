"""Which operations there are: functions from a call to the fields of its answer, registered by the apps."""

import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from importlib import import_module
from typing import Any

import msgspec

from config.accounts.authentication import Caller
from config.accounts.models import Account
from config.wire.envelopes import Envelope
from config.wire.parameters import Parameters
from config.wire.refusals import Refusal, invalid
from config.wire.requests import WireRequest

GREEN, CONSOLE, CLASSIC, CLASSIC_CONSOLE, VOD = (
    "2022-03-02",
    "2022-09-26",
    "2018-05-09",
    "2017-08-23",
    "2017-03-21",
)
VERSIONS = (GREEN, CONSOLE, CLASSIC, CLASSIC_CONSOLE, VOD)


@dataclass
class Call:
    """One call that was let in. `request_id` is the one of the log and the callbacks, too."""

    caller: Caller
    operation: "Operation"
    request: WireRequest
    request_id: str
    now: datetime
    # Of the answer, beside those that all answers have.
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def account(self) -> Account:
        return self.caller.account

    @cached_property
    def parameters(self) -> Parameters:
        return Parameters(self.request.values)

    @cached_property
    def json(self) -> Any:
        """The body of a call by path."""
        try:
            return msgspec.json.decode(self.request.body or b"{}")
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise invalid("body", f"JSON is expected ({error}).") from error


Answer = Callable[[Call], dict]


@dataclass(frozen=True, slots=True)
class Operation:
    version: str
    action: str
    scope: str | tuple[str, ...]
    envelope: Envelope
    answer: Answer = field(compare=False)


by_action: dict[tuple[str, str], Operation] = {}
by_path: dict[str, Operation] = {}


def operation(version: str, action: str, *, scope: str | tuple[str, ...], envelope: Envelope, path: str = ""):
    """Registers what it decorates. The key needs `scope`, or one of them; `path` is of a call by path."""

    def register(answer: Answer) -> Answer:
        found = Operation(version, action, scope, envelope, answer)
        if by_action.setdefault((version, action), found).answer is not answer:
            raise ValueError(f"{action} of {version} is there twice.")
        if path:
            by_path[path.lower()] = found
        return answer

    return register


def load(package: str) -> None:
    """All modules of an app's package of operations, which register themselves."""
    for module in pkgutil.iter_modules(import_module(package).__path__, f"{package}."):
        import_module(module.name)


def operation_of(request: WireRequest) -> Operation:
    if request.path != "/":
        found = by_path.get(request.path.rstrip("/").lower())
        if found is None:
            raise Refusal("InvalidAction.NotFound", "No operation stands under this path.")
        return found
    version, action = request.version, request.action
    if not action:
        raise Refusal("MissingAction", "Name the operation in Action or in the header x-acs-action.")
    if version not in VERSIONS:
        versions = ", ".join(VERSIONS)
        raise Refusal("InvalidVersion", f"Versions that are served here: {versions}.")
    found = by_action.get((version, action))
    if found is None:
        shown = re.sub(r"[^\w.-]", "?", action[:80])
        raise Refusal("InvalidAction.NotFound", f"{shown} of {version} is not served here.")
    return found
