import pytest
from django.template import Context, Template
from django.utils.safestring import SafeString

from config.console.hostile import badged
from config.console.templatetags.console import ago, hostile, risk
from tests.console.conftest import NOW

HIDDEN = ["\u202e", "\u2066", "\u200b", "\ufeff", "\x00", "\x1b", "\u00ad", "\U000e0041", "\u3164", "\ud800"]


@pytest.mark.parametrize("character", HIDDEN, ids=lambda character: f"U+{ord(character):04X}")
def test_hidden_characters_become_visible(character):
    shown = badged(f"a{character}b")

    assert character not in shown
    assert f"U+{ord(character):04X}" in shown


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7|add:7 }}"]
)
def test_markup_stays_text(text):
    shown = Template("{% load console %}{% hostile text %}").render(Context({"text": text}))

    assert isinstance(hostile(text), SafeString)
    assert "<script" not in shown
    assert "<img" not in shown
    assert shown.startswith('<bdi dir="auto">')


def test_ordinary_text_is_left_alone():
    text = "Grüße, 你好, مرحبا 👍\tand\nlines"

    assert badged(text) == text


@pytest.mark.parametrize("level, words", [("none", "Safe"), ("high", "High risk"), ("<b>", "&lt;b&gt;")])
def test_a_level_is_said_in_words(level, words):
    assert f">{words}<" in risk(level)


@pytest.mark.parametrize(
    "seconds, words",
    [(5, "5 s ago"), (125, "2 min ago"), (7300, "2 h ago"), (90000, "1 day ago"), (10**7, "2026-07")],
)
def test_time_is_said_as_distance(seconds, words):
    moment = NOW.__class__.fromtimestamp(NOW.timestamp() - seconds, tz=NOW.tzinfo)

    assert words in ago(moment, NOW)
    assert ago(None) == ""
