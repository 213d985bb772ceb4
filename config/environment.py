"""Read settings from the environment. A wrong value is noted, not raised: a system check reports them all."""

import os
from urllib.parse import parse_qsl, unquote, urlsplit

faults: list[tuple[str, str]] = []

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}
DATABASE_OPTIONS = {"sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "application_name"}


def note(name: str, message: str) -> None:
    if (name, message) not in faults:
        faults.append((name, message))


def text(name: str, default: str = "", *, choices: tuple[str, ...] = ()) -> str:
    value = os.environ.get(name, default).strip()
    if choices and value not in choices:
        note(name, f"is {value!r}, and must be one of: {', '.join(choices)}.")
        return default
    return value


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def flag(name: str, default: bool = False) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in TRUE | FALSE:
        note(name, f"is {value!r}, and must be 1 or 0.")
        return default
    return value in TRUE


def number(name: str, default: int, *, least: int = 0, most: int = 10**12) -> int:
    value = text(name) or str(default)
    if not (value.isascii() and value.isdigit()) or not least <= int(value) <= most:
        note(name, f"is {value!r}, and must be a whole number from {least} to {most}.")
        return default
    return int(value)


def numbers(name: str) -> list[int]:
    found = words(name)
    if not all(word.isascii() and word.isdigit() for word in found):
        note(name, "must be whole numbers with commas between them.")
        return []
    return [int(word) for word in found]


def database(url: str) -> dict:
    """Django's form of `postgresql://user:password@host:port/name?sslmode=...`.

    A Unix socket is given as `?host=/directory`. An empty URL gives a database that refuses to connect.
    """
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))
    if url and parts.scheme not in ("postgresql", "postgres"):
        note("DATABASE_URL", "must begin with postgresql://: Assay runs on PostgreSQL only.")
    unknown = sorted(asked.keys() - DATABASE_OPTIONS - {"host", "user", "port"})
    if unknown:
        note("DATABASE_URL", f"has options that are not known: {', '.join(unknown)}.")
    try:
        port = str(parts.port or asked.get("port", ""))
    except ValueError:
        note("DATABASE_URL", "has a port that is not a number from 0 to 65535.")
        port = ""
    return {
        "ENGINE": "config.database",
        "NAME": unquote(parts.path.removeprefix("/")) or "assay",
        "USER": unquote(parts.username or asked.get("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": asked.get("host") or unquote(parts.hostname or ""),
        "PORT": port,
        "OPTIONS": {name: value for name, value in asked.items() if name in DATABASE_OPTIONS},
    }
