"""What counting costs, how fast the fold is, how long the usage page takes, and whether all of it is exact.

python tests/bench/usage_counters.py [--results 20000] [--services 20]
"""

import argparse
import multiprocessing
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
    os.environ["DATABASE_URL"] = embedded.use(ROOT / "var" / "pg-bench", durable=True, database="usage_bench")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.utils import timezone  # noqa: E402

from config.accounts.models import User  # noqa: E402
from config.accounts.operations.accounts import open_account, set_member  # noqa: E402
from config.accounts.roles import Role  # noqa: E402
from moderation.models import Service  # noqa: E402
from moderation.signals import verdict_reached  # noqa: E402
from stats.counting import count_result  # noqa: E402
from stats.models import UsageDelta  # noqa: E402
from stats.operations import fold, fold_tail  # noqa: E402
from stats.summing import sum_up  # noqa: E402
from tests.stats.programs import dying_folders  # noqa: E402
from tests.stats.results import store_result  # noqa: E402
from tests.stats.test_exactness import COUNTED, KINDS, RECOUNT, rows  # noqa: E402

LABELS = [
    f"{prefix}_{number}" for prefix in ("pt", "sexual", "political", "contraband") for number in range(5)
]
SUMS = (
    "stats_usageday",
    "stats_usagemonth",
    "stats_labelmonth",
    "stats_latencymonth",
    "stats_summeduntil",
)
COUNTERS = """
INSERT INTO stats_usagecounter (account_id, service_id, source, content_type, starts_at, calls, high, medium,
                                low, took_us, folded_at)
SELECT s.account_id, s.id, 'api', 'text', hour, 900, 30, 40, 50, 900000, now()
FROM moderation_service s,
     generate_series(date_trunc('hour', now()) - interval '1 year', now(), interval '1 hour') AS hour
"""
LABEL_COUNTERS = """
INSERT INTO stats_labelcounter (account_id, service_id, source, starts_at, label, hits, folded_at)
SELECT s.account_id, s.id, 'api', day, label, 480, now()
FROM moderation_service s, unnest(%s::varchar[]) WITH ORDINALITY AS labels (label, place),
     generate_series(date_trunc('day', now()) - interval '1 year', now(), interval '1 day') AS day
WHERE (place + s.id) %% 2 = 0
"""
TAIL = """
INSERT INTO stats_usagedelta (account_id, service_id, source, content_type, level, labels, took_us, at)
SELECT s.account_id, s.id, 'api', 'text', CASE WHEN n %% 10 = 0 THEN 'high' ELSE 'none' END,
       CASE WHEN n %% 10 = 0 THEN ARRAY['pt_1', 'sexual_2'] ELSE ARRAY[]::varchar[] END,
       1000, now() - make_interval(secs => n %% 60)
FROM (SELECT id, account_id, row_number() OVER (ORDER BY id) - 1 AS place,
             count(*) OVER () AS services FROM moderation_service) s
JOIN generate_series(1, %s) AS n ON n %% services = place
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", type=int, default=20_000)
    parser.add_argument("--services", type=int, default=20)
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    clear()
    account = open_account(name="bench", actor=None, now=timezone.now())
    exactness(account, asked.results)
    cost_of_counting(account)
    speed_of_fold()
    clear()
    accounts = [open_account(name=name, actor=None, now=timezone.now()) for name in ("one", "two")]
    for account in accounts:
        widen(account, asked.services)
    reading(accounts[0])


def clear() -> None:
    with connection.cursor() as cursor:
        for table in ("stats_usagedelta", "stats_usagecounter", "stats_labelcounter", *SUMS):
            cursor.execute(f"TRUNCATE {table}")
        cursor.execute("TRUNCATE moderation_moderationresult CASCADE")


def services_of(account) -> list[Service]:
    return list(Service.objects.owned_by(account).select_related("current_version").by_code())


def widen(account, count: int) -> None:
    """Copies of a service until the account has `count`."""
    services = services_of(account)
    for number in range(count - len(services)):
        copy = Service.objects.get(pk=services[0].pk)
        copy.pk, copy.code, copy.name = None, f"copy_{number}", f"Copy {number}"
        copy.save(force_insert=True)


@contextmanager
def measured(what: str, count: int = 0):
    began, used = time.perf_counter(), time.process_time()
    yield
    took, busy = time.perf_counter() - began, time.process_time() - used
    rate = (
        f"{count / took:>12,.0f}/s {took / count * 1e6:>9.1f} us, own CPU {busy / count * 1e6:.1f} us"
        if count
        else ""
    )
    print(f"{what:<58}{took * 1000:>10.1f} ms{rate}", flush=True)


def write(writer: int, count: int, account_id: int) -> None:
    services = list(Service.objects.filter(account=account_id).select_related("current_version")[:2])
    for number in range(count):
        level, labels = KINDS[number % 3]
        store_result(services[number % 2], level, *labels, took_us=writer, at=timezone.now())


def write_at_once(account, count: int, writers: int = 4) -> None:
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    family = [fork.Process(target=write, args=[n, count // writers, account.pk]) for n in range(writers)]
    for child in family:
        child.start()
    for child in family:
        child.join()
        assert child.exitcode == 0


def exactness(account, count: int) -> None:
    connections.close_all()
    with (
        measured(f"{count} results by 4 processes, 2 folders being killed", count),
        dying_folders() as folders,
    ):
        write_at_once(account, count)
    left = UsageDelta.objects.count()
    fold_tail(now=timezone.now())
    assert rows(RECOUNT) == rows(COUNTED)
    print(f"  {folders.kills} folders killed, {left} rows were left in the tail, counters == recount")


def cost_of_counting(account, count: int = 4_000) -> None:
    """In one transaction each, so that what is compared is work and not the disk."""
    for _round in range(2):
        with measured("store a result, counted", count), transaction.atomic():
            write(0, count, account.pk)
        verdict_reached.disconnect(dispatch_uid="stats.counting")
        with measured("store a result, not counted", count), transaction.atomic():
            write(0, count, account.pk)
        verdict_reached.connect(count_result, dispatch_uid="stats.counting")


def insert_tail(count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TAIL, [count])


def speed_of_fold(count: int = 200_000) -> None:
    fold_tail(now=timezone.now())
    for batch in (1_000, 10_000, 50_000):
        insert_tail(count)
        with measured(f"fold {count} rows in batches of {batch}", count):
            while fold(now=timezone.now(), batch=batch):
                pass


def reading(account) -> None:
    with connection.cursor() as cursor:
        cursor.execute(COUNTERS)
        cursor.execute(LABEL_COUNTERS, [LABELS])
    with connection.cursor() as cursor:
        while sum_up(now=timezone.now()):
            pass
        cursor.execute("VACUUM ANALYZE stats_usagecounter, stats_labelcounter, stats_usagedelta")
        cursor.execute(
            "SELECT count(*) FROM stats_usagecounter UNION ALL SELECT count(*) FROM stats_labelcounter"
        )
        print("  rows of usage and label counters:", cursor.fetchall())
    setup_test_environment()
    user = User.objects.filter(username="bench").first() or User.objects.create_user("bench")
    set_member(account=account, user=user, role=Role.VIEWER, actor=None, now=timezone.now())
    client = Client()
    client.force_login(user)
    today = timezone.now().date()
    daily = {"by": "day", "from": str(today - timedelta(days=61))}
    monthly = {"by": "month", "from": f"{today - timedelta(days=330):%Y-%m}"}
    for tail in (0, 60_000):
        insert_tail(tail)
        for name, path, query in [
            ("page, 14 days", "/console/usage/", {}),
            ("page, 62 days", "/console/usage/", daily),
            ("page, 12 months", "/console/usage/", monthly),
            ("dashboard", "/console/", {}),
            ("csv, 62 days", "/console/usage/export/", daily | {"format": "csv"}),
            ("xlsx, 62 days", "/console/usage/export/", daily | {"format": "xlsx"}),
        ]:
            get(client, path, query)
            best = min(timed(client, path, query) for _round in range(5))
            print(f"{f'{name}, tail of {tail} rows (best of 5)':<58}{best * 1000:>10.1f} ms", flush=True)


def timed(client, path: str, query: dict) -> float:
    began = time.perf_counter()
    get(client, path, query)
    return time.perf_counter() - began


def get(client, path: str, query: dict) -> bytes:
    answer = client.get(path, query)
    assert answer.status_code == 200, answer
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


if __name__ == "__main__":
    main()
