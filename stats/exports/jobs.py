"""Exports of results: asked for, written in the background, fetched by the one who asked, forgotten.

A job may run twice or die at any point. A lease, taken and kept by compare-and-set, lets one worker write at
a time; the file is named after the lease, so that whoever lost it can only ever throw his own file away.
"""

import logging
import os
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import BinaryIO

from django.conf import settings
from django.core import signing
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_q.tasks import async_task

from config.accounts.models import Account, User
from config.audit.records import record
from config.errors import Forbidden, NotAllowedNow
from config.tables import csv, xlsx
from moderation.results_asked import Asked, read_asked
from moderation.results_query import newest_ids
from stats.exports.result_rows import CHUNK, ResultTable
from stats.exports.usage_report import FormatUnknown
from stats.models import Export

LEASE = timedelta(seconds=90)
JOB_SECONDS = 85  # longer than other jobs have, and short enough that a waiting one is not given out twice
MOST_AT_ONCE = 3
LINK_LIFE = timedelta(minutes=15)
SALT = "stats.exports"
KEPT_ROWS = timedelta(days=30)
logger = logging.getLogger(__name__)
State = Export.State


class ExportsBusy(NotAllowedNow):
    code = "exports_busy"
    default_message = gettext_lazy("Three of your exports are being written: wait until one is ready.")


class LinkInvalid(Forbidden):
    code = "export_link_invalid"
    default_message = gettext_lazy(
        "This link has expired or is not yours: take a new one from the exports page."
    )


class LeaseLost(Exception):
    """Another worker has taken the export over."""


@transaction.atomic
def request_export(
    *, account: Account, actor: User, query: str, kind: str, has_content: bool, now: datetime
) -> Export:
    """Ask for the results of a list as a file. Filters that nothing can pass are refused here."""
    if kind not in Export.Format.values:
        raise FormatUnknown(field="format", formats=Export.Format.values)
    asked, faults = read_asked(QueryDict(query), account=account, now=now)
    if faults and asked.nothing:
        raise faults[0]
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if Export.objects.of_person(account, actor).unfinished().count() >= MOST_AT_ONCE:
        raise ExportsBusy()
    export = Export.objects.create(
        account=account,
        requested_by=actor,
        format=kind,
        query=asked.query,
        has_content=has_content,
        created_at=now,
    )
    note(export, actor=actor, action="results.export_requested", now=now)
    transaction.on_commit(partial(async_task, "stats.tasks.make_export", export.pk, timeout=JOB_SECONDS))
    return export


def make_export(*, export_id: int, now: datetime) -> bool:
    """Write the file, unless somebody else does or did."""
    token = uuid.uuid4()
    claimed = Export.objects.claimable(now).filter(pk=export_id)
    if not claimed.update(
        state=State.RUNNING, lease_token=token, lease_until=now + LEASE, tries=F("tries") + 1, rows=0
    ):
        return False
    export = Export.objects.select_related("account", "requested_by").get(pk=export_id)
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
    oldest = Export.objects.forsaken(now).order_by("id").values_list("pk", flat=True).first()
    return int(oldest is not None and make_export(export_id=oldest, now=now))


def write(export: Export, token: uuid.UUID) -> None:
    asked = asked_by(export)
    most = settings.ASSAY_EXPORT_ROWS_MOST
    ids = [] if asked.nothing else newest_ids(asked, account=export.account, after=None, limit=most + 1)
    keep(export, token, total=min(len(ids), most), is_cut=len(ids) > most)
    language = export.requested_by.language or settings.LANGUAGE_CODE
    with translation.override(language), spooled(export, token, ids[:most]) as file:
        name = f"exports/{export.account.uid}/{token.hex}.{export.format}"
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        name = default_storage.save(name, File(file))
    now = timezone.now()
    is_mine = held(export, token).update(
        state=State.READY,
        lease_token=None,
        lease_until=None,
        file=name,
        size=size,
        rows=F("total"),
        finished_at=now,
        expires_at=now + timedelta(hours=settings.ASSAY_EXPORT_HOURS_KEPT),
    )
    if not is_mine:
        default_storage.delete(name)
        raise LeaseLost


def asked_by(export: Export) -> Asked:
    """The filters as they were asked for; a service that is gone meanwhile makes an empty list."""
    asked, _faults = read_asked(QueryDict(export.query), account=export.account, now=export.created_at)
    return asked


def spooled(export: Export, token: uuid.UUID, ids: list[int]) -> BinaryIO:
    table = ResultTable(export.account, has_content=export.has_content)
    rows = watched(export, token, table.rows(ids))
    if export.format == Export.Format.XLSX:
        title = f"{export.account.uid} {export.account.time_zone}"
        return xlsx.xlsx_file(table.headers, rows, sheet_name=_("Detection results"), title=title)
    file = tempfile.TemporaryFile()  # noqa: SIM115 (whoever called closes it)
    for piece in csv.csv_bytes(table.headers, rows):
        file.write(piece)
    return file


def watched(export: Export, token: uuid.UUID, rows: Iterable[list]) -> Iterator[list]:
    """The rows, telling how many were written and keeping the lease."""
    for number, row in enumerate(rows):
        if number % CHUNK == 0:
            keep(export, token, rows=number)
        yield row


def held(export: Export, token: uuid.UUID):
    return Export.objects.filter(pk=export.pk, state=State.RUNNING, lease_token=token)


def keep(export: Export, token: uuid.UUID, **progress) -> None:
    if not held(export, token).update(lease_until=timezone.now() + LEASE, **progress):
        raise LeaseLost


def link_token(export: Export, *, now: datetime) -> str:
    """Good for one export, one person and a while."""
    return signing.dumps([export.pk, export.requested_by_id, int((now + LINK_LIFE).timestamp())], salt=SALT)


@transaction.atomic
def open_export(*, export: Export, actor: User, token: str, now: datetime) -> BinaryIO:
    """The file, for the person who asked for it, by a link that is still good. Who took it is recorded."""
    try:
        export_id, user_id, good_until = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise LinkInvalid() from error
    is_theirs = (export_id, user_id) == (export.pk, actor.pk) == (export.pk, export.requested_by_id)
    if not is_theirs or good_until <= now.timestamp():
        raise LinkInvalid()
    if export.state != State.READY or export.expires_at <= now:
        raise LinkInvalid()
    file = default_storage.open(export.file)
    note(export, actor=actor, action="results.downloaded", now=now)
    return file


def forget_exports(*, now: datetime) -> int:
    """Files whose time is over, and the memory of exports long ago."""
    ended = Export.objects.filter(state=State.READY, expires_at__lte=now)
    for export in ended.iterator():
        default_storage.delete(export.file)
        Export.objects.filter(pk=export.pk, file=export.file).update(state=State.EXPIRED, file="")
    old = Export.objects.exclude(state=State.READY).filter(created_at__lt=now - KEPT_ROWS)
    deleted, _by_model = old.delete()
    return deleted


def note(export: Export, *, actor: User, action: str, now: datetime) -> None:
    record(
        account=export.account,
        actor=actor,
        action=action,
        subject=f"export:{export.pk}",
        after={"format": export.format, "filters": export.query, "with_content": export.has_content},
        now=now,
    )
