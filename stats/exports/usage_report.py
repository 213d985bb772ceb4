"""The usage report as a file: one row per service and day or month in which it was called."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.http import FileResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.accounts.models import Account
from config.audit.records import record
from config.errors import Invalid
from config.tables import csv, xlsx
from config.tables.safe_cells import safe_file_name
from stats.asked import Asked
from stats.reads import usage

FORMATS = ("csv", "xlsx")


class FormatUnknown(Invalid):
    code = "format_unknown"
    default_message = gettext_lazy("The report comes as csv or xlsx.")


@transaction.atomic
def export_usage(*, account: Account, asked: Asked, kind: str, actor, now: datetime):
    """The answer that carries the file. That somebody took it stands in the audit trail."""
    if kind not in FORMATS:
        raise FormatUnknown(field="format", formats=list(FORMATS))
    first, last = asked.period.edges
    record(
        account=account,
        actor=actor,
        action="usage.exported",
        subject=f"usage:{first}..{last}",
        after={"format": kind, "by": asked.period.by, "services": asked.codes or "all"},
        now=now,
    )
    name = safe_file_name(f"usage-{account.uid}-{first}-to-{last}", kind)
    response = csv_answer(account, asked) if kind == "csv" else xlsx_answer(account, asked)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def headers() -> list[str]:
    return [_("Account UID"), _("Service"), _("Usage"), _("Date")]


def report_rows(account: Account, asked: Asked) -> Iterator[tuple]:
    codes = {service.pk: service.code for service in asked.services}
    for row in usage(account=account, period=asked.period, services=asked.chosen):
        yield account.uid, codes[row.service_id], row.figures.calls, asked.period.step_named(row.on)


def csv_answer(account: Account, asked: Asked) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        csv.csv_bytes(headers(), report_rows(account, asked)), content_type=csv.CONTENT_TYPE
    )


def xlsx_answer(account: Account, asked: Asked) -> FileResponse:
    title = f"{account.uid} {' – '.join(asked.period.edges)} ({account.time_zone})"
    file = xlsx.xlsx_file(headers(), report_rows(account, asked), sheet_name=_("Usage"), title=title)
    return FileResponse(file, content_type=xlsx.CONTENT_TYPE)
