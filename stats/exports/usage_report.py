"""The usage report of a short range, as a file at once; a long one is an export like others."""

from collections.abc import Sequence
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
from stats.exports.usage_rows import COLUMNS, headers, require_columns, usage_rows
from stats.models import Export

FORMATS = tuple(Export.Format.values)


class FormatUnknown(Invalid):
    code = "format_unknown"
    default_message = gettext_lazy("The report comes as csv or xlsx.")


@transaction.atomic
def export_usage(*, account: Account, asked, kind: str, actor, now: datetime, columns: Sequence[str] = ()):
    """The answer that carries the file. That somebody took it stands in the audit trail."""
    require_format(kind)
    columns = require_columns(columns, COLUMNS, asked)
    first, last = asked.period.edges
    codes = [service.code for service in asked.chosen or ()]
    record(
        account=account,
        actor=actor,
        action="usage.exported",
        subject=f"usage:{first}..{last}",
        after={"format": kind, "by": asked.period.by, "services": codes or "all", "columns": columns},
        now=now,
    )
    response = csv_answer(account, asked, columns) if kind == "csv" else xlsx_answer(account, asked, columns)
    return as_download(response, f"usage-{account.uid}-{first}-to-{last}", kind)


def require_format(kind: str) -> None:
    if kind not in FORMATS:
        raise FormatUnknown(field="format", formats=list(FORMATS))


def as_download(response, stem: str, extension: str):
    name = safe_file_name(stem, extension)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def csv_answer(account: Account, asked, columns: Sequence[str]) -> StreamingHttpResponse:
    rows = csv.csv_bytes(headers(columns), usage_rows(account, asked, columns))
    return StreamingHttpResponse(rows, content_type=csv.CONTENT_TYPE)


def xlsx_answer(account: Account, asked, columns: Sequence[str]) -> FileResponse:
    title = f"{account.uid} {' – '.join(asked.period.edges)} ({account.time_zone})"
    rows = usage_rows(account, asked, columns)
    file = xlsx.xlsx_file(headers(columns), rows, sheet_name=_("Usage"), title=title)
    return FileResponse(file, content_type=xlsx.CONTENT_TYPE)
