"""What exact figures cost: counting a result, folding, noting what is deleted, counting a day anew.

python tests/bench/exact_figures.py [--results 333000] [--rounds 5]

The database stays in var/pg-bench. Results are made by the database itself, with contents of
some hundred bytes.
Seconds of processor are those of this process and of its database process: they tell on a busy
machine, too.
"""

import argparse
import os
import sys
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from config import embedded  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
if __name__ == "__main__":
    os.environ["DATABASE_URL"] = embedded.use(ROOT / "var" / "pg-bench", durable=True, database="exact_bench")

import django  # noqa: E402
import psutil  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from config.accounts.operations.accounts import open_account  # noqa: E402
from moderation.models import ModerationResult  # noqa: E402
from moderation.signals import verdict_reached  # noqa: E402
from stats.counting import count_result  # noqa: E402
from stats.exactness.checks import check_day  # noqa: E402
from stats.exactness.repair import repair_day  # noqa: E402
from stats.operations import FOLD, fold, fold_tail  # noqa: E402
from tests.factories import service_of  # noqa: E402
from tests.stats.results import store_result  # noqa: E402

# As many results as asked for on one day; a tenth of them hit, with evidence.
RESULTS = """
INSERT INTO moderation_moderationresult (
    account_id, request_id, service_id, version_id, content_type, data_id, author_id, context, content, media,
    level, labels, uncovered, scores, source, took_us, created_at, human_outcome, human_label
)
SELECT s.account_id, gen_random_uuid(), s.id, s.current_version_id, 'text', 'data-' || n,
       'author-' || n %% 5000,
       '{}', repeat('words of a comment ' || n, 8), '{}', CASE WHEN n %% 10 = 0 THEN 'high' ELSE 'none' END,
       CASE WHEN n %% 10 = 0 THEN ('[{"label": "label_' || n %% 7 || '", "level": "high", "confidence": 97, '
            '"evidence": [{"source": "engine", "detector": "patterns", "score": 97}]}]')::jsonb
       ELSE '[{"label": "nonLabel", "level": "none", "confidence": 0, "evidence": []}]' END,
       '[]', '{"patterns": {"version": "1", "raw": {"contact": 12.5, "advertising": 3.25}}}', 'api',
       500 + (random() * 20000)::int, %(from)s + n * interval '1 day' / %(count)s, '', ''
FROM generate_series(0, %(count)s - 1) AS n
JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS services
      FROM moderation_service WHERE account_id = %(account)s) s ON n %% services = place
"""
TAIL = """
INSERT INTO stats_usagedelta (account_id, service_id, source, content_type, level, labels, took_us, at)
SELECT account_id, service_id, source, content_type, level,
       CASE WHEN level = 'none' THEN ARRAY[]::varchar[] ELSE ARRAY[labels -> 0 ->> 'label'] END,
       took_us, created_at
FROM moderation_moderationresult WHERE account_id = %(account)s ORDER BY id LIMIT %(count)s
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", type=int, default=333_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    account = open_account(name="bench", actor=None, now=timezone.now())
    day = timezone.now().date() - timedelta(days=1)
    cost_of_counting(account, asked.rounds)
    clear()
    values = {"account": account.pk, "count": asked.results, "from": day}
    timed(f"make {asked.results} results", lambda: run(RESULTS, values))
    run("VACUUM ANALYZE moderation_moderationresult")
    speed_of_fold(values, asked.rounds)
    run(TAIL, values)
    fold_tail(now=timezone.now(), batch=10_000)
    state = None
    for _round in range(asked.rounds):
        state = timed("count the day anew", lambda: check_day(account=account, day=day, now=timezone.now()))
    assert state.state == "exact", state
    run("UPDATE stats_usagecounter SET calls = calls + 1")
    timed("mend the day", lambda: repair_day(account=account, day=day, now=timezone.now()))
    cost_of_deleting(account, asked.rounds)
    state = check_day(account=account, day=day, now=timezone.now())
    assert state.state == "exact", state
    print(f"  {state.results} results exist, {state.forgotten} are gone, {state.counted} were counted: exact")
    clear()


def run(statement: str, values=None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def clear() -> None:
    run(
        "TRUNCATE stats_usagedelta, stats_usagecounter, stats_labelcounter, stats_latencycounter,"
        " stats_forgottendelta, stats_forgottencounter, stats_usagecheck, stats_usagedrift"
    )
    run("TRUNCATE moderation_moderationresult CASCADE")


def timed(what: str, work, count: int = 0):
    began, busy = time.perf_counter(), processor_seconds()
    answer = work()
    took, busy = time.perf_counter() - began, processor_seconds() - busy
    each = f"{busy / count * 1e6:>10.1f} us of processor each" if count else ""
    print(f"{what:<58}{took * 1000:>10.1f} ms, processor {busy * 1000:>8.1f} ms{each}", flush=True)
    return answer


def processor_seconds() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    times = psutil.Process(backend).cpu_times()
    return time.process_time() + times.user + times.system


def cost_of_counting(account, rounds: int, count: int = 2000) -> None:
    """In one transaction each, so that what is compared is work and not the disk."""
    service = service_of(account)

    def write():
        with transaction.atomic():
            for number in range(count):
                store_result(
                    service, *(("high", "customized") if number % 10 == 0 else ()), at=timezone.now()
                )

    for _round in range(rounds):
        verdict_reached.disconnect(dispatch_uid="stats.counting")
        timed("store a result, not counted", write, count)
        verdict_reached.connect(count_result, dispatch_uid="stats.counting")
        timed("store a result, counted", write, count)


def speed_of_fold(values: dict, rounds: int, count: int = 100_000) -> None:
    """With the times, and by the statement without them."""
    without = FOLD[: FOLD.index(", timed AS")] + "\nSELECT count(*) FROM gone"
    for _round in range(rounds):
        for name, statement in (("with times", FOLD), ("without times", without)):
            run(TAIL, values | {"count": count})
            timed(f"fold {count} results, {name}", lambda folding=statement: fold_all(folding), count)
    clear_counters()


def fold_all(statement: str, batch: int = 10_000) -> None:
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"batch": batch, "now": timezone.now()})
            if not cursor.fetchone()[0]:
                return


def clear_counters() -> None:
    run("TRUNCATE stats_usagecounter, stats_labelcounter, stats_latencycounter")


def cost_of_deleting(account, rounds: int, batch: int = 1000) -> None:
    """Batches as a purge takes them, rolled back so that both delete the same."""
    ids = list(ModerationResult.objects.owned_by(account).order_by("created_at").values_list("pk", flat=True))
    batches = [ids[start : start + batch] for start in range(0, 10 * batch, batch)]

    def delete():
        for some in batches:
            ModerationResult.objects.filter(pk__in=some).only("pk").delete()

    for _round in range(rounds):
        for name, switch in (("noted", "ENABLE"), ("not noted", "DISABLE")):
            with transaction.atomic():
                run(f"ALTER TABLE moderation_moderationresult {switch} TRIGGER note_forgotten_results")
                timed(f"delete {10 * batch} results in batches, {name}", delete, 10 * batch)
                transaction.set_rollback(True)
    timed("delete them for good", delete, 10 * batch)
    fold(now=timezone.now())


if __name__ == "__main__":
    main()
