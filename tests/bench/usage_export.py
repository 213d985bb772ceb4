"""How long the usage of a year takes as a file and how much memory, over the counters of ten million results.

python tests/bench/usage_export.py [--results 10000000] [--services 20] [--database-url URL --account UID]

Without a database of your own the counters are made here: each service, hour and source of a year has one
as ten million results leave them, and each service, day and source twenty labels. Each file is written in a
process of its own, whose peak memory is told, beside that of one which has only started.
"""

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from config import embedded  # noqa: E402

LABELS = [
    f"{prefix}_{number}" for prefix in ("pt", "sexual", "political", "contraband") for number in range(5)
]
SOURCES = ["api", "console", "replay"]
COLUMNS = ["service_name", "content_type", "source", "hits", "high", "medium", "low"]
COLUMNS += ["hit_share", "mean_ms", "labels"]
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
SELECT s.account_id, s.id, source, 'text', hour, %(calls)s, 1, 1, 1, %(calls)s * 1000, now()
FROM moderation_service s, unnest(%(sources)s::varchar[]) AS source,
     generate_series(date_trunc('hour', now()) - interval '366 days', now(), interval '1 hour') AS hour
WHERE s.account_id = %(account)s
"""
LABEL_COUNTERS = """
INSERT INTO stats_labelcounter (account_id, service_id, source, starts_at, label, hits, folded_at)
SELECT s.account_id, s.id, source, day, label, 4, now()
FROM moderation_service s, unnest(%(sources)s::varchar[]) AS source, unnest(%(labels)s::varchar[]) AS label,
     generate_series(date_trunc('day', now()) - interval '366 days', now(), interval '1 day') AS day
WHERE s.account_id = %(account)s
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", type=int, default=10_000_000)
    parser.add_argument("--services", type=int, default=20)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--account", default="")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    os.environ["DATABASE_URL"] = asked.database_url or embedded.use(
        ROOT / "var" / "pg-bench", durable=False, database="usage_export_bench"
    )
    spawn = multiprocessing.get_context("spawn")
    if not asked.account:
        run(spawn, prepare, asked.results, asked.services)
    uid = asked.account or "BENCH"
    run(spawn, start_only)
    for kind in ("csv", "xlsx"):
        for columns in ([], COLUMNS):
            run(spawn, measure, uid, kind, columns)


def run(spawn, work, *arguments) -> None:
    child = spawn.Process(target=work, args=arguments)
    child.start()
    child.join()
    assert child.exitcode == 0


def start_django():
    import django  # noqa: PLC0415 (each child starts for itself)

    django.setup()
    import stats.tasks  # noqa: F401, PLC0415


def prepare(results: int, services: int) -> None:
    start_django()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from config.accounts.models import Account, User  # noqa: PLC0415
    from config.accounts.operations.accounts import open_account  # noqa: PLC0415
    from moderation.models import Service  # noqa: PLC0415
    from stats.summing import sum_up  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    User.objects.get_or_create(username="bench")
    account = Account.objects.filter(uid="BENCH").first() or open_account(
        name="bench", actor=None, now=timezone.now(), uid="BENCH"
    )
    owned = list(Service.objects.owned_by(account).for_machine().by_code())
    for number in range(services - len(owned)):
        copy = Service.objects.get(pk=owned[0].pk)
        copy.pk, copy.code, copy.name = None, f"copy_{number}", f"Copy {number}"
        copy.save(force_insert=True)
    calls = max(3, results // (services * len(SOURCES) * 367 * 24))
    values = {"account": account.pk, "sources": SOURCES, "labels": LABELS, "calls": calls}
    with connection.cursor() as cursor:
        for table in ("stats_usagedelta", "stats_usagecounter", "stats_labelcounter", *SUMS):
            cursor.execute(f"TRUNCATE {table}")
        cursor.execute(COUNTERS, values)
        cursor.execute(LABEL_COUNTERS, values)
        while sum_up(now=timezone.now()):
            pass
        cursor.execute("VACUUM ANALYZE stats_usagecounter, stats_labelcounter")
        cursor.execute("SELECT count(*), sum(calls) FROM stats_usagecounter")
        counters, total = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM stats_labelcounter")
        print(f"{counters:,} counters of {total:,} calls, {cursor.fetchone()[0]:,} of labels", flush=True)


def start_only() -> None:
    start_django()
    print(f"a worker that has only started: {peak():.0f} MB", flush=True)


def measure(uid: str, kind: str, columns: list[str]) -> None:
    start_django()
    from django.test.utils import override_settings  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from config.accounts.models import Account, User  # noqa: PLC0415
    from stats.exports.jobs import make_export  # noqa: PLC0415
    from stats.models import Export  # noqa: PLC0415

    now = timezone.now()
    account = Account.objects.get(uid=uid)
    user, _made = User.objects.get_or_create(username="bench")
    first, last = now.date() - timedelta(days=365), now.date()
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder):
        export = Export.objects.create(
            account=account,
            requested_by=user,
            kind=Export.Kind.USAGE,
            format=kind,
            query=f"by=day&from={first}&to={last}",
            columns=columns,
            has_content=False,
            created_at=now,
        )
        before, began, busy = peak(), time.perf_counter(), time.process_time()
        assert make_export(export_id=export.pk, now=now)
        took, busy = time.perf_counter() - began, time.process_time() - busy
        export.refresh_from_db()
        print(
            f"{kind:<5}{'the report' if not columns else 'with every column':<18}{export.rows:>8,} rows"
            f"{took:>6.1f} s ({busy:.1f} s CPU of ours), file {export.size / 2**20:.1f} MB,"
            f" peak memory {before:.0f} -> {peak():.0f} MB",
            flush=True,
        )
        Export.objects.filter(pk=export.pk).delete()


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
