"""Counters are held against the results that exist: what differs is found with both numbers, and mended."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from config.audit.models import AuditRecord
from moderation.models import ModerationResult
from stats.exactness.checks import check_day, check_due_days, drifting, due_days
from stats.exactness.repair import DayUnclear, repair_day
from stats.models import (
    ForgottenCounter,
    ForgottenDelta,
    LabelCounter,
    LatencyCounter,
    UsageCheck,
    UsageCounter,
    UsageDelta,
    UsageDrift,
)
from stats.operations import fold, fold_forgotten, fold_tail
from stats.periods import DAY, Period
from stats.reads import label_shares, latency, total
from tests.factories import NOW, RISKY, make_account, make_result
from tests.purges import purge_results
from tests.stats.results import clean, hit

TODAY = NOW.date()
State = UsageCheck.State


@pytest.fixture
def account(db):
    return make_account()


def fill(account, *, at=NOW):
    """A bit of everything: three results of two services, four labels, an online test."""
    hit(account, "pt_to_contact", "customized", at=at, took_us=900)
    hit(account, "pt_to_contact", service="chat_detection", at=at, took_us=70_000)
    clean(account, at=at)
    hit(account, "customized", source="test", at=at)


def check(account, day=TODAY):
    return check_day(account=account, day=day, now=NOW)


def drifts(account):
    return {
        (one.figure, one.name): (one.counted, one.recounted)
        for one in UsageDrift.objects.owned_by(account).standing()
    }


def figures(account, day=TODAY):
    asked = {"account": account, "period": Period(DAY, day, day)}
    return total(**asked), label_shares(**asked), latency(**asked)


class TestCheck:
    @pytest.mark.parametrize("folded", [True, False], ids=["folded", "tail"])
    def test_counters_that_are_right_are_exact(self, account, folded):
        fill(account)
        make_result(account, RISKY)
        fill(make_account())
        if folded:
            fold(now=NOW)

        found = check(account)

        assert (found.state, found.counted, found.results, found.forgotten) == (State.EXACT, 5, 5, 0)
        assert drifts(account) == {}

    def test_a_day_without_calls_is_exact(self, account):
        assert check(account).state == State.EXACT

    def test_a_count_that_is_lost_is_found(self, account):
        fill(account)
        UsageDelta.objects.owned_by(account).filter(took_us=900).delete()
        fold(now=NOW)

        found = check(account)

        assert (found.state, found.counted, found.recounted) == (State.DRIFT, 3, 4)
        assert drifts(account) == {
            ("calls", ""): (1, 2),
            ("high", ""): (0, 1),
            ("took_us", ""): (1000, 1900),
            ("label", "pt_to_contact"): (0, 1),
            ("label", "customized"): (0, 1),
            ("latency", "39"): (1, 2),
        }

    def test_what_is_counted_twice_is_found(self, account):
        fill(account)
        fold(now=NOW)
        LabelCounter.objects.owned_by(account).filter(label="pt_to_contact").update(hits=7)

        check(account)

        assert sorted(UsageDrift.objects.owned_by(account).values_list("counted", "recounted")) == [
            (7, 1),
            (7, 1),
        ]

    def test_only_its_day_is_looked_at(self, account):
        yesterday = TODAY - timedelta(days=1)
        fill(account)
        fill(account, at=NOW - timedelta(days=1))
        fold(now=NOW)
        UsageCounter.objects.filter(starts_at__lt=NOW - timedelta(hours=12)).update(calls=9)

        assert check(account).state == State.EXACT
        assert check(account, yesterday).state == State.DRIFT

    @pytest.mark.parametrize("zone", ["Asia/Kathmandu", "America/New_York", "Asia/Shanghai"])
    def test_days_are_those_of_the_account_s_clock(self, account, zone):
        account.time_zone = zone
        account.save()
        starts_at = Period(DAY, TODAY, TODAY).moments(ZoneInfo(zone))[0]
        for hours in range(-5, 29):
            hit(account, at=starts_at + timedelta(hours=hours))
        fold(now=NOW)

        found = check(account)

        assert (found.state, found.results) == (State.EXACT, 24)

    def test_what_still_differs_keeps_the_time_at_which_it_was_found(self, account):
        fill(account)
        fold(now=NOW)
        UsageCounter.objects.owned_by(account).filter(took_us=1900).update(calls=3, took_us=2800)
        check(account)
        first = UsageDrift.objects.get(figure="calls")

        check_day(account=account, day=TODAY, now=NOW + timedelta(days=1))

        assert UsageDrift.objects.get(figure="calls").found_at == first.found_at == NOW
        assert drifting(now=NOW) == (2, NOW)

    def test_what_is_right_again_stands_no_more(self, account):
        fill(account)
        fold(now=NOW)
        UsageCounter.objects.owned_by(account).filter(took_us=1900).update(calls=3)
        assert check(account).state == State.DRIFT
        UsageCounter.objects.owned_by(account).filter(took_us=1900).update(calls=2)

        assert check(account).state == State.EXACT
        assert drifting(now=NOW) == (0, None)


class TestForgotten:
    def test_what_a_purge_takes_is_no_drift(self, account, settings):
        then = NOW - timedelta(days=20)
        fill(account, at=then)
        fill(account)
        fold(now=NOW)
        before = figures(account, then.date())
        settings.ASSAY_RESULTS_KEPT_DAYS = 10
        assert purge_results(now=NOW, batch=3) == 4

        for folds in (False, True):
            if folds:
                assert fold_forgotten(now=NOW) > 0
                assert not ForgottenDelta.objects.exists() and ForgottenCounter.objects.exists()
            found = check(account, then.date())
            assert (found.state, found.counted, found.results, found.forgotten) == (State.EXACT, 4, 0, 4)
        assert figures(account, then.date()) == before

    @pytest.mark.parametrize("folded", [True, False], ids=["folded", "tail"])
    def test_a_count_that_is_lost_is_found_among_what_is_gone(self, account, folded):
        fill(account)
        fold(now=NOW)
        ModerationResult.objects.owned_by(account).filter(took_us=70_000).delete()
        if folded:
            fold_forgotten(now=NOW)
        UsageCounter.objects.owned_by(account).filter(took_us=70_000).delete()

        found = check(account)

        assert (found.state, found.counted, found.results, found.forgotten) == (State.DRIFT, 3, 3, 1)
        assert drifts(account)["calls", ""] == (0, 1)

    def test_one_statement_that_deletes_much_notes_little(self, account):
        for _number in range(50):
            clean(account)
        ModerationResult.objects.owned_by(account).delete()

        assert [(one.kind, one.calls) for one in ForgottenDelta.objects.order_by("kind")] == [
            ("calls", 50),
            ("latency", 50),
        ]

    def test_a_deletion_that_is_undone_was_none(self, account):
        fill(account)
        with transaction.atomic():
            ModerationResult.objects.owned_by(account).delete()
            transaction.set_rollback(True)

        assert not ForgottenDelta.objects.exists()

    def test_content_for_people_alone_never_counted(self, account):
        result = clean(account)
        UsageDelta.objects.all().delete()
        ModerationResult.objects.filter(pk=result.pk).update(source="manual")
        assert check(account).state == State.EXACT

        ModerationResult.objects.filter(pk=result.pk).delete()

        assert not ForgottenDelta.objects.exists()
        assert check(account).counted == 0

    def test_forgetting_sums_stay_the_same_in_batches(self, account):
        for _number in range(5):
            hit(account, "customized")
        for result in ModerationResult.objects.owned_by(account):
            result.delete()

        assert [fold_forgotten(now=NOW, batch=4) for _round in range(5)] == [4, 4, 4, 3, 0]
        assert sorted(ForgottenCounter.objects.values_list("kind", "name", "calls", "high")) == [
            ("calls", "", 5, 5),
            ("label", "customized", 5, 0),
            ("latency", "39", 5, 0),
        ]


class TestRepair:
    @pytest.mark.parametrize("tail", [True, False], ids=["with a tail", "folded"])
    def test_sets_every_counter_right(self, account, tail):
        for hours in range(5):
            fill(account, at=NOW - timedelta(hours=hours))
        other = make_account()
        fill(other)
        right, right_of_other = figures(account), figures(other)
        fold(now=NOW)
        ModerationResult.objects.owned_by(account).filter(took_us=70_000).delete()
        fold_tail(now=NOW)
        ModerationResult.objects.owned_by(account).filter(took_us=900)[0].delete()
        UsageCounter.objects.owned_by(account).filter(took_us__gte=70_000).delete()
        UsageCounter.objects.owned_by(account).filter(source="api").update(calls=99)
        LabelCounter.objects.owned_by(account).filter(label="customized").update(hits=0)
        LatencyCounter.objects.owned_by(account).update(calls=3)
        LabelCounter.objects.create(
            account=account, service_id=UsageCounter.objects.first().service_id, source="api",
            starts_at=NOW.replace(hour=0), folded_at=NOW, label="never_seen", hits=4,
        )  # fmt: skip
        if tail:
            hit(account, "customized", took_us=5)
            right = None

        found = repair_day(account=account, day=TODAY, now=NOW)

        assert found.state == State.EXACT
        assert drifting(now=NOW) == (0, None)
        if not tail:
            assert figures(account) == right
        fold_tail(now=NOW)
        assert check(account).state == State.EXACT
        assert figures(other) == right_of_other

    def test_stays_on_record(self, account):
        fill(account)
        fold(now=NOW)
        UsageCounter.objects.owned_by(account).filter(took_us=1900).update(calls=3)

        repair_day(account=account, day=TODAY, now=NOW)

        drift = UsageDrift.objects.get()
        assert (drift.figure, drift.counted, drift.recounted, drift.repaired_at) == ("calls", 3, 2, NOW)
        entry = AuditRecord.objects.owned_by(account).get(action="usage.repaired")
        assert (entry.subject, '"figures": 1' in entry.body) == (TODAY.isoformat(), True)

    def test_writes_nothing_where_all_is_right(self, account):
        fill(account)
        fold(now=NOW)
        before = list(UsageCounter.objects.values_list("pk", flat=True))

        assert repair_day(account=account, day=TODAY, now=NOW).state == State.EXACT

        assert list(UsageCounter.objects.values_list("pk", flat=True)) == before
        assert not AuditRecord.objects.filter(action="usage.repaired").exists()

    def test_leaves_alone_what_nobody_can_tell(self, account):
        fill(account)
        fold(now=NOW)
        UsageCounter.objects.update(calls=9)
        UsageCheck.objects.create(account=account, day=TODAY, state=State.BEGUN, checked_at=NOW)

        with pytest.raises(DayUnclear):
            repair_day(account=account, day=TODAY, now=NOW)

        assert set(UsageCounter.objects.values_list("calls", flat=True)) == {9}


class TestClocks:
    def test_a_change_of_the_zone_is_no_drift(self, account):
        for hours in range(72):
            hit(account, at=NOW - timedelta(hours=hours))
        fold(now=NOW)
        account.time_zone = "Asia/Kathmandu"
        account.save()
        for hours in range(72):
            hit(account, at=NOW + timedelta(hours=hours))
        fold(now=NOW)

        states = [check(account, TODAY + timedelta(days=days)).state for days in range(-2, 3)]

        assert State.DRIFT not in states
        assert states[:3] == [State.UNCLEAR] * 3
        assert states[-1] == State.EXACT

    def test_what_was_found_before_the_change_stays(self, account):
        fill(account)
        fold(now=NOW)
        assert check(account).results == 4
        account.time_zone = "Asia/Kathmandu"
        account.save()

        found = check_day(account=account, day=TODAY, now=NOW + timedelta(days=7))

        assert (found.state, found.results) == (State.EXACT, 4)


class TestDue:
    def test_finished_days_are_looked_at_the_latest_first(self, account, settings):
        settings.ASSAY_RECOUNTED_DAYS = 3
        fill(account, at=NOW - timedelta(days=2))
        fold(now=NOW)

        assert [day for _account, day in due_days(now=NOW)] == [TODAY - timedelta(days=2)]
        later = NOW + timedelta(days=2)
        assert [day for _account, day in due_days(now=later)] == [
            TODAY + timedelta(days=1),
            TODAY,
        ]

    def test_each_is_looked_at_again_after_a_week(self, account):
        fill(account, at=NOW - timedelta(days=1))
        fold(now=NOW)

        assert check_due_days(now=NOW) == 1
        assert check_due_days(now=NOW + timedelta(hours=1)) == 0
        yesterday = TODAY - timedelta(days=1)
        assert UsageCheck.objects.get().state == State.EXACT
        assert (account, yesterday) not in list(due_days(now=NOW + timedelta(days=6)))
        assert (account, yesterday) in list(due_days(now=NOW + timedelta(days=8)))

    def test_a_day_that_was_still_running_is_looked_at_when_it_is_over(self, account):
        check(account)

        assert list(due_days(now=NOW)) == []
        assert list(due_days(now=NOW + timedelta(days=1))) == [(account, TODAY)]

    def test_nothing_is_looked_at_from_before_counting_anew_began(self, account):
        fill(account, at=NOW - timedelta(days=3))
        fold(now=NOW)
        begun = TODAY - timedelta(days=2)
        UsageCheck.objects.create(account=account, day=begun, state=State.BEGUN, checked_at=NOW)

        assert list(due_days(now=NOW)) == []
        assert check(account, begun).state == State.BEGUN

    def test_the_setting_switches_it_off(self, account, settings):
        settings.ASSAY_RECOUNTED_DAYS = 0
        fill(account, at=NOW - timedelta(days=1))
        fold(now=NOW)

        assert check_due_days(now=NOW) == 0

    def test_it_stops_when_its_time_is_over(self, account):
        for days in range(1, 4):
            fill(account, at=NOW - timedelta(days=days))
        fold(now=NOW)

        assert check_due_days(now=NOW, seconds=-1) == 0
        assert check_due_days(now=NOW) == 3
