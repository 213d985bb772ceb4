"""Secrets at rest: encrypted when they must be read again, a keyed hash when they need not."""

import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz"


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> bytes:
    return _box(tuple(settings.ASSAY_ENCRYPTION_KEYS)).encrypt(text.encode())


def decrypt(sealed: bytes) -> str:
    return _box(tuple(settings.ASSAY_ENCRYPTION_KEYS)).decrypt(bytes(sealed)).decode()


def keyed_hash(text: str) -> bytes:
    """HMAC with the application's secret, so that a copy of the database alone proves no guess."""
    return hmac.digest(settings.ASSAY_KEY_PEPPER.encode(), text.encode(), hashlib.sha256)


def random_text(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
