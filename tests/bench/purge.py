"""How long moderations take while a month of results is purged beside them, and how fast that purge is.

python tests/bench/purge.py [--results 400000] [--writers 2] [--seconds 20] [--existing]

The database stays in var/pg-bench and is filled anew: half of the results are older than they are kept. With
--existing the one that DATABASE_URL names is taken as it is. Writers moderate texts, each call stored and
counted, first alone and then beside the purge; nobody else should work on the machine meanwhile.
"""

import argparse
import json
import multiprocessing
import os
import random
import sys
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from config import embedded  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
# What a writer writes is the same whichever engines looked; the heavy ones would only make figures noisy.
os.environ.setdefault("ASSAY_DETECTORS", "moderation.detectors.patterns.engine.PatternEngine")
if __name__ == "__main__" and "--existing" not in sys.argv:
    os.environ["DATABASE_URL"] = embedded.use(ROOT / "var" / "pg-bench", durable=True, database="purge_bench")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from config.accounts import revisions  # noqa: E402
from config.accounts.models import Account  # noqa: E402
from config.accounts.operations.accounts import open_account  # noqa: E402
from config.retention.models import PurgeReceipt  # noqa: E402
from config.retention.purging import REST, purge  # noqa: E402
from config.uuid7 import uuid7  # noqa: E402
from moderation.models import ModerationResult, Service  # noqa: E402
from moderation.operations.moderate import moderate_text  # noqa: E402

