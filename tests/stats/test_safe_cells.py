"""Text in exported cells is text, whoever wrote it."""

import math
from datetime import date
from decimal import Decimal

import pytest

from config.tables.safe_cells import safe_cell, safe_file_name, safe_sheet_name

DANGEROUS = [
    "=1+1",
    "==1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\0=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\u202e=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "﹦1+1",
    "﹢1",
    "\u22121",
    '=HYPERLINK("http://example.com","x")',
    "=cmd|' /C calc'!A0",
]
HARMLESS = ["", "comment_detection", "a=b", "1-2", "'=1+1", "评论检测", "https://example.com", "10%"]


class TestSafeCell:
    @pytest.mark.parametrize("text", DANGEROUS, ids=repr)
    def test_what_begins_like_a_formula_is_marked(self, text):
        assert str(safe_cell(text)).startswith("'")

    @pytest.mark.parametrize("text", HARMLESS, ids=repr)
    def test_other_text_stays_as_it_is(self, text):
        assert safe_cell(text) == text

    @pytest.mark.parametrize("number", [0, -5, 1.5, Decimal("-2.5")])
    def test_numbers_stay_numbers(self, number):
        assert safe_cell(number) is number

    @pytest.mark.parametrize(
        "value, cell",
        [
            (None, ""),
            (True, "True"),
            (math.inf, "inf"),
            (math.nan, "nan"),
            (date(2026, 11, 21), "2026-11-21"),
        ],
        ids=repr,
    )
    def test_other_values_become_text(self, value, cell):
        assert safe_cell(value) == cell

    def test_what_no_file_can_hold_is_shown_as_replaced(self):
        assert safe_cell("a\0b\ud800c\x07") == "a\ufffdb\ufffdc\ufffd"

    def test_a_cell_is_no_longer_than_excel_takes(self):
        assert len(safe_cell("x" * 40_000)) == 32_767


class TestSheetAndFileNames:
    @pytest.mark.parametrize(
        "name, safe",
        [
            ("Usage", "Usage"),
            ("=1+1", "1+1"),
            ("'＝cmd", "cmd"),
            ("a/b[c]:d*e?f\\g", "a b c  d e f g"),
            ("x" * 40, "x" * 31),
            ("", "Sheet"),
            ("=+-@", "Sheet"),
            ("History", "Sheet"),
        ],
    )
    def test_a_sheet_name_is_one_that_excel_takes(self, name, safe):
        assert safe_sheet_name(name) == safe

    @pytest.mark.parametrize(
        "stem, name",
        [
            ("usage-1000-2026-11-01", "usage-1000-2026-11-01.csv"),
            ("../../etc/passwd", "etc-passwd.csv"),
            ('a"\r\nSet-Cookie: x', "a-Set-Cookie-x.csv"),
            (".hidden", "hidden.csv"),
            ("用量", "export.csv"),
        ],
    )
    def test_a_file_name_leads_nowhere_else(self, stem, name):
        assert safe_file_name(stem, "csv") == name
