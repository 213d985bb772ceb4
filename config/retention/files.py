"""Files follow their rows: named in the transaction in which the row goes, taken away after it.

Whoever is killed in between leaves the names, and the next sweep takes the files.
"""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog
from django.core.files.storage import default_storage

from config.accounts.models import Account
from config.retention.models import DoomedFile, PurgeReceipt

CHUNK = 200
AT_ONCE = 8
RETRY = timedelta(minutes=10)
# Called with a key: answer those of the copies that may lie beside it.
copiers: list[Callable[[str], Iterable[str]]] = []

log = structlog.get_logger("assay.retention")


def doom(
    *, account: Account, keys: Iterable[str], receipt: PurgeReceipt | None = None, now: datetime
) -> list[int]:
    """In the transaction in which the last row goes that names them."""
    made = DoomedFile.objects.bulk_create(
        DoomedFile(account=account, key=key, receipt=receipt, doomed_at=now, due_at=now)
        for key in dict.fromkeys(keys)
        if key
    )
    return [one.pk for one in made]


def sweep(*, now: datetime, seconds: float = 40, only: Iterable[int] | None = None) -> int:
    """Take away what is doomed. Repeat-safe; never call it in a transaction."""
    deadline, gone = time.monotonic() + seconds, 0
    rows = DoomedFile.objects.filter(due_at__lte=now).order_by("due_at", "id")
    if only is not None:
        rows = rows.filter(pk__in=list(only))
    while time.monotonic() < deadline:
        chunk = list(rows[:CHUNK])
        if not chunk:
            break
        gone += take(chunk, now)
    return gone


def take(chunk: list[DoomedFile], now: datetime) -> int:
    # A storage elsewhere answers slowly and many at a time.
    with ThreadPoolExecutor(AT_ONCE) as pool:
        is_gone = dict(zip((one.pk for one in chunk), pool.map(is_removed, chunk), strict=True))
    done = [pk for pk, gone in is_gone.items() if gone]
    DoomedFile.objects.filter(pk__in=done).delete()
    DoomedFile.objects.filter(pk__in=set(is_gone) - set(done)).update(due_at=now + RETRY)
    return len(done)


def is_removed(one: DoomedFile) -> bool:
    try:
        remove(one.key)
    except Exception as error:  # noqa: BLE001 - whatever the storage says, it is asked again
        log.error("file_not_removed", key=one.key, error=str(error).strip())
        return False
    return True


def remove(key: str) -> None:
    """A file with its copies, or a folder with all that lies in it. One that is gone already is fine."""
    if key.endswith("/"):
        remove_folder(key.rstrip("/"))
        return
    for name in (key, *(copy for copies in copiers for copy in copies(key))):
        default_storage.delete(name)


def remove_folder(folder: str) -> None:
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in folders:
        remove_folder(f"{folder}/{name}")
    for name in names:
        default_storage.delete(f"{folder}/{name}")
    try:
        default_storage.delete(folder)
    except OSError as error:  # somebody has written into it meanwhile: its orphans are found later
        log.info("folder_not_removed", folder=folder, error=str(error).strip())
