"""Rows that are written without a template escape what a template would."""

from types import SimpleNamespace

from stats.comparison import LabelRow
from stats.reads import Figures
from stats.table_markup import figure_row, label_row, latency_row, linked, step_row
from stats.wording import here


def row(**changes) -> dict:
    empty = dict.fromkeys(("link", "hits_link", "clean_link", "finer"), "")
    figures = Figures(calls=1234, high=1, medium=2, low=3)
    told = {"name": "a <b>", "figures": figures, "before": None, "levels": [(1, "?a=1&b=2")]}
    return told | empty | changes


def test_names_and_links_are_escaped():
    shown = step_row(row(finer='?x="><script>'), True, here())
    assert "a &lt;b&gt;" in shown
    assert "?x=&quot;&gt;&lt;script&gt;" in shown
    assert '<a href="?a=1&amp;b=2">1</a>' in shown
    assert "<b>" not in shown and "<script>" not in shown

    one = LabelRow(label="<i>", hits=2, share=0.5, share_before=None)
    assert "<i>" not in label_row(one, "<u>", "", True, here())
    assert "<u>" not in label_row(one, "<u>", "", True, here())


def test_what_nothing_stands_behind_leads_nowhere():
    assert linked(0, "?a=1", here()) == "0"
    assert linked(1234, "", here()) == "1,234"
    assert step_row(row(), False, here()).count("<td") == step_row(row(), True, here()).count("<td") - 1


def test_names_of_services_are_escaped():
    service = SimpleNamespace(name="a <b>", code='c"d')
    told = {"service": service, "query": "a=1&b=2", "link": "?x&y", "hits_link": "", "change": ""}

    shown = figure_row(told | {"figures": Figures(calls=2)}, True, here())
    assert '<a href="?a=1&amp;b=2">a &lt;b&gt;</a> <code>c&quot;d</code>' in shown
    assert '<a href="?x&amp;y">2</a>' in shown and "–</td></tr>" in shown

    times = SimpleNamespace(p50_ms=1.0, p95_ms=2.5, p99_ms=3000.0)
    place = SimpleNamespace(width=150, middle=1.0, most=2.0, slowest=3.0)
    shown = latency_row(service, times, place, here())
    assert "a &lt;b&gt; <code>c&quot;d</code>" in shown and "3.00 s" in shown
