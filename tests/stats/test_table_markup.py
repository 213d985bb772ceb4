"""Rows that are written without a template escape what a template would."""

from stats.comparison import LabelRow
from stats.reads import Figures
from stats.table_markup import label_row, linked, step_row


def row(**changes) -> dict:
    empty = dict.fromkeys(("link", "hits_link", "clean_link", "finer"), "")
    figures = Figures(calls=1234, high=1, medium=2, low=3)
    told = {"name": "a <b>", "figures": figures, "before": None, "levels": [(1, "?a=1&b=2")]}
    return told | empty | changes


def test_names_and_links_are_escaped():
    shown = step_row(row(finer='?x="><script>'), True)
    assert "a &lt;b&gt;" in shown
    assert "?x=&quot;&gt;&lt;script&gt;" in shown
    assert '<a href="?a=1&amp;b=2">1</a>' in shown
    assert "<b>" not in shown and "<script>" not in shown

    one = LabelRow(label="<i>", hits=2, share=0.5, share_before=None)
    assert "<i>" not in label_row(one, "<u>", "", True)
    assert "<u>" not in label_row(one, "<u>", "", True)


def test_what_nothing_stands_behind_leads_nowhere():
    assert linked(0, "?a=1") == "0"
    assert linked(1234, "") == "1,234"
    assert step_row(row(), False).count("<td") == step_row(row(), True).count("<td") - 1
