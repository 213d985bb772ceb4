"""Sums of days and months say what the counters say, whatever becomes of those."""

import random
import threading
from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from config.audit.models import AuditRecord
from config.retention.purging import purge
from stats.asked import read_asked
from stats.comparison import compare, label_rows
from stats.exactness.checks import check_day
from stats.exactness.repair import rebuild
from stats.facts import facts_within, sums_of, zone_of
from stats.models import (
    SUMS,
    LabelCounter,
    LabelFact,
    LabelMonth,
    LatencyCounter,
    LatencyFact,
    LatencyMonth,
    LatencySpan,
    SummedUntil,
    UsageCounter,
    UsageDay,
    UsageDelta,
    UsageFact,
    UsageMonth,
)
from stats.operations import fold, fold_tail
from stats.periods import DAY, MONTH, Period, end_of_month, shift_months
from stats.reads import Figures, buckets_by_service, by_source, label_shares, latency, today_in, total, usage
from stats.summing import forget_sums, sum_up
from tests.factories import NOW, make_account, service_of

UTC = ZoneInfo("UTC")
SERVICES = ("comment_detection", "chat_detection", "baselineCheck")
LABELS = ("pt_to_contact", "customized", "violent_weapon")
ZONES = ("UTC", "Asia/Kathmandu", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe")
SUMMED = (
    (UsageDay, UsageCounter, "day", (), SUMS),
    (UsageMonth, UsageCounter, "month", (), SUMS),
    (LabelMonth, LabelCounter, "month", ("label",), ("hits",)),
    (LatencyMonth, LatencyCounter, "month", ("bucket",), ("calls",)),
)


def counted(account, dice, number, *, days):
    """So many results of the last days, in the tail."""
    services = [service_of(account, code) for code in SERVICES]
    UsageDelta.objects.bulk_create(
        UsageDelta(
            account=account,
            service=(service := dice.choice(services)),
            source=dice.choice(("api", "api", "console", "test")),
            content_type=service.content_type,
            level=dice.choice(("none", "high", "low")),
            labels=dice.sample(LABELS, dice.randint(0, 2)),
            took_us=dice.randint(1, 90_000),
            at=NOW - timedelta(days=dice.random() * days),
        )
        for _number in range(number)
    )


def summed_from_counters(account, model, grain, name, figures):
    """What a table of sums has to hold."""
    zone = zone_of(account)
    until = SummedUntil.objects.filter(account=account).values_list("until", flat=True).first()
    found = {}
    for row in model.objects.owned_by(account).filter(starts_at__lt=until) if until else ():
        day = row.starts_at.astimezone(zone).date()
        key = (day.replace(day=1) if grain == "month" else day, row.service_id, row.source)
        key += tuple(getattr(row, one) for one in name)
        sums = found.setdefault(key, [0] * len(figures))
        for place, one in enumerate(figures):
            sums[place] += getattr(row, one)
    return {key: sums for key, sums in found.items() if any(sums)}


def held(account, model, name, figures):
    zone = zone_of(account)
    return {
        (
            row.starts_at.astimezone(zone).date(),
            row.service_id,
            row.source,
            *(getattr(row, n) for n in name),
        ): [getattr(row, one) for one in figures]
        for row in model.objects.owned_by(account)
        if any(getattr(row, one) for one in figures)
    }


def require_agreement(account, dice):
    account = type(account).objects.get(pk=account.pk)
    for model, counters, grain, name, figures in SUMMED:
        assert held(account, model, name, figures) == summed_from_counters(
            account, counters, grain, name, figures
        )
    today = today_in(account, NOW)
    for _round in range(3):
        first = today - timedelta(days=dice.randint(0, 130))
        require_same(account, Period(DAY, first, first + timedelta(days=dice.randint(0, 70))))
    month = shift_months(today, -dice.randint(0, 4))
    require_same(account, Period(MONTH, month, end_of_month(shift_months(month, dice.randint(0, 3)))))


def require_same(account, period):
    """Every read of a period against the rows that it is made of."""
    asked = {"account": account, "period": period}
    sources = dict.fromkeys(("api", "console"))
    facts = [one for one in facts_within(UsageFact, account, period, None) if one.source in sources]
    assert total(**asked) == sum((figures_of(one) for one in facts), Figures())
    by_step = {}
    for one in facts:
        day = one.at.astimezone(zone_of(account)).date()
        key = (day.replace(day=1) if period.by == MONTH else day), one.service_id
        by_step[key] = by_step.get(key, Figures()) + figures_of(one)
    found = {(row.on, row.service_id): row.figures for row in usage(**asked)}
    assert found == by_step
    labels = Counter()
    for one in facts_within(LabelFact, account, period, None):
        labels[one.label] += one.hits if one.source in sources else 0
    assert {one.label: one.hits for one in label_shares(**asked)} == +labels
    buckets = Counter()
    for one in facts_within(LatencyFact, account, period, None):
        buckets[one.service_id, one.bucket] += one.calls if one.source in sources else 0
    times = buckets_by_service(sums_of(LatencySpan, account, period, None))
    assert {(key, bucket): n for key, one in times.items() for bucket, n in one.items()} == +buckets


def figures_of(row):
    return Figures(*(getattr(row, name) for name in SUMS))


class TestAgreement:
    @pytest.mark.parametrize("seed", range(6))
    def test_after_whatever_was_done(self, db, settings, seed):
        dice = random.Random(seed)
        account, other = make_account(), make_account()
        account.time_zone = dice.choice(ZONES)
        account.save()
        counted(other, dice, 30, days=100)

        def change_counters():
            for model, figure in ((UsageCounter, "calls"), (LabelCounter, "hits"), (LatencyCounter, "calls")):
                keys = list(model.objects.owned_by(account).values_list("pk", flat=True))
                some = dice.sample(keys, min(len(keys), 5))
                model.objects.filter(pk__in=some).update(**{figure: dice.randint(100, 200)})

        def drop_counters():
            for model in (UsageCounter, LabelCounter, LatencyCounter):
                keys = list(model.objects.owned_by(account).values_list("pk", flat=True))
                model.objects.filter(pk__in=dice.sample(keys, min(len(keys), 9))).delete()

        def retire():
            settings.ASSAY_STATISTICS_KEPT_DAYS = dice.choice((30, 50, 70, 90))
            purge(now=NOW, batch=7)

        def move():
            account.time_zone = dice.choice(ZONES)
            account.save()

        deeds = (
            lambda: counted(account, dice, 40, days=dice.choice((1, 40, 110))),
            lambda: counted(account, dice, 40, days=dice.choice((1, 40, 110))),
            lambda: fold(now=NOW, batch=dice.choice((10, 1000))),
            lambda: fold_tail(now=NOW),
            lambda: sum_up(now=NOW - timedelta(days=dice.choice((0, 3, 40)))),
            lambda: sum_up(now=NOW),
            lambda: rebuild(account, today_in(account, NOW) - timedelta(days=dice.randint(0, 60)), NOW),
            lambda: forget_sums(account),
            change_counters,
            drop_counters,
            retire,
            move,
        )
        for _step in range(12):
            dice.choice(deeds)()
            require_agreement(account, dice)
        require_agreement(other, dice)
        fold_tail(now=NOW)
        sum_up(now=NOW)
        require_agreement(account, dice)
        assert SummedUntil.objects.count() == 2

    @pytest.mark.django_db(transaction=True)
    def test_while_folders_and_summing_are_at_work(self):
        dice, account = random.Random(1), make_account()
        counted(account, dice, 3000, days=60)
        calls = UsageDelta.objects.count()
        errors = []

        def at_work(job):
            try:
                job()
            except Exception as error:  # noqa: BLE001 - told below
                errors.append(error)
            finally:
                connection.close()

        def folding():
            while fold(now=NOW, batch=100):
                pass

        def summing():
            for days in range(60, -1, -2):
                sum_up(now=NOW - timedelta(days=days))

        workers = [
            threading.Thread(target=at_work, args=[job]) for job in (folding, folding, summing, summing)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

        assert errors == []
        sum_up(now=NOW)
        require_agreement(account, dice)
        assert (
            sum(UsageMonth.objects.values_list("calls", flat=True))
            + sum(
                UsageCounter.objects.filter(
                    starts_at__gte=SummedUntil.objects.get(account=account).until
                ).values_list("calls", flat=True)
            )
            == calls
        )


class TestSumming:
    @pytest.fixture
    def account(self, db):
        account = make_account()
        counted(account, random.Random(3), 200, days=100)
        fold_tail(now=NOW)
        return account

    def test_takes_the_days_that_are_over(self, account):
        assert sum_up(now=NOW) >= 4

        assert SummedUntil.objects.get(account=account).until == NOW.replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        assert UsageMonth.objects.owned_by(account).values("starts_at").distinct().count() >= 4
        assert sum_up(now=NOW) == 0

    def test_waits_for_a_while_after_midnight(self, account):
        sum_up(now=NOW)
        midnight = NOW.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)

        assert sum_up(now=midnight + timedelta(minutes=59)) == 0
        assert sum_up(now=midnight + timedelta(minutes=61)) > 0

    def test_what_comes_late_is_in_the_sums_at_once(self, account):
        sum_up(now=NOW)
        before = total(account=account, period=Period(DAY, date(2020, 1, 1), NOW.date()))
        counted(account, random.Random(4), 50, days=90)

        fold_tail(now=NOW)

        after = total(account=account, period=Period(DAY, date(2020, 1, 1), NOW.date()))
        assert after.calls > before.calls
        require_agreement(account, random.Random(5))

    def test_days_without_any_counters_leave_no_sums(self, account):
        sum_up(now=NOW)

        for model in (UsageCounter, LabelCounter, LatencyCounter):
            model.objects.owned_by(account).delete()

        for model in (UsageDay, UsageMonth, LabelMonth, LatencyMonth):
            assert not model.objects.owned_by(account).exists()

    def test_ends_in_time_and_goes_on_later(self, account):
        steps = 0
        while done := sum_up(now=NOW, seconds=0.000_001):
            steps += done
        assert steps == 0
        assert sum_up(now=NOW) > 0

    def test_a_new_account_is_read_from_its_counters(self, account):
        assert not SummedUntil.objects.exists()
        require_agreement(account, random.Random(6))


class TestMending:
    @pytest.fixture
    def account(self, db):
        account = make_account()
        counted(account, random.Random(8), 100, days=20)
        fold_tail(now=NOW)
        sum_up(now=NOW)
        return account

    def check(self, account):
        return check_day(account=account, day=NOW.date() - timedelta(days=2), now=NOW)

    @pytest.mark.parametrize(
        ("model", "figure"),
        [(UsageDay, "calls"), (UsageMonth, "took_us"), (LabelMonth, "hits"), (LatencyMonth, "calls")],
    )
    def test_what_a_hand_changed_is_found_and_made_anew(self, account, model, figure):
        model.objects.owned_by(account).update(**{figure: 77_777})

        self.check(account)

        assert AuditRecord.objects.owned_by(account).filter(action="usage.summed_anew").count() == 1
        require_agreement(account, random.Random(9))
        assert sum_up(now=NOW) > 0
        require_agreement(account, random.Random(9))

    def test_right_ones_are_left_alone(self, account):
        held = list(UsageMonth.objects.values_list("pk", flat=True))

        self.check(account)

        assert list(UsageMonth.objects.values_list("pk", flat=True)) == held
        assert not AuditRecord.objects.filter(action="usage.summed_anew").exists()


@pytest.mark.parametrize("query", ["by=day&from=2026-10-03", "by=month&from=2026-01", "by=day&compare=alike"])
@pytest.mark.parametrize(
    "narrowed", ["", "&service=comment_detection", "&source=test,api", "&content_type=image"]
)
def test_pages_say_the_same_before_and_after_summing(db, rf, query, narrowed):
    account = make_account()
    account.time_zone = "America/New_York"
    account.save()
    counted(account, random.Random(7), 300, days=300)
    fold_tail(now=NOW)
    params = rf.get(f"/?{query}{narrowed}").GET
    asked = read_asked(params, account=account, now=NOW)

    def told():
        found = compare(account=account, asked=asked, now=NOW, finely=True)
        return (
            found, label_rows(account=account, asked=asked), by_source(account=account, period=asked.period),
            latency(account=account, **asked.narrowing),
        )  # fmt: skip

    before = told()
    assert before[0].now.whole.calls

    assert sum_up(now=NOW)

    assert told() == before
