"""Tables as Excel files in which every text is typed as text."""

import tempfile
from collections.abc import Iterable
from typing import BinaryIO

from xlsxwriter import Workbook

from config.tables.safe_cells import safe_cell, safe_sheet_name

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
WIDTH = 24


def xlsx_file(
    headers: Iterable[object], rows: Iterable[Iterable[object]], *, sheet_name: str, title: str = ""
) -> BinaryIO:
    """A temporary file at its beginning. It is gone when closed."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 (the answer that sends it closes it)
    workbook = Workbook(target, OPTIONS)
    workbook.set_properties({"title": title})
    sheet = workbook.add_worksheet(safe_sheet_name(sheet_name))
    sheet.freeze_panes(1, 0)
    titles = [safe_cell(header) for header in headers]
    sheet.set_column(0, max(len(titles) - 1, 0), WIDTH)
    write_row(sheet, 0, titles, workbook.add_format({"bold": True}))
    for number, row in enumerate(rows, start=1):
        write_row(sheet, number, map(safe_cell, row))
    workbook.close()
    target.seek(0)
    return target


def write_row(sheet, number: int, cells: Iterable[object], style=None) -> None:
    """Each by its own method: the one that guesses types is never asked."""
    for column, cell in enumerate(cells):
        if isinstance(cell, str):
            sheet.write_string(number, column, cell, style)
        else:
            sheet.write_number(number, column, cell, style)
