"""What counting the work of people costs, how fast it folds, and how long its pages take on a million items.

python tests/bench/review_statistics.py [--items 1000000] [--waiting 100000]
"""

import argparse
import os
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from config import embedded  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
if __name__ == "__main__":
    os.environ["DATABASE_URL"] = embedded.use(
        ROOT / "var" / "pg-bench", durable=True, database="review_statistics_bench"
    )

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.utils import timezone  # noqa: E402

from config.accounts.models import User  # noqa: E402
from config.accounts.operations.accounts import open_account, set_member  # noqa: E402
from config.accounts.roles import Role  # noqa: E402
from moderation.models import Service  # noqa: E402
from review import work_watchers  # noqa: E402
from review.models import ReviewQueue  # noqa: E402
from review.operations.decisions import decide  # noqa: E402
from stats.models import WorkDelta  # noqa: E402
from stats.review_folding import fold_review  # noqa: E402
from stats.review_items import LISTS  # noqa: E402
from stats.review_recount import count_what_is_missing, recount  # noqa: E402
from tests.review.test_eight_reviewers import waiting_items  # noqa: E402

QUEUES = ["General", "Urgent", "Pictures", "Trade", "Appeals"]
TABLES = (
    "stats_workdelta", "stats_workcounter", "stats_handlingcounter", "stats_machinedelta",
    "stats_machinecounter", "review_decision", "review_reviewitem",
)  # fmt: skip
# A year, skewed: most items in few queues, services and labels; a tenth clean, some late, some rechecked.
ITEMS = """
INSERT INTO review_reviewitem (
    account_id, task_id, request_id, mode, queue_id, service_id, content_type, data_id, author_id, language,
    level, label, "group", state, priority, created_at, due_at, urgent_at, rounds, outcome, decided_label,
    decided_by_id, decided_at, recheck_outcome, recheck_label, rechecked_at)
SELECT %(account)s, gen_random_uuid(), gen_random_uuid(), 'audit', queues[1 + (dice ^ 2 * 5)::int %% 5],
    services[1 + (dice * dice2 * array_length(services, 1))::int %% array_length(services, 1)],
    'text', '', '', 'en', level, CASE WHEN level = 'none' THEN '' ELSE label END, '', 'decided', 2, at,
    at + interval '4 hours', at, 1, outcome, CASE WHEN outcome = 'block' THEN label ELSE '' END, %(user)s,
    decided_at, recheck, CASE WHEN recheck = 'block' THEN label ELSE '' END,
    CASE WHEN recheck <> '' THEN decided_at + interval '1 hour' END
FROM (
    SELECT *, labels[1 + (dice3 ^ 3 * array_length(labels, 1))::int %% array_length(labels, 1)] AS label,
        CASE WHEN dice2 < 0.1 THEN 'none' WHEN dice2 < 0.5 THEN 'high' ELSE 'medium' END AS level,
        CASE WHEN dice3 < 0.7 THEN 'block' ELSE 'pass' END AS outcome,
        CASE WHEN dice > 0.97 THEN 'pass' WHEN dice > 0.94 THEN 'block' ELSE '' END AS recheck,
        at + make_interval(secs => 30 + 20000 * dice2 ^ 4) AS decided_at
    FROM (
        SELECT random() AS dice, random() AS dice2, random() AS dice3,
            now() - interval '7 hours' - random() * interval '364 days' AS at
        FROM generate_series(1, %(count)s)
    ) AS thrown, (SELECT %(queues)s::bigint[] AS queues, %(services)s::bigint[] AS services,
        %(labels)s::varchar[] AS labels) AS chosen
) AS made
"""
DECISIONS = """
INSERT INTO review_decision (account_id, item_id, round, stage, reviewer_id, outcome, label, category, reason,
    note, handling_ms, event_id, decided_at)
SELECT account_id, id, 1, 'decision', decided_by_id, outcome, decided_label, '', '', '',
    (900 * exp(3 * random()))::int, '', decided_at
FROM review_reviewitem WHERE account_id = %(account)s AND state = 'decided'
UNION ALL
SELECT account_id, id, 2, 'recheck', decided_by_id, recheck_outcome, recheck_label, '', '', '', NULL, '',
    rechecked_at
FROM review_reviewitem WHERE account_id = %(account)s AND rechecked_at IS NOT NULL
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--waiting", type=int, default=100_000)
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    clear()
    cost_of_counting()
    clear()
    account, user = fill(asked.items, asked.waiting)
    with measured(f"count {asked.items} items that were never counted"):
        rows = count_what_is_missing(account=account)
    print(f"  {rows} rows")
    with measured("fold them"):
        fold_review(now=timezone.now())
    with measured("recount everything"):
        drifts = recount(account=account)
    assert drifts == []
    print("  counters == recount")
    speed_of_fold(account)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")
    sizes()
    pages(user)


def clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")


@contextmanager
def measured(what: str, count: int = 0):
    began = time.perf_counter()
    yield
    took = time.perf_counter() - began
    rate = f"{count / took:>12,.0f}/s {took / count * 1e6:>9.1f} us" if count else ""
    print(f"{what:<58}{took * 1000:>10.1f} ms{rate}", flush=True)


def cost_of_counting(count: int = 1000) -> None:
    """What of a decision's time its counting takes: the machine may be busy, the share is what it is."""
    account = open_account(name="cost", actor=None, now=timezone.now())
    user = User.objects.filter(username="cost").first() or User.objects.create_user("cost")
    items = waiting_items(account, count)
    counting = []

    def timed(execute, statement, values, many, context):
        began = time.perf_counter()
        try:
            return execute(statement, values, many, context)
        finally:
            if "stats_workdelta" in statement:
                counting.append(time.perf_counter() - began)

    began = time.perf_counter()
    with connection.execute_wrapper(timed):
        for item in items:
            decide(
                account=account, item_id=item, reviewer=user, outcome="pass", handling_ms=2000,
                now=timezone.now(),
            )  # fmt: skip
    whole = time.perf_counter() - began
    assert len(counting) == count
    print(
        f"decide {count} items: {whole / count * 1e6:.0f} us each, of which counting "
        f"{sum(counting) / count * 1e6:.0f} us ({sum(counting) / whole:.1%})"
    )


