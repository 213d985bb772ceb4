"""The forms of answers. Which one an operation has is a matter of its version, and of history."""

from collections.abc import Callable
from enum import Enum

from config.errors import PlatformError

OK = 200
# For what is wrong with the content, by the platform's own code; registered by those who know.
CODES: dict[str, int] = {}
BY_STATUS = {401: 401, 403: 401, 404: 400, 409: 400, 413: 402, 415: 407, 429: 480, 503: 500}


def code_of(error: PlatformError) -> int:
    return CODES.get(error.code) or BY_STATUS.get(error.status) or (500 if error.status >= 500 else 400)


def with_msg(code: int, message: str) -> dict:
    return {"Code": code, "Msg": message}


def with_message(code: int, message: str) -> dict:
    return {"Code": code, "Message": message}


def of_console(code: int, message: str) -> dict:
    return {"Code": code, "Msg": message, "Success": code == OK}


def of_console_with_status(code: int, message: str) -> dict:
    return of_console(code, message) | {"HttpStatusCode": code}


def in_lower_case(code: int, message: str) -> dict:
    return {"code": code, "msg": message}


class Envelope(Enum):
    """One with a code tells by it, under HTTP 200, what is wrong with the content; BARE by the status."""

    MSG = "Msg"
    MESSAGE = "Message"
    CONSOLE = "Msg and Success"
    CONSOLE_WITH_STATUS = "Msg, Success and HttpStatusCode"
    LOWER = "code and msg"
    BARE = "nothing"

    @property
    def fields(self) -> Callable[[int, str], dict] | None:
        return FIELDS.get(self)

    @property
    def request_id(self) -> str:
        return "requestId" if self is Envelope.LOWER else "RequestId"

    def good(self, answer: dict) -> dict:
        return self.fields(OK, "OK") | answer if self.fields else answer

    def bad(self, error: PlatformError) -> dict | None:
        return self.fields(code_of(error), str(error.message)) if self.fields else None


FIELDS = {
    Envelope.MSG: with_msg,
    Envelope.MESSAGE: with_message,
    Envelope.CONSOLE: of_console,
    Envelope.CONSOLE_WITH_STATUS: of_console_with_status,
    Envelope.LOWER: in_lower_case,
}
