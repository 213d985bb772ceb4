"""Figures by where calls came from, by what they were about, and by the hour."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from stats.asked import Asked
from stats.comparison import compare
from stats.operations import fold
from stats.periods import DAY, HOUR, Period
from stats.reads import Figures, by_source, label_shares, total, usage
from tests.factories import NOW, make_account, service_of
from tests.stats.results import clean, hit, store_result

TODAY = Period(DAY, NOW.date(), NOW.date())


@pytest.fixture(params=[True, False], ids=["folded", "tail"])
def account(request, db):
    account = make_account()
    clean(account)
    clean(account)
    hit(account, "pt_to_contact", source="console")
    hit(account, "customized", source="test")
    store_result(service_of(account, "baselineCheck"), "low", "violent_weapon")
    hit(make_account())
    if request.param:
        fold(now=NOW)
    return account


def test_each_source_has_its_figures(account):
    assert by_source(account=account, period=TODAY) == {
        "api": Figures(calls=3, low=1, took_us=3000),
        "console": Figures(calls=1, high=1, took_us=1000),
        "test": Figures(calls=1, high=1, took_us=1000),
    }


def test_each_type_of_content_has_its_figures_without_online_tests(account):
    def of(*kinds, **asked):
        return total(account=account, period=TODAY, content_types=kinds, **asked)

    assert of("text") == Figures(calls=3, high=1, took_us=3000)
    assert of("image") == Figures(calls=1, low=1, took_us=1000)
    assert of("text", sources=["test"]).calls == 1


def test_figures_are_narrowed_to_sources(account):
    asked = {"account": account, "period": TODAY, "sources": ["console", "test"]}

    assert total(**asked) == Figures(calls=2, high=2, took_us=2000)
    assert sum(row.figures.calls for row in usage(**asked)) == 2
    assert {one.label for one in label_shares(**asked)} == {"pt_to_contact", "customized"}


def test_figures_are_narrowed_to_types_of_content(account):
    asked = {"account": account, "period": TODAY, "content_types": ["image"]}

    assert total(**asked) == Figures(calls=1, low=1, took_us=1000)
    assert [one.label for one in label_shares(**asked)] == ["violent_weapon"]
    assert by_source(**asked).keys() == {"api"}


def test_hours_are_those_of_the_account_s_clock(db):
    account = make_account()
    account.time_zone = "Asia/Kathmandu"
    account.save()
    hour = NOW.astimezone(ZoneInfo(account.time_zone)).replace(minute=0)
    for minutes in (-1, 0, 59, 60):
        clean(account, at=hour + timedelta(minutes=minutes))
    asked = Asked(period=replace(TODAY, by=HOUR), services=[])
    for folds in (False, True):
        if folds:
            fold(now=NOW)
        found = compare(account=account, asked=asked, now=NOW).now.by_step
        assert [(at - hour) / timedelta(hours=1) for at in found] == [-1, 0, 1]
        assert [one.calls for one in found.values()] == [1, 2, 1]