def fill(items: int, waiting: int):
    now = timezone.now()
    account = open_account(name="bench", actor=None, now=now)
    user = User.objects.filter(username="bench").first() or User.objects.create_user("bench")
    set_member(account=account, user=user, role=Role.ACCOUNT_ADMIN, actor=None, now=now)
    for place, name in enumerate(QUEUES):
        ReviewQueue.objects.get_or_create(
            account=account,
            name=name,
            defaults={"position": place, "created_at": now, "is_default": place == 0},
        )
    queues = ReviewQueue.objects.owned_by(account).order_by("position")
    values = {
        "account": account.pk,
        "user": user.pk,
        "count": items,
        "queues": list(queues.values_list("pk", flat=True)),
        "services": list(Service.objects.owned_by(account).values_list("pk", flat=True)),
        "labels": [f"{prefix}_{number}" for prefix in ("pt", "sexual", "violent") for number in range(10)],
    }
    work_watchers.watchers.clear()
    if waiting:
        waiting_items(account, waiting)
    with measured(f"make {items} items that were decided"), connection.cursor() as cursor:
        cursor.execute(ITEMS, values)
        cursor.execute(DECISIONS, values)
    return account, user


def speed_of_fold(account, count: int = 200_000) -> None:
    WorkDelta.objects.bulk_create(
        [
            WorkDelta(
                account=account, service_id=1 + number % 8, queue_id=1 + number % 5, passed=1, handled=1,
                handling_ms=2000, bucket=40 + number % 9, at=timezone.now(),
            )
            for number in range(count)
        ],
        batch_size=5000,
    )  # fmt: skip
    with measured(f"fold {count} decisions", count):
        fold_review(now=timezone.now())


def sizes() -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT count(*), pg_size_pretty(pg_total_relation_size('{table}')) FROM {table}")
            print(f"  {table}: %s rows, %s" % cursor.fetchone())


def pages(user) -> None:
    setup_test_environment()
    client = Client()
    client.force_login(user)
    today = timezone.now().date()
    daily = {"by": "day", "from": str(today - timedelta(days=61))}
    monthly = {"by": "month", "from": f"{today - timedelta(days=330):%Y-%m}"}
    year = {"from": str(today - timedelta(days=364)), "to": str(today)}
    path = "/console/review-statistics/"
    for name, query in [("14 days", {}), ("62 days", daily), ("12 months", monthly)]:
        tell(client, f"page, {name}", path, query)
    tell(client, "dashboard", "/console/", {})
    tell(client, "csv of 12 months", f"{path}export/", monthly | {"format": "csv"})
    for what in LISTS:
        tell(client, f"items of a year: {what}", f"{path}items/", year | {"what": what})
    for machine in ("confirmed", "renamed", "overruled", "missed", "passed"):
        tell(client, f"items of a year: {machine}", f"{path}items/", year | {"machine": machine})
    tell(client, "items of a year: a label, renamed", f"{path}items/", year | {"machine": "renamed"})


def tell(client, name: str, path: str, query: dict) -> None:
    get(client, path, query)
    best = min((get(client, path, query) for _round in range(7)), key=lambda took: took[0])
    print(
        f"{f'{name} (best of 7)':<58}{best[0] * 1000:>10.1f} ms, database {best[1] * 1000:.1f} ms", flush=True
    )


def get(client, path: str, query: dict) -> tuple[float, float]:
    inside = []

    def timed(execute, statement, values, many, context):
        began = time.perf_counter()
        try:
            return execute(statement, values, many, context)
        finally:
            inside.append(time.perf_counter() - began)

    began = time.perf_counter()
    with connection.execute_wrapper(timed):
        answer = client.get(path, query)
        assert answer.status_code == 200, (path, query, answer.status_code)
        b"".join(answer) if answer.streaming else answer.content
    return time.perf_counter() - began, sum(inside)


if __name__ == "__main__":
    main()
