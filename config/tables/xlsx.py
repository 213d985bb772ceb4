"""Tables as Excel files in which every text is typed as text and no cell can hold a formula.

Written a row at a time straight into the archive: however long the table is, the memory stays the same.
"""

import tempfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from config.tables.safe_cells import LONGEST_SHEET_NAME, safe_cell, safe_sheet_name
from config.tables.xlsx_parts import BOLD, SHEET_END, SHEET_START, columns_named, parts_around, row_markup

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 2**20 - 1  # under the row of headers
# An archive that says of an entry that it is longer than 4 GiB is one that Excel offers to repair.
MOST_OF_A_SHEET = 2**30
PIECE = 2**16
QUICK = 3


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
    titles = [safe_cell(header) for header in headers]
    columns = columns_named(len(titles))
    rest, names = iter(rows), []
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=QUICK) as archive:
        row = next(rest, None)
        while row is not None or not names:
            names.append(numbered(str(sheet_name), len(names) + 1))
            with archive.open(f"xl/worksheets/sheet{len(names)}.xml", "w") as sheet:
                row = write_sheet(sheet, titles, columns, row, rest, rows_per_sheet)
        for name, markup in parts_around(names, title=title):
            archive.writestr(name, markup)
    target.seek(0)
    return target


def numbered(name: str, number: int) -> str:
    """A further sheet has a number, from the second on."""
    return safe_sheet_name(
        name if number == 1 else f"{safe_sheet_name(name)[: LONGEST_SHEET_NAME - 4]} {number}"
    )


def write_sheet(sheet, titles: list, columns: list[str], row, rest: Iterator, most: int):
    """The headers, and rows for as long as the sheet holds them. Returns the row that it did not hold."""
    number, size = 1, 0
    pieces = [SHEET_START.format(columns=max(len(titles), 1)), row_markup(1, columns, titles, BOLD)]
    held = 0
    while row is not None and number <= most and size < MOST_OF_A_SHEET:
        number += 1
        cells = list(map(safe_cell, row))
        if len(cells) > len(columns):
            columns = columns_named(len(cells))
        markup = row_markup(number, columns, cells)
        pieces.append(markup)
        held += len(markup)
        if held > PIECE:
            size += sheet.write("".join(pieces).encode())
            pieces, held = [], 0
        row = next(rest, None)
    sheet.write("".join([*pieces, SHEET_END]).encode())
    return row
