"""Ten thousand nasty cells through openpyxl and LibreOffice: no formula, and the text comes back."""

import csv
import io
import random
from datetime import date
from itertools import chain

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from config.tables.csv import csv_bytes
from config.tables.safe_cells import safe_cell, safe_sheet_name
from config.tables.xlsx import xlsx_file
from tests.stats.libreoffice import as_kept, sheets
from tests.stats.test_safe_cells import DANGEROUS

DENIED = [*"=+-@\t\r\n\0", *"＝＋－＠", "\u2212", "﹦", "﹢", "﹣", "﹫"]
BLANKS = ["", " ", "\t", "\u3000", "\u00a0", "\u200b", "\ufeff", "\u202e", "\r\n", "\x07", "\ud800"]
TAILS = ["1+1", "SUM(A1:A9)", "cmd|'/C calc'!A0", '","=1+1', "\n=1+1", ";=2", "_x003D_1", "普通", "", "\t=3"]
DDE = ["=cmd|' /C calc'!A0", '=DDE("cmd";"/C calc";"1")', "@SUM(1+1)*cmd|' /C calc'!A0", '=WEBSERVICE("x")']
# What programs like to take for something else: numbers, dates, formulas of old, escapes, markup.
MISTAKEN = [
    "1000000000000001", "12345678901234567890", "00012", "1e5", "2026-11", "1/2", "TRUE", "10%", "#REF!",
    "_x003D_1+1", "_x000D_=1", "{=1+1}", "&<>\"'", "<t>=1</t>", "a\x07b", "lone \ud800", "\udc00=1", "'=1",
    "  two  blanks ", "x\ty", "x\r\ny", "x\ry", "a\u2028b", "a\u0085b", "\ue000", "\uffff=1", "mailto:a@b.c",
    "http://example.com", "file:///etc/passwd", "🙂", "A1", "=" * 200, "x" * 2000,
]  # fmt: skip
SHEET_NAMES = [*DANGEROUS, "[x]:*?/\\", "'", "history", "x" * 60, "\ud800", "a\0b", "=1+1'", "＝cmd"]


@pytest.fixture(scope="module")
def rows():
    dice = random.Random(61)
    cells = [blank + start + tail for blank in BLANKS for start in DENIED for tail in TAILS]
    cells += [*DANGEROUS, *DDE, *MISTAKEN]
    while len(cells) < 10_000:
        cells.append(dice.choice(BLANKS) + dice.choice(BLANKS) + dice.choice(DENIED) + dice.choice(TAILS))
    dice.shuffle(cells)
    return [cells[place : place + 10] for place in range(0, 10_000, 10)]


@pytest.fixture(scope="module")
def headers(rows):
    return [f"{start}1+1" for start in DENIED[:10]]


@pytest.fixture(scope="module")
def book(headers, rows):
    with xlsx_file(headers, rows, sheet_name="=1+1", title="=1+1") as file:
        return file.read()


@pytest.fixture(scope="module")
def text(headers, rows):
    return b"".join(csv_bytes(headers, rows))


def written(headers, rows) -> list[list[str]]:
    return [[str(safe_cell(cell)) for cell in row] for row in [headers, *rows]]


def test_openpyxl_finds_no_formula_in_excel_files_and_the_text_comes_back(book, headers, rows):
    found = load_workbook(io.BytesIO(book))
    assert found.sheetnames == ["1+1"] and not found.defined_names
    cells = list(found.active.iter_rows())

    assert sum(len(row) for row in cells) == 10_010
    assert {cell.data_type for row in cells for cell in row if cell.value is not None} == {"s"}
    assert not any(cell.hyperlink for row in cells for cell in row)
    # The format writes some characters as _x000D_, which openpyxl leaves to its callers.
    found = [[unescape(cell.value or "") for cell in row] for row in cells]
    assert differing(found, written(headers, rows)) == []


def differing(found, wanted) -> list[tuple]:
    pairs = zip(chain(*found), chain(*wanted), strict=True)
    return [pair for pair in pairs if pair[0] != pair[1]][:20]


def test_a_reader_of_csv_gets_every_character_back(text, headers, rows):
    found = list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline="")))

    assert found == written(headers, rows)


def test_libreoffice_finds_no_formula_in_excel_files_and_the_text_comes_back(book, headers, rows, tmp_path):
    found = sheets(tmp_path, "nasty.xlsx", book)

    assert list(found) == ["1+1"]
    require_text(found["1+1"], headers, rows)


def test_libreoffice_finds_no_formula_in_csv_and_the_text_comes_back(text, headers, rows, tmp_path):
    found = sheets(tmp_path, "nasty.csv", text)

    require_text(found["nasty"], headers, rows)


def test_libreoffice_computes_nothing_of_csv_whose_quotes_it_ignores(text, tmp_path):
    """The worst that somebody may choose: cells are taken for what they look like, and formulas computed."""
    cells = [
        cell for row in sheets(tmp_path, "nasty.csv", text, quoted_is_text=False)["nasty"] for cell in row
    ]

    assert len(cells) >= 10_000
    assert [cell for cell in cells if cell.formula or cell.has_link] == []


def test_libreoffice_would_have_computed_what_we_mark(tmp_path):
    """These tests can fail: without our marks the same program does compute."""
    raw = b'"=1+1","@SUM(1)"\r\n'

    [[cell, *_others]] = sheets(tmp_path, "raw.csv", raw, quoted_is_text=False)["raw"]

    assert cell.formula and cell.text == "2"


def require_text(found, headers, rows) -> None:
    cells = [cell for row in found for cell in row]
    assert [cell for cell in cells if cell.formula or cell.has_link] == []
    assert {cell.kind for cell in cells if cell.text} == {"string"}
    wanted = [[as_kept(cell) for cell in row] for row in written(headers, rows)]
    texts = [[as_kept(cell.text) for cell in row[: len(headers)]] for row in found]
    assert differing([row + [""] * (len(headers) - len(row)) for row in texts], wanted) == []


@pytest.mark.parametrize("name", SHEET_NAMES, ids=ascii)
def test_a_sheet_of_any_name_opens(name):
    with xlsx_file(["=1+1"], [[date(2026, 11, 21)]], sheet_name=name, title=name) as file:
        found = load_workbook(file)

    assert found.sheetnames == [safe_sheet_name(name)]
    assert found.active["A1"].data_type == "s"