RESULT = (
    "id, account_id, request_id, service_id, version_id, content_type, data_id, author_id, context, content,"
    " media, level, labels, uncovered, scores, source, took_us, created_at, human_outcome, human_label"
)
LABEL = (
    "account_id, result_id, label, level, service_id, content_type, result_level, source, human_outcome,"
    " created_at"
)
WARM = 20
LABELS = ["pt_to_contact", "sexual_content", "inappropriate_profanity", "customized"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", type=int, default=400_000)
    parser.add_argument("--writers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--existing", action="store_true")
    asked = parser.parse_args()
    if not asked.existing:
        call_command("migrate", verbosity=0)
        fill(asked.results)
    account = Account.objects.order_by("id").first()
    old = due()
    print(f"{ModerationResult.objects.count():,} results, {old:,} of them older than they are kept")
    alone = measured(account, asked.writers, asked.seconds, beside=None)
    print(f"alone            {spelled(alone)}", flush=True)
    beside = measured(account, asked.writers, asked.seconds, beside=purge_on)
    print(f"beside the purge {spelled(beside)}", flush=True)
    for share in (0.5, 0.95, 0.99):
        ratio = quantile(beside["took"], share) / quantile(alone["took"], share)
        print(f"p{share * 100:.0f} of the latency is {ratio:.2f} times that of writers alone")
    gone = old - due()
    print(
        f"{gone:,} results purged in {beside['seconds']:.1f} s beside the writers:"
        f" {gone / beside['seconds']:,.0f}/s"
    )
    began, left = time.perf_counter(), due()
    purge(now=timezone.now(), names=["results"], seconds=60)
    took = time.perf_counter() - began
    print(f"{left - due():,} results purged in {took:.1f} s alone: {(left - due()) / took:,.0f}/s")
    print(f"{PurgeReceipt.objects.count()} receipts tell of {sum_of_receipts():,} rows")


def fill(count: int) -> None:
    began, dice, now = time.perf_counter(), random.Random(7), timezone.now()  # noqa: S311
    account = Account.objects.filter(name="bench").first()
    account = account or open_account(name="bench", actor=None, now=now)
    service = Service.objects.owned_by(account).select_related("current_version").by_code().first()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE moderation_moderationresult, retention_doomedfile CASCADE")
        with cursor.copy(f"COPY moderation_moderationresult ({RESULT}) FROM STDIN") as copy:
            for number in range(1, count + 1):
                copy.write_row(result_row(number, account, service, dice, now, count))
        cursor.execute(f"""
            INSERT INTO moderation_resultlabel ({LABEL})
            SELECT account_id, id, labels -> 0 ->> 'label', level, service_id, content_type, level, source,
                   '', created_at
            FROM moderation_moderationresult WHERE level <> 'none'""")
        cursor.execute(
            "SELECT setval('moderation_moderationresult_id_seq', max(id)) FROM moderation_moderationresult"
        )
        cursor.execute("VACUUM ANALYZE moderation_moderationresult, moderation_resultlabel")
    print(f"{count:,} results in {time.perf_counter() - began:.0f} s")


def result_row(number, account, service, dice, now, count) -> tuple:
    """The oldest first, over two months: half of them are over."""
    is_hit = dice.random() < 0.2
    labels = [{"label": dice.choice(LABELS) if is_hit else "nonLabel", "level": "high", "confidence": 90}]
    return (
        number, account.pk, uuid7(), service.pk, service.current_version_id, "text", f"data-{number}",
        f"author-{int(dice.paretovariate(1.1)) % 100_000}", "{}", "A text of some length " * 6, "{}",
        "high" if is_hit else "none", json.dumps(labels), "[]", "{}", "api", dice.randint(500, 9000),
        now - timedelta(days=60) * (1 - number / count), "", "",
    )  # fmt: skip


def due() -> int:
    before = timezone.now() - timedelta(days=settings.ASSAY_RESULTS_KEPT_DAYS)
    return ModerationResult.objects.filter(created_at__lt=before).count()


def measured(account: Account, writers: int, seconds: float, *, beside) -> dict:
    connection.close()
    context = multiprocessing.get_context("fork")
    stop, ready, took = context.Event(), context.Semaphore(0), context.SimpleQueue()
    programs = [
        context.Process(target=write_on, args=(account.pk, number, stop, ready, took))
        for number in range(writers)
    ]
    for program in programs:
        program.start()
    for _writer in programs:
        ready.acquire()
    programs += [context.Process(target=beside, args=(stop,))] if beside else []
    if beside:
        programs[-1].start()
    began = time.perf_counter()
    waits = lock_waits(began + seconds)
    stop.set()
    each = [one for _writer in range(writers) for one in took.get()]
    for program in programs:
        program.join()
    return {"took": sorted(each), "seconds": time.perf_counter() - began, "waits": waits}


def lock_waits(until: float) -> tuple[int, int]:
    """How often a look at the server found a session that waits for a lock of a row or table."""
    looks = waiting = 0
    while time.perf_counter() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND wait_event_type = 'Lock' AND wait_event IN ('transactionid', 'tuple', 'relation')"
            )
            waiting += cursor.fetchone()[0] > 0
        looks += 1
        time.sleep(0.02)
    connection.close()
    return waiting, looks


def write_on(account_id: int, number: int, stop, ready, told) -> None:
    account = Account.objects.get(pk=account_id)
    service, took, count = Service.objects.owned_by(account).by_code().first(), [], 0
    while not stop.is_set():
        count += 1
        began = time.perf_counter()
        moderate_text(
            account=account,
            revisions=revisions.read(account.pk),
            service_code=service.code,
            content=f"Text {count} of writer {number}: the library opens at nine.",
            now=timezone.now(),
        )
        took.append((time.perf_counter() - began) * 1000)
        if count == WARM:
            took.clear()
            ready.release()
    told.put(took)


def purge_on(stop) -> None:
    while not stop.is_set():
        purge(now=timezone.now(), names=["results"], seconds=2, rest=REST)


def quantile(took: list[float], share: float) -> float:
    return took[min(len(took) - 1, int(len(took) * share))]


def spelled(found: dict) -> str:
    took, (waiting, looks) = found["took"], found["waits"]
    shares = " / ".join(f"{quantile(took, share):.1f}" for share in (0.5, 0.95, 0.99, 1))
    waits = f"waits for locks in {waiting} of {looks} looks"
    return f"{len(took):,} calls, p50 / p95 / p99 / max {shares} ms, {waits}"


def sum_of_receipts() -> int:
    return sum(PurgeReceipt.objects.filter(name="results").values_list("rows", flat=True))


if __name__ == "__main__":
    main()
