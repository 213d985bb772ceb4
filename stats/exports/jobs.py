"""Exports being written in the background, and forgotten when their time is over.

A job may run twice or die at any point. A lease, taken and kept by compare-and-set, lets one worker write at
a time; the file is named after the lease, so that whoever lost it can only ever throw his own file away.
"""

import logging
import os
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import BinaryIO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation

from config.tables import csv, xlsx
from stats.exports.announcing import announce
from stats.exports.kind import Table, Wish
from stats.exports.kinds import kind_of
from stats.models import Export

LEASE = timedelta(seconds=90)
TELL_SECONDS = 0.5
FORSAKEN, FORSAKEN_SECONDS = 50, 20
logger = logging.getLogger(__name__)
State = Export.State


class LeaseLost(Exception):
    """Another worker has taken the export over."""


def make_export(*, export_id: int, now: datetime) -> bool:
    """Write the file, unless somebody else does or did."""
    token = uuid.uuid4()
    claimed = Export.objects.claimable(now).filter(pk=export_id)
    if not claimed.update(
        state=State.RUNNING, lease_token=token, lease_until=now + LEASE, tries=F("tries") + 1, rows=0
    ):
        return False
    export = Export.objects.select_related("account", "schedule").get(pk=export_id)
    try:
        write(export, token)
    except LeaseLost:
        return False
    except Exception:
        logger.exception("export %s failed", export_id)
        held(export, token).update(state=State.WAITING, lease_token=None, lease_until=None)
        return False
    return True


def make_forsaken_exports(*, now: datetime) -> int:
    """For those whose job was lost. What failed too often is given up."""
    Export.objects.given_up(now).update(
        state=State.FAILED, lease_token=None, lease_until=None, finished_at=now
    )
    made, began = 0, time.monotonic()
    for pk in list(Export.objects.forsaken(now).order_by("id").values_list("pk", flat=True)[:FORSAKEN]):
        made += make_export(export_id=pk, now=now)
        if time.monotonic() - began > FORSAKEN_SECONDS:
            break
    return made


def write(export: Export, token: uuid.UUID) -> None:
    with translation.override(export.language or settings.LANGUAGE_CODE):
        table = kind_of(export.kind).open(wish_of(export))
        keep(export, token, total=table.total, is_cut=table.is_cut)
        count = Counted()
        with spooled(export, table, count.watched(export, token, table.rows)) as file:
            name = f"exports/{export.account.uid}/{token.hex}.{export.format}"
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            name = default_storage.save(name, File(file))
    if not finish(export, token, file=name, size=size, rows=count.rows):
        default_storage.delete(name)
        raise LeaseLost


@transaction.atomic
def finish(export: Export, token: uuid.UUID, *, file: str, size: int, rows: int) -> bool:
    """The file is there and whoever waits for it is told, in one transaction: both or neither."""
    now = timezone.now()
    is_mine = held(export, token).update(
        state=State.READY,
        lease_token=None,
        lease_until=None,
        file=file,
        size=size,
        rows=rows,
        total=rows,
        finished_at=now,
        expires_at=now + timedelta(hours=hours_kept(export)),
    )
    if is_mine and export.schedule_id:
        announce(export_id=export.pk, now=now)
    return bool(is_mine)


def hours_kept(export: Export) -> int:
    """Nobody waits for what comes by itself: it is there for longer."""
    least = settings.ASSAY_SCHEDULED_EXPORT_HOURS_KEPT if export.schedule_id else 0
    return max(least, settings.ASSAY_EXPORT_HOURS_KEPT)


def wish_of(export: Export) -> Wish:
    return Wish(
        account=export.account,
        query=export.query,
        at=export.created_at,
        most=settings.ASSAY_EXPORT_ROWS_MOST,
        columns=export.columns,
        has_content=export.has_content,
    )


def spooled(export: Export, table: Table, rows: Iterable) -> BinaryIO:
    if export.format == Export.Format.XLSX:
        title = f"{export.account.uid} {export.account.time_zone}"
        return xlsx.xlsx_file(table.headers, rows, sheet_name=kind_of(export.kind).name, title=title)
    file = tempfile.TemporaryFile()  # noqa: SIM115 (whoever called closes it)
    for piece in csv.csv_bytes(table.headers, rows):
        file.write(piece)
    return file


class Counted:
    """How many rows were written so far."""

    rows = 0

    def watched(self, export: Export, token: uuid.UUID, rows: Iterable) -> Iterator:
        """The rows, telling how many were written and keeping the lease."""
        told = time.monotonic()
        for row in rows:
            if time.monotonic() - told > TELL_SECONDS:
                keep(export, token, rows=self.rows)
                told = time.monotonic()
            self.rows += 1
            yield row


def held(export: Export, token: uuid.UUID):
    return Export.objects.filter(pk=export.pk, state=State.RUNNING, lease_token=token)


def keep(export: Export, token: uuid.UUID, **progress) -> None:
    if not held(export, token).update(lease_until=timezone.now() + LEASE, **progress):
        raise LeaseLost


def forget_exports(*, now: datetime) -> int:
    """Files whose time is over. That they were there is forgotten with its class: see `stats.retention`."""
    count = 0
    for export in Export.objects.filter(state=State.READY, expires_at__lte=now).iterator():
        default_storage.delete(export.file)
        Export.objects.filter(pk=export.pk, file=export.file).update(state=State.EXPIRED, file="")
        count += 1
    return count


def waiting(*, now: datetime) -> tuple[int, datetime | None]:
    """How many exports are still to be written, and since when."""
    oldest = Export.objects.unfinished().order_by("id").values_list("created_at", flat=True).first()
    return Export.objects.unfinished().count(), oldest
