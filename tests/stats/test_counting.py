"""Counted with the result, folded at leisure, exact at every moment."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from stats.models import LabelCounter, UsageCounter, UsageDelta
from stats.operations import fold, fold_tail, unfolded
from stats.periods import DAY, MONTH, Period
from stats.reads import Figures, UsageRow, by_step, label_shares, lately, total, usage, zone_of
from stats.tasks import fold_usage
from tests.factories import NOW, RISKY, make_account, make_result, service_of
from tests.stats.results import clean, hit, store_result

TODAY = Period(DAY, NOW.date(), NOW.date())


@pytest.fixture
def account(db):
    return make_account()


def in_zone(zone):
    account = make_account()
    account.time_zone = zone
    account.save()
    return account


class TestCounting:
    def test_a_result_counts_when_it_is_stored(self, account):
        result = make_result(account, RISKY)

        delta = UsageDelta.objects.get(account=account)
        assert (delta.service, delta.level, delta.took_us, delta.at) == (
            result.service,
            result.level,
            result.took_us,
            NOW,
        )
        assert delta.labels == [label["label"] for label in result.labels]

    def test_a_result_without_risk_counts_no_label(self, account):
        clean(account)

        assert UsageDelta.objects.get(account=account).labels == []

    def test_what_is_rolled_back_does_not_count(self, account):
        with pytest.raises(IntegrityError), transaction.atomic():
            hit(account)
            raise IntegrityError

        assert total(account=account, period=TODAY) == Figures()

    def test_an_online_test_is_counted_apart(self, account):
        hit(account, source="test")
        fold(now=NOW)
        hit(account, source="test")

        assert total(account=account, period=TODAY) == Figures()
        assert label_shares(account=account, period=TODAY) == []
        assert UsageCounter.objects.get(account=account).source == "test"


class TestFold:
    def test_sums_stay_the_same(self, account):
        for level, labels in [
            ("high", ["pt_to_contact", "customized"]),
            ("low", ["customized"]),
            ("none", []),
        ]:
            store_result(service_of(account), level, *labels)
        before = total(account=account, period=TODAY), label_shares(account=account, period=TODAY)

        assert fold(now=NOW) == 3
        assert not UsageDelta.objects.exists()
        assert before[0] == Figures(calls=3, high=1, low=1, took_us=3000)
        assert [(one.label, one.hits) for one in before[1]] == [("customized", 2), ("pt_to_contact", 1)]
        assert (
            total(account=account, period=TODAY),
            label_shares(account=account, period=TODAY),
        ) == before

    def test_counters_and_tail_add_up(self, account):
        hit(account)
        fold(now=NOW)
        hit(account)
        fold(now=NOW + timedelta(minutes=1))
        hit(account)

        assert UsageCounter.objects.get(account=account).calls == 2
        assert total(account=account, period=TODAY).hits == 3
        assert [one.hits for one in label_shares(account=account, period=TODAY)] == [3]

    def test_one_row_per_hour_and_service(self, account):
        for minutes in (0, 59, 60):
            clean(account, at=NOW + timedelta(minutes=minutes))
        clean(account, service="chat_detection")
        fold(now=NOW)

        assert UsageCounter.objects.filter(account=account).count() == 3

    def test_takes_no_more_than_a_batch(self, account):
        for _number in range(5):
            clean(account)

        assert [fold(now=NOW, batch=2) for _round in range(4)] == [2, 2, 1, 0]

    def test_the_job_folds_until_nothing_is_left(self, account):
        for _number in range(5):
            hit(account)

        assert fold_tail(now=NOW, batch=2) == 5
        assert fold_usage() == 0

    def test_with_nothing_to_do_writes_nothing(self, db):
        assert fold(now=NOW) == 0
        assert not UsageCounter.objects.exists() and not LabelCounter.objects.exists()

    def test_says_what_waits(self, account):
        assert unfolded(now=NOW) == (0, None)

        clean(account, at=NOW - timedelta(hours=2))
        clean(account)

        assert unfolded(now=NOW) == (2, NOW - timedelta(hours=2))


class TestUsage:
    def test_has_a_row_per_day_and_service_with_calls(self, account):
        hit(account, at=NOW - timedelta(days=2))
        clean(account)
        fold(now=NOW)
        clean(account)
        clean(account, service="chat_detection")
        services = {code: service_of(account, code) for code in ("comment_detection", "chat_detection")}

        rows = list(usage(account=account, period=Period(DAY, date(2026, 11, 1), NOW.date())))

        assert sorted(rows, key=lambda row: (row.on, -row.figures.calls)) == [
            UsageRow(
                date(2026, 11, 19), services["comment_detection"].pk, Figures(calls=1, high=1, took_us=1000)
            ),
            UsageRow(NOW.date(), services["comment_detection"].pk, Figures(calls=2, took_us=2000)),
            UsageRow(NOW.date(), services["chat_detection"].pk, Figures(calls=1, took_us=1000)),
        ]

    def test_by_month_days_are_one(self, account):
        for days in (0, 3, 40):
            clean(account, at=NOW - timedelta(days=days))

        rows = usage(account=account, period=Period(MONTH, date(2026, 10, 1), date(2026, 11, 30)))

        assert [(row.on, row.figures.calls) for row in rows] == [
            (date(2026, 10, 1), 1),
            (date(2026, 11, 1), 2),
        ]

    def test_only_of_the_services_asked_for(self, account):
        clean(account)
        hit(account, service="chat_detection")
        chosen = [service_of(account, "chat_detection")]

        assert total(account=account, period=TODAY, services=chosen).calls == 1
        assert len(label_shares(account=account, period=TODAY, services=chosen)) == 1
        assert total(account=account, period=TODAY, services=[]).calls == 0

    def test_only_of_the_account_asked_for(self, account):
        hit(account)
        fold(now=NOW)
        hit(account)

        assert total(account=make_account(), period=TODAY) == Figures()

    @pytest.mark.parametrize("zone", ["Asia/Shanghai", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York"])
    @pytest.mark.parametrize("folded", [True, False], ids=["folded", "tail"])
    def test_days_are_those_of_the_account_s_clock(self, db, zone, folded):
        account = in_zone(zone)
        starts_at, ends_at = TODAY.moments(zone_of(account))
        for at in (starts_at - timedelta(seconds=1), starts_at, ends_at - timedelta(seconds=1), ends_at):
            clean(account, at=at)
        if folded:
            fold(now=NOW)

        period = Period(DAY, NOW.date() - timedelta(days=1), NOW.date() + timedelta(days=1))
        calls = [one.calls for one in by_step(period, usage(account=account, period=period)).values()]
        assert calls == [1, 2, 1]
        assert total(account=account, period=TODAY).calls == 2

    def test_the_last_days_end_with_today(self, account):
        clean(account, at=NOW - timedelta(days=13))
        clean(account)

        days = lately(account=account, days=14, now=NOW)

        assert [one.calls for one in days.values()] == [1] + [0] * 12 + [1]
        assert list(days)[-1] == NOW.date()

    def test_an_hour_that_happens_twice_is_counted_twice(self, db):
        account = in_zone("Europe/Berlin")
        first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        for at in (first, first + timedelta(hours=1)):
            clean(account, at=at)
        fold(now=NOW)

        assert UsageCounter.objects.filter(account=account).count() == 2
        assert total(account=account, period=Period(DAY, first.date(), first.date())).calls == 2


class TestTimeZoneChange:
    def test_loses_and_doubles_nothing(self, account):
        for hours in range(48):
            hit(account, at=NOW - timedelta(hours=hours))
        fold(now=NOW)

        account.time_zone = "Asia/Kathmandu"
        account.save()
        hit(account)

        period = Period(DAY, date(2026, 11, 1), date(2026, 11, 30))
        assert total(account=account, period=period).calls == 49
        assert sum(one.hits for one in label_shares(account=account, period=period)) == 49
