"""Asking for an export: by a person, by a key, or by a schedule."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_q.tasks import async_task

from config.accounts.models import Account, ApiKey, User
from config.audit.records import record
from config.errors import NotAllowedNow
from stats.exports.kinds import kind_of
from stats.exports.usage_report import require_format
from stats.exports.usage_rows import require_columns
from stats.models import Export

JOB_SECONDS = 85  # longer than other jobs have, and short enough that a waiting one is not given out twice
MOST_AT_ONCE = 3


class ExportsBusy(NotAllowedNow):
    code = "exports_busy"
    default_message = _("Three of your exports are being written: wait until one is ready.")


@transaction.atomic
def request_export(
    *,
    account: Account,
    actor: User | ApiKey,
    kind: str,
    format: str,
    query: str,
    has_content: bool,
    now: datetime,
    columns: Sequence[str] = (),
) -> Export:
    """Ask for a table as a file. Filters that nothing can pass are refused here."""
    require_format(format)
    asked = require_filters(account=account, kind=kind, query=query, now=now)
    lock(actor)
    if Export.objects.owned_by(account).asked_by(actor).unfinished().count() >= MOST_AT_ONCE:
        raise ExportsBusy()
    is_key = isinstance(actor, ApiKey)
    export = Export.objects.create(
        account=account,
        requested_by=None if is_key else actor,
        requested_by_key=actor if is_key else None,
        kind=kind,
        format=format,
        query=asked.query,
        columns=require_columns(columns, kind_of(kind).columns, asked),
        has_content=has_content and kind_of(kind).has_content,
        language=settings.LANGUAGE_CODE if is_key else actor.language,
        created_at=now,
    )
    note(export, actor=actor, action="export_requested", now=now)
    start_soon(export)
    return export


def require_filters(*, account: Account, kind: str, query: str, now: datetime):
    """What is asked for; raises what it cannot be read for."""
    asked, faults = kind_of(kind).read(QueryDict(query), account=account, now=now)
    if faults and asked.nothing:
        raise faults[0]
    return asked


def lock(actor: User | ApiKey) -> None:
    """Whoever asks twice at once waits, so that nobody has more than the limit."""
    model = ApiKey if isinstance(actor, ApiKey) else User
    model.objects.select_for_update(no_key=True).get(pk=actor.pk)


def start_soon(export: Export) -> None:
    transaction.on_commit(partial(async_task, "stats.tasks.make_export", export.pk, timeout=JOB_SECONDS))


def note(export: Export, *, actor, action: str, now: datetime) -> None:
    """As "results.downloaded", "usage.export_requested" and so on."""
    record(
        account=export.account,
        actor=actor,
        action=f"{export.kind}.{action}",
        subject=f"export:{export.pk}",
        after={
            "format": export.format,
            "filters": export.query,
            "columns": export.columns,
            "with_content": export.has_content,
        },
        now=now,
    )
