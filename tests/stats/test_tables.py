"""Ten thousand nasty cells come back as text from the programs that read such files."""

import csv
import io
import random

import pytest
from openpyxl import load_workbook

from config.tables.csv import csv_bytes
from config.tables.safe_cells import begins_a_formula
from config.tables.xlsx import xlsx_file
from tests.stats.test_safe_cells import DANGEROUS

TAILS = ["1+1", "SUM(A1:A9)", "cmd|'/C calc'!A0", '","=1+1', "\n=1+1", ";=2", "_x003D_1", "普通", ""]
BLANKS = ["", " ", "\t", "\u3000", "\u200b", "\r\n"]


@pytest.fixture(scope="module")
def nasty():
    dice = random.Random(11)
    starts = [*"=+-@\t\r\n\0＝＋－＠", *DANGEROUS]
    cells = [dice.choice(BLANKS) + dice.choice(starts) + dice.choice(TAILS) for _number in range(10_000)]
    return [cells[place : place + 10] for place in range(0, len(cells), 10)]


def read_csv(headers, rows):
    raw = b"".join(csv_bytes(headers, rows))
    return raw, list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_excel_finds_no_formula(nasty):
    headers = [row[0] for row in nasty[:10]]

    with xlsx_file(headers, nasty, sheet_name="=1+1", title="=1+1") as file:
        book = load_workbook(file)

    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) == 10_010
    assert [cell.coordinate for cell in cells if cell.data_type != "s" or cell.hyperlink] == []
    assert [cell.value for cell in cells if begins_a_formula(cell.value)] == []
    assert not book.defined_names
    assert book.sheetnames == ["1+1"]


def test_a_reader_of_csv_finds_no_formula(nasty):
    raw, found = read_csv([row[0] for row in nasty[:10]], nasty)

    assert raw.startswith(b"\xef\xbb\xbf")
    assert [len(row) for row in found] == [10] * 1001
    assert [cell for row in found for cell in row if begins_a_formula(cell)] == []


def test_numbers_can_be_summed():
    rows = [["a", 1, -2.5], ["b", 3, 0]]

    with xlsx_file(["name", "n", "m"], rows, sheet_name="Usage") as file:
        sheet = load_workbook(file).active

    assert [cell.data_type for cell in sheet[2]] == ["s", "n", "n"]
    assert [[cell.value for cell in row] for row in sheet["A2:C3"]] == [["a", 1, -2.5], ["b", 3, 0]]


def test_text_that_looks_like_a_number_stays_text():
    with xlsx_file(["Account UID"], [["1000000000000001"]], sheet_name="Usage") as file:
        assert load_workbook(file).active["A2"].value == "1000000000000001"


def test_csv_keeps_every_character_of_harmless_text():
    rows = [['say "hi", you', "two\nlines", "评论 🙂"]]

    assert read_csv(["a", "b", "c"], rows)[1] == [["a", "b", "c"], *rows]
