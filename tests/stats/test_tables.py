"""Ten thousand nasty cells come back as text from the programs that read such files."""

import csv
import io
import random

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

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


def test_a_table_without_rows_has_its_headers_and_opens():
    with xlsx_file(["a", "b"], [], sheet_name="Usage", title="A & <B>") as file:
        book = load_workbook(file)

    assert [list(sheet.values) for sheet in book] == [[("a", "b")]]
    assert book.active["A1"].font.bold and book.active.freeze_panes == "A2"
    assert book.properties.title == "A & <B>"


def test_columns_go_on_after_z():
    wide = [f"c{number}" for number in range(1, 60)]

    with xlsx_file(wide, [range(1, 60)], sheet_name="Usage") as file:
        sheet = load_workbook(file).active

    assert [cell.value for cell in sheet[1]] == wide
    assert (sheet["AA2"].value, sheet["AZ2"].value, sheet["BA2"].value) == (27, 52, 53)


def test_what_looks_escaped_stays_as_it_was_written():
    """Programs take _x003D_ for an equals sign unless its first character is spelled out."""
    with xlsx_file(["a"], [["1_x003D_1"], [" a "], ["_x"], ["_x00g1_"]], sheet_name="Usage") as file:
        values = [row[0] for row in load_workbook(file).active.values]

    assert values == ["a", "1_x005F_x003D_1", " a ", "_x", "_x00g1_"]
    assert unescape(values[1]) == "1_x003D_1"


def test_a_sheet_that_grew_too_large_for_excel_is_followed_by_another(monkeypatch):
    monkeypatch.setattr("config.tables.xlsx.MOST_OF_A_SHEET", 300_000)

    with xlsx_file(["n", "text"], ([n, f"{n}" * 300] for n in range(400)), sheet_name="Usage") as file:
        book = load_workbook(file)

    assert len(book.worksheets) > 1
    assert {sheet["A1"].value for sheet in book} == {"n"}
    rows = [row for sheet in book for row in list(sheet.values)[1:]]
    assert rows == [(n, f"{n}" * 300) for n in range(400)]


def test_csv_keeps_every_character_of_harmless_text():
    rows = [['say "hi", you', "two\nlines", "评论 🙂"]]

    assert read_csv(["a", "b", "c"], rows)[1] == [["a", "b", "c"], *rows]
