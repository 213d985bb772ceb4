"""Reads an Excel file in a process of its own, which may take only so much time and memory.

    python -I sheet_reader.py <rows> <columns> <seconds> < file.xlsx

prints [row number, [cell, ...]] as JSON, one row a line. Run by `libraries.imports`, as a script that imports
nothing of the product. 1.5 MB can keep the parser busy for minutes: they hurt this process only.
"""

import io
import json
import resource
import sys

import openpyxl

MEMORY = 1 << 30
LONGEST_CELL = 200


def main(rows: int, columns: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    book = openpyxl.load_workbook(
        io.BytesIO(sys.stdin.buffer.read()), read_only=True, data_only=True, keep_links=False
    )
    sheet = book.worksheets[0]
    # What a file says of its own size may be missing or a lie.
    sheet.reset_dimensions()
    cells = sheet.iter_rows(max_row=rows, max_col=columns, values_only=True)
    for number, row in enumerate(cells, start=1):
        if any(cell is not None for cell in row):
            print(json.dumps([number, [shown(cell) for cell in row]], ensure_ascii=False))  # noqa: T201


def shown(cell) -> str:
    if cell is None or isinstance(cell, bool):
        return "" if cell is None else str(cell)
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return (cell.isoformat() if hasattr(cell, "isoformat") else str(cell))[:LONGEST_CELL]


if __name__ == "__main__":
    if not openpyxl.DEFUSEDXML:
        sys.exit("defusedxml is missing")
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    main(*map(int, sys.argv[1:4]))
