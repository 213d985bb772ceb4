"""Tables as Excel files in which every text is typed as text."""

import tempfile
from collections.abc import Iterable
from typing import BinaryIO

from xlsxwriter import Workbook

from config.tables.safe_cells import LONGEST_SHEET_NAME, safe_cell, safe_sheet_name, safe_text

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
WIDTH = 24
MOST_ROWS = 2**20 - 1  # under the row of headers


def xlsx_file(
    headers: Iterable[object],
    rows: Iterable[Iterable[object]],
    *,
    sheet_name: str,
    title: str = "",
    rows_per_sheet: int = MOST_ROWS,
) -> BinaryIO:
    """A temporary file at its beginning, gone when closed. What a sheet cannot hold goes on the next."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 (the answer that sends it closes it)
    workbook = Workbook(target, OPTIONS)
    workbook.set_properties({"title": safe_text(title)})
    titles = [safe_cell(header) for header in headers]
    bold = workbook.add_format({"bold": True})
    sheet = add_sheet(workbook, sheet_name, titles, bold)
    for number, row in enumerate(rows):
        if number and number % rows_per_sheet == 0:
            sheet = add_sheet(workbook, sheet_name, titles, bold)
        write_row(sheet, number % rows_per_sheet + 1, map(safe_cell, row))
    workbook.close()
    target.seek(0)
    return target


def add_sheet(workbook: Workbook, name: str, titles: list, style):
    """A further sheet with the same headers, numbered from the second on."""
    number = len(workbook.worksheets()) + 1
    title = name if number == 1 else f"{safe_sheet_name(name)[: LONGEST_SHEET_NAME - 4]} {number}"
    sheet = workbook.add_worksheet(safe_sheet_name(title))
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(titles) - 1, 0), WIDTH)
    write_row(sheet, 0, titles, style)
    return sheet


def write_row(sheet, number: int, cells: Iterable[object], style=None) -> None:
    """Each by its own method: the one that guesses types is never asked."""
    for column, cell in enumerate(cells):
        if cell == "":
            continue
        if isinstance(cell, str):
            sheet.write_string(number, column, cell, style)
        else:
            sheet.write_number(number, column, cell, style)
