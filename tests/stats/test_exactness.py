"""Thousands of results at a time, programs that die in the middle: the figures are right at every moment."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from stats.exactness.checks import check_day
from stats.models import UsageDelta
from stats.operations import fold_tail
from tests.factories import NOW, make_account, service_of
from tests.ground import proofs
from tests.ground.live import wait_until
from tests.stats.programs import DyingPrograms, dying_folders
from tests.stats.results import store_result

WRITERS, EACH = 4, 500
KINDS = [("none", ()), ("high", ("pt_to_contact", "customized")), ("low", ("customized",))]
SERVICES = ["comment_detection", "chat_detection"]

# Both sides of each comparison in one statement see one moment.
DRIFT = """
SELECT (SELECT count(*) FROM moderation_moderationresult) - coalesce(sum(calls), 0),
       (SELECT count(*) FROM moderation_moderationresult WHERE level = 'high') - coalesce(sum(high), 0),
       (SELECT coalesce(sum(jsonb_array_length(labels)), 0) FROM moderation_moderationresult
        WHERE level <> 'none') - (SELECT coalesce(sum(hits), 0) FROM stats_labelfact)
FROM stats_usagefact
"""
RECOUNT = """
SELECT service_id, source, count(*), count(*) FILTER (WHERE level = 'high'),
       count(*) FILTER (WHERE level = 'low'), sum(took_us)
FROM moderation_moderationresult GROUP BY 1, 2 ORDER BY 1, 2
"""
COUNTED = """
SELECT service_id, source, sum(calls), sum(high), sum(low), sum(took_us)
FROM stats_usagecounter GROUP BY 1, 2 ORDER BY 1, 2
"""


def rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def write(services, number):
    level, labels = KINDS[number % 3]
    store_result(
        services[number % 2], level, *labels, took_us=number, source="test" if number % 10 == 0 else "api"
    )


@pytest.mark.django_db(transaction=True)
def test_counters_and_tail_equal_a_recount_at_every_moment():
    account = make_account()
    services = [service_of(account, code) for code in SERVICES]
    over, drifts, looks, failures = threading.Event(), [], [], []

    def keep_writing(writer):
        try:
            for number in range(EACH):
                write(services, writer * EACH + number)
        except Exception as error:  # noqa: BLE001 (told to the test)
            failures.append(error)
        finally:
            connection.close()

    def keep_looking():
        while not over.is_set():
            found = rows(DRIFT)[0]
            looks.append(found)
            if any(found):
                drifts.append(found)
        connection.close()

    looker = threading.Thread(target=keep_looking)
    writers = [threading.Thread(target=keep_writing, args=[writer]) for writer in range(WRITERS)]
    with dying_folders() as folders:
        for thread in (looker, *writers):
            thread.start()
        for thread in writers:
            thread.join()
    over.set()
    looker.join()
    fold_tail(now=NOW)

    assert failures == []
    assert drifts == []
    assert len(looks) > 10
    assert folders.kills >= 10
    assert not UsageDelta.objects.exists()
    assert rows(RECOUNT) == rows(COUNTED)
    assert sum(row[2] for row in rows(COUNTED)) == WRITERS * EACH


# Of all days at once, and written apart from what the product checks itself by.
ALL_SIDES = """
SELECT (SELECT count(*) FROM moderation_moderationresult),
       (SELECT coalesce(sum(calls), 0) FROM stats_forgottencounter WHERE kind = 'calls'),
       (SELECT coalesce(sum(calls), 0) FROM stats_usagecounter),
       (SELECT coalesce(sum(calls), 0) FROM stats_latencycounter)
"""
YOUNG = """
SELECT account_id, service_id, source, content_type, count(*), count(*) FILTER (WHERE level = 'high'),
       count(*) FILTER (WHERE level = 'medium'), count(*) FILTER (WHERE level = 'low'), sum(took_us)
FROM moderation_moderationresult WHERE created_at > now() - interval '10 days'
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
YOUNG_COUNTED = """
SELECT account_id, service_id, source, content_type, sum(calls), sum(high), sum(medium), sum(low),
       sum(took_us)
FROM stats_usagecounter WHERE starts_at > now() - interval '10 days'
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""


@pytest.mark.django_db(transaction=True)
def test_counters_equal_a_recount_after_kills_of_all_who_write_fold_and_purge():
    """Writers, folders and purgers are killed in the middle of whatever they do, thousands of times."""
    account, wanted = make_account(), proofs.of(50_000, part=1_500)
    kinds = {"writer": 4, "folder": 2, "purger": 1}
    with DyingPrograms(life=proofs.of(6, part=0.5), **kinds) as programs:
        wait_until(lambda: written() >= wanted, "enough results are stored", programs.program, seconds=1200)
    fold_tail(now=timezone.now())
    results, forgotten, counted, timed = rows(ALL_SIDES)[0]

    assert programs.kills > 20
    assert results + forgotten == counted == timed >= wanted
    assert results > 0 < forgotten
    assert rows(YOUNG) == rows(YOUNG_COUNTED)
    today = timezone.now().date()
    checks = [
        check_day(account=account, day=today - timedelta(days=back), now=timezone.now()) for back in range(45)
    ]
    assert {check.state for check in checks} == {"exact"}
    assert sum(check.counted for check in checks) == counted


def written() -> int:
    """Each result is in the counters or in the tail, whatever became of it."""
    return rows("SELECT coalesce(sum(calls), 0) FROM stats_usagefact")[0][0]
