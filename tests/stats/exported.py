"""What stands in an exported file, as rows of text and numbers."""

import csv
import io

from django.core.files.storage import default_storage
from openpyxl import load_workbook

from stats.exports.asking import request_export
from stats.exports.jobs import make_export
from stats.models import Export
from tests.factories import NOW


def rows_of(data: bytes, kind: str) -> list[list]:
    """With the headers as the first row; an empty cell is an empty text."""
    if kind == "xlsx":
        values = load_workbook(io.BytesIO(data)).active.values
        return [["" if cell is None else cell for cell in row] for row in values]
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def table_of(export: Export) -> list[dict]:
    with default_storage.open(export.file) as file:
        headers, *rows = rows_of(file.read(), export.format)
    return [dict(zip(headers, row, strict=True)) for row in rows]


def export(account, actor, kind: str, query: str = "", *, format="csv", now=NOW, **asked) -> list[dict]:
    """Asked for, written and read back."""
    asked = {"has_content": True} | asked
    made = request_export(
        account=account, actor=actor, kind=kind, format=format, query=query, now=now, **asked
    )
    assert make_export(export_id=made.pk, now=now)
    made.refresh_from_db()
    return table_of(made)
