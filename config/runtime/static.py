"""Collect the static files when one of them has changed since the last time."""

import hashlib

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def fingerprint() -> str:
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = storage.get_modified_time(path)
            digest.update(f"{path}\0{storage.size(path)}\0{state.timestamp()}\n".encode())
    return digest.hexdigest()


def collect_if_changed() -> bool:
    stamp = settings.STATIC_ROOT.with_suffix(".stamp")
    current = fingerprint()
    if stamp.exists() and stamp.read_text() == current:
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(current)
    return True
