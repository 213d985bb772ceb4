"""How long calls took: percentiles from buckets, beside those of the times themselves."""

import random
from datetime import timedelta

import pytest
from django.db import connection

from stats.latencies import latency_of, percentile_ms
from stats.models import LatencyCounter
from stats.operations import fold
from stats.periods import DAY, Period
from stats.reads import latency, latency_by_service
from tests.factories import NOW, make_account, make_result, service_of
from tests.stats.results import clean, hit

TODAY = Period(DAY, NOW.date(), NOW.date())
ONE_BUCKET = 2 ** (1 / 4)


@pytest.fixture
def account(db):
    return make_account()


def buckets_of(times):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT stats_latency_bucket(took), count(*) FROM unnest(%s::bigint[]) AS took GROUP BY 1",
            [times],
        )
        return dict(cursor.fetchall())


def exactly(times, share):
    times = sorted(times)
    return times[max(0, -(-int(share * 1000) * len(times) // 1000) - 1)] / 1000


@pytest.mark.django_db
class TestBuckets:
    @pytest.mark.parametrize("exponent", range(31))
    def test_an_octave_has_four_and_begins_with_a_power_of_two(self, exponent):
        assert list(buckets_of([2**exponent])) == [4 * exponent]

    def test_what_took_no_time_stands_with_the_shortest(self):
        assert buckets_of([0, 1]) == {0: 2}

    def test_no_time_is_over_the_last(self):
        assert max(buckets_of([2**31 - 1])) == 123


@pytest.mark.django_db
class TestPercentiles:
    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("share", [0.5, 0.95, 0.99])
    def test_are_in_the_bucket_of_the_exact_ones(self, seed, share):
        dice = random.Random(seed)
        times = [int(dice.lognormvariate(7 + seed, 0.3 + seed / 3)) + 1 for _number in range(5000)]

        told, exact = percentile_ms(buckets_of(times), share), exactly(times, share)

        assert exact / ONE_BUCKET <= told <= exact * ONE_BUCKET

    def test_are_near_where_many_calls_are(self):
        dice = random.Random(1)
        times = [int(dice.lognormvariate(8, 0.6)) for _number in range(20_000)]

        for share in (0.5, 0.95, 0.99):
            assert percentile_ms(buckets_of(times), share) == pytest.approx(exactly(times, share), rel=0.04)

    def test_there_are_none_of_nothing(self):
        assert latency_of({}) is None


class TestLatency:
    def test_is_counted_with_the_result(self, account):
        result = make_result(account)

        found = latency(account=account, period=TODAY)

        assert found.calls == 1
        assert result.took_us / 1000 / ONE_BUCKET <= found.p50_ms <= result.took_us / 1000 * ONE_BUCKET

    def test_is_the_same_folded_and_not(self, account):
        for number in range(60):
            clean(account, took_us=500 * (number + 1))
        before = latency(account=account, period=TODAY)
        fold(now=NOW, batch=25)
        between = latency(account=account, period=TODAY)
        fold(now=NOW)

        assert before.calls == 60
        assert before.p50_ms < before.p95_ms < before.p99_ms
        assert before == between == latency(account=account, period=TODAY)
        assert sum(LatencyCounter.objects.owned_by(account).values_list("calls", flat=True)) == 60

    def test_is_told_by_service(self, account):
        clean(account, took_us=1000)
        hit(account, service="chat_detection", took_us=64_000)
        fold(now=NOW)
        chat, comments = (service_of(account, code) for code in ("chat_detection", "comment_detection"))

        found = latency_by_service(account=account, period=TODAY)

        assert found.keys() == {chat.pk, comments.pk}
        assert found[chat.pk] == latency(account=account, period=TODAY, services=[chat])
        assert found[chat.pk].p50_ms > 50 > 2 > found[comments.pk].p50_ms

    def test_is_that_of_the_period_without_online_tests(self, account):
        clean(account, took_us=1000, source="test")
        clean(account, took_us=1000, at=NOW - timedelta(days=1))

        assert latency(account=account, period=TODAY) is None
        assert latency(account=account, period=TODAY, sources=["test"]).calls == 1

    def test_of_another_account_is_not_told(self, account):
        clean(account)

        assert latency(account=make_account(), period=TODAY) is None
