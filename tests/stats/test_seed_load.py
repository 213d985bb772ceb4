"""The invented data set: rows that hold together, counters that say the same, a database as before."""

from datetime import timedelta
from functools import partial
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from config.accounts.models import Account
from config.audit.records import faults
from moderation.models import Callback, CallbackEndpoint, ModerationResult, ResultLabel
from review.models import Decision, ReviewItem
from stats.exactness.checks import check_day
from stats.load.days import batches, hours_of
from stats.review_recount import recount
from tests.factories import NOW, make_account, make_result

pytestmark = pytest.mark.django_db(transaction=True)
RESULTS = 3000
STRUCTURE = """
SELECT 'index', schemaname, tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'constraint', '', conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace ORDER BY 1, 3, 4
"""
BROKEN = """
SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated
"""
USAGE = """
SELECT account_id, service_id, source, content_type, sum(calls), sum(high), sum(medium), sum(low),
       sum(took_us)
FROM stats_usagecounter GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
RECOUNT = """
SELECT account_id, service_id, source, content_type, count(*), count(*) FILTER (WHERE level = 'high'),
       count(*) FILTER (WHERE level = 'medium'), count(*) FILTER (WHERE level = 'low'), sum(took_us)
FROM moderation_moderationresult WHERE source <> 'manual' GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
LABELS = "SELECT service_id, label, sum(hits) FROM stats_labelcounter GROUP BY 1, 2 ORDER BY 1, 2"
RELABELLED = """
SELECT service_id, label ->> 'label', count(*)
FROM moderation_moderationresult, jsonb_array_elements(labels) label
WHERE level <> 'none' GROUP BY 1, 2 ORDER BY 1, 2
"""


def rows(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def seed(**options):
    out = StringIO()
    call_command("seed_load", results=RESULTS, days=40, accounts=2, stdout=out, **options)
    return out.getvalue()


class TestSeedLoad:
    def test_makes_rows_that_hold_together_and_leaves_the_database_as_it_was(self):
        structure = rows(STRUCTURE)

        told = seed()

        assert rows(STRUCTURE) == structure and rows(BROKEN) == []
        assert ModerationResult.objects.count() == RESULTS and f"{RESULTS:,} results in" in told
        assert rows(USAGE) == rows(RECOUNT)
        assert rows(LABELS) == rows(RELABELLED)
        self.assert_every_day_is_exact()
        for account in Account.objects.filter(name__startswith="Load"):
            assert recount(account=account) == []
        assert list(faults()) == []
        self.assert_people_said_what_results_say()
        self.assert_it_is_skewed()
        # Nothing of it is ever sent.
        assert not Callback.objects.for_healthy_endpoints().exists()
        assert not CallbackEndpoint.objects.filter(paused_at=None).exists()

    def assert_every_day_is_exact(self):
        now = timezone.now()
        checks = [
            check_day(account=account, day=now.date() - timedelta(days=back), now=now)
            for account in Account.objects.all()
            for back in range(-1, 45)
        ]
        assert {check.state for check in checks} == {"exact"}
        assert sum(check.results for check in checks) == sum(row[4] for row in rows(RECOUNT))

    def assert_people_said_what_results_say(self):
        items = {item.result_id: item for item in ReviewItem.objects.decided()}
        reviewed = {one.pk: one for one in ModerationResult.objects.exclude(human_outcome="")}
        assert items and items.keys() == reviewed.keys()
        for result_id, item in items.items():
            said = reviewed[result_id]
            assert (said.human_outcome, said.human_label) == (item.effective_outcome, item.effective_label)
        assert Decision.objects.count() == sum(item.rounds for item in items.values())
        copies = ResultLabel.objects.values_list("result__human_outcome", "human_outcome")
        assert all(one == other for one, other in copies)

    def assert_it_is_skewed(self):
        first, second = Account.objects.filter(name__startswith="Load").order_by("id")
        mine = ModerationResult.objects.owned_by
        assert mine(first).count() > 2 * mine(second).count() > 0
        assert mine(first).filter(author_id="user-1").count() > mine(first).filter(author_id="user-9").count()
        assert not ModerationResult.objects.filter(created_at__gt=timezone.now()).exists()

    def test_refuses_a_database_that_holds_results(self):
        account = make_account("Real")
        make_result(account)
        with pytest.raises(CommandError, match="--beside-real-data"):
            seed()
        assert ModerationResult.objects.count() == 1

        seed(beside_real_data=True)

        assert ModerationResult.objects.owned_by(account).count() == 1
        assert ModerationResult.objects.count() == RESULTS + 1
        assert make_result(account).pk > RESULTS

    def test_goes_beside_what_it_made_before(self):
        seed()
        seed(beside_real_data=True)

        assert ModerationResult.objects.count() == 2 * RESULTS

    def test_ends_with_the_fault_that_stopped_it(self, monkeypatch):
        def refuse(*_asked):
            raise OperationalError("no room left on the disk")

        monkeypatch.setattr("stats.load.copying.copy", refuse)
        monkeypatch.setattr("stats.load.loading.MOST_AHEAD", 1)
        monkeypatch.setattr("stats.load.loading.batches", partial(batches, least=50))
        with pytest.raises(OperationalError, match="no room left"):
            seed()
        assert not ModerationResult.objects.exists()


class TestDays:
    def test_have_every_result_once_and_none_in_the_future(self):
        hours = hours_of(results=10_000, days=30, now=NOW)

        assert sum(hour.count for hour in hours) == 10_000
        assert [hour.first for hour in hours[1:]] == [hour.first + hour.count for hour in hours[:-1]]
        assert all(hour.starts_at.timestamp() + hour.seconds <= NOW.timestamp() for hour in hours)
        by_hour = {}
        for hour in hours:
            by_hour[hour.starts_at.hour] = by_hour.get(hour.starts_at.hour, 0) + hour.count
        assert by_hour[19] > 3 * by_hour[3]

    def test_are_made_in_batches(self):
        hours = hours_of(results=10_000, days=30, now=NOW)
        found = list(batches(hours, least=1000))
        assert [hour for batch in found for hour in batch] == hours
        assert all(sum(hour.count for hour in batch) >= 1000 for batch in found[:-1])
