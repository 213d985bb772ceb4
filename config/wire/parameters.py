"""Parameters as operations read them, with one refusal for each way in which one can be wrong."""

from collections.abc import Mapping

import msgspec

from config.wire.refusals import invalid, missing

YES, NO = {"true", "1", "yes", "on"}, {"false", "0", "no", "off"}
MOST = 10_000


class Parameters:
    def __init__(self, values: Mapping[str, str]):
        self.values = values

    def __contains__(self, name: str) -> bool:
        return bool(self.values.get(name))

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name) or default

    def required(self, name: str) -> str:
        if name not in self:
            raise missing(name)
        return self.values[name]

    def number(self, name: str, default: int | None = None, *, least: int = 0, most: int = 2**31 - 1) -> int:
        """Without a default it is mandatory."""
        text = self.text(name).strip()
        if not text:
            if default is None:
                raise missing(name)
            return default
        if not (text.isascii() and text.lstrip("-").isdigit() and least <= int(text[:12]) <= most):
            raise invalid(name, f"a whole number from {least} to {most} is expected.")
        return int(text)

    def flag(self, name: str, default: bool = False) -> bool:
        text = self.text(name).strip().lower()
        if not text:
            return default
        if text not in YES | NO:
            raise invalid(name, "true or false is expected.")
        return text in YES

    def json(self, name: str, shape: type = dict, default=None):
        """A parameter that is JSON text. Without a default it is mandatory."""
        text = self.text(name)
        if not text:
            if default is None:
                raise missing(name)
            return default
        try:
            return msgspec.json.decode(text, type=shape)
        except (msgspec.DecodeError, RecursionError) as error:
            raise invalid(name, f"JSON of another form is expected ({error}).") from error

    def several(self, name: str) -> list[str]:
        """A list: JSON text, numbered parameters `Name.1`, or words between commas."""
        numbered = []
        while (text := self.values.get(f"{name}.{len(numbered) + 1}")) is not None and len(numbered) < MOST:
            numbered.append(text)
        if numbered:
            return numbered
        text = self.text(name).strip()
        if text.startswith("["):
            listed = [str(one) for one in self.json(name, list)]
            if any("\0" in one for one in listed):
                raise invalid(name, "no text may hold the character 0.")
            return listed
        return [word.strip() for word in text.split(",") if word.strip()]
