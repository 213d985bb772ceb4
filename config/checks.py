"""System checks of the installation's settings. Every id stands in docs/settings.md with its remedy."""

import ipaddress
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core import checks
from django.utils.module_loading import import_string

from config import environment

# The shortest that Django's own deployment check accepts, and the length of the hash the pepper keys.
SHORTEST = {"ASSAY_SECRET_KEY": ("assay.E002", 50), "ASSAY_KEY_PEPPER": ("assay.E003", 32)}


def register() -> None:
    checks.register(check_values)
    checks.register(check_secrets)
    checks.register(check_public_url)
    checks.register(check_networks)
    checks.register(check_jobs)
    checks.register(check_paths)
    checks.register(check_places_of_files)
    checks.register(check_installation, deploy=True)


def check_values(app_configs, **kwargs) -> list[checks.Error]:
    return [checks.Error(f"{name} {message}", id="assay.E001") for name, message in environment.faults]


def check_secrets(app_configs, **kwargs) -> list[checks.Error]:
    found = []
    for name, (check_id, least) in SHORTEST.items():
        if len(getattr(settings, name)) < least:
            found.append(
                checks.Error(
                    f"{name} is missing or shorter than {least} characters.",
                    hint="Make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'",
                    id=check_id,
                )
            )
    if not settings.ASSAY_ENCRYPTION_KEYS or not all(map(is_fernet_key, settings.ASSAY_ENCRYPTION_KEYS)):
        found.append(
            checks.Error(
                "ASSAY_ENCRYPTION_KEYS is missing, or one of its keys is not 32 bytes in URL-safe base64.",
                hint="Make one with: python -c 'from cryptography.fernet import Fernet; "
                "print(Fernet.generate_key().decode())'",
                id="assay.E004",
            )
        )
    return found


def is_fernet_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


def check_public_url(app_configs, **kwargs) -> list[checks.Error]:
    parts = urlsplit(settings.ASSAY_PUBLIC_URL)
    if parts.scheme in ("http", "https") and parts.hostname and not (parts.path or parts.query):
        return []
    return [
        checks.Error(
            f"ASSAY_PUBLIC_URL is {settings.ASSAY_PUBLIC_URL!r}, and must be a scheme and a host.",
            hint="For example https://assay.example.com",
            id="assay.E005",
        )
    ]


def check_networks(app_configs, **kwargs) -> list[checks.Error]:
    return [
        checks.Error(
            f"ASSAY_METRICS_ALLOW contains {entry!r}, which is no network.",
            hint="For example 10.0.0.0/8,::1/128",
            id="assay.E006",
        )
        for entry in settings.ASSAY_METRICS_ALLOW
        if not is_network(entry)
    ]


def is_network(entry: str) -> bool:
    try:
        ipaddress.ip_network(entry)
    except ValueError:
        return False
    return True


def check_jobs(app_configs, **kwargs) -> list[checks.Error]:
    cluster = settings.Q_CLUSTER
    found = []
    if cluster["retry"] <= cluster["timeout"] * (cluster["queue_limit"] / cluster["workers"] + 1):
        found.append(
            checks.Error(
                "A job could be given out a second time while it still waits or runs.",
                hint="Raise Q_CLUSTER['retry'] over timeout * (queue_limit / workers + 1).",
                id="assay.E007",
            )
        )
    found += [
        checks.Error(
            f"The schedule {name!r} needs 'func' (the dotted path of a function) and 'minutes' (1 or more).",
            id="assay.E008",
        )
        for name, entry in settings.ASSAY_SCHEDULES.items()
        if not (can_import(entry.get("func", "")) and entry.get("minutes", 0) >= 1)
    ]
    return found


def check_paths(app_configs, **kwargs) -> list[checks.Error]:
    named = [("ASSAY_BACKLOGS", path) for path in settings.ASSAY_BACKLOGS.values()]
    return [
        checks.Error(f"{name} names {path!r}, which cannot be imported.", id="assay.E009")
        for name, path in named
        if not can_import(path)
    ]


def check_places_of_files(app_configs, **kwargs) -> list[checks.Error]:
    found = []
    if settings.ASSAY_S3_BUCKET and not can_import("config.remote_storage.RemoteStorage"):
        found.append(
            checks.Error(
                "ASSAY_S3_BUCKET is set, and what speaks S3 is not installed.",
                hint="Install Assay with its extra: s3.",
                id="assay.E010",
            )
        )
    prefix = settings.ASSAY_ACCEL_PREFIX
    if prefix and not (prefix.startswith("/") and prefix.endswith("/")):
        found.append(
            checks.Error(
                f"ASSAY_ACCEL_PREFIX is {prefix!r}, and must begin and end with a slash.",
                hint="For example /kept/",
                id="assay.E011",
            )
        )
    found += [
        checks.Error(
            f"ASSAY_MEDIA_ORIGINS contains {origin!r}, which is not a scheme and a host.",
            hint="For example https://www.example.com",
            id="assay.E012",
        )
        for origin in settings.ASSAY_MEDIA_ORIGINS
        if not is_origin(origin)
    ]
    return found


def is_origin(text: str) -> bool:
    parts = urlsplit(text)
    rest = (parts.path, parts.query, parts.fragment, parts.username)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(rest)


def can_import(path: str) -> bool:
    try:
        import_string(path)
    except ImportError:
        return False
    return True


def check_installation(app_configs, **kwargs) -> list[checks.Warning]:
    """What is fine on one's own machine and wrong where others depend on it."""
    found = []
    if settings.ASSAY_SECRETS_FILE:
        found.append(
            checks.Warning(
                f"Secrets are read from {settings.ASSAY_SECRETS_FILE}.",
                hint="Copy them into the environment of all processes, and into a safe.",
                id="assay.W001",
            )
        )
    if not settings.ASSAY_PUBLIC_URL.startswith("https://"):
        found.append(
            checks.Warning(
                "ASSAY_PUBLIC_URL is not https: passwords and API keys would travel in the clear.",
                id="assay.W002",
            )
        )
    if settings.ASSAY_VAR_DIR.as_posix() in settings.DATABASE_URL:
        found.append(
            checks.Warning(
                "The embedded PostgreSQL is in use.",
                hint="Set DATABASE_URL to a server that is backed up and can be reached by every host.",
                id="assay.W003",
            )
        )
    return found
