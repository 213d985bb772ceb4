"""How long the lists of review items take in the database, per filter, on a table filled with invented items.

python tests/bench/item_lists.py [--items 1000000] [--rounds 30]

The database stays in var/pg-bench and is filled only where it holds fewer items than asked for.
"""

import argparse
import os
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from config import embedded  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
if __name__ == "__main__":
    os.environ["DATABASE_URL"] = embedded.use(
        ROOT / "var" / "pg-bench", durable=False, database="items_bench"
    )

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from config.accounts.models import Account  # noqa: E402
from config.accounts.operations.accounts import open_account  # noqa: E402
from moderation.models import Label, Service  # noqa: E402
from moderation.results_query import Place  # noqa: E402
from review.categories import categories_of  # noqa: E402
from review.items_asked import read_items_asked  # noqa: E402
from review.items_query import newest_item_ids  # noqa: E402
from review.models import ReviewItem, ReviewQueue  # noqa: E402

DAYS, PAGE = 90, 49
AUDIT = {"content_type": "text", "mode": "audit"}
MANUAL = {"content_type": "text", "mode": "human_machine,human_only"}
FILTERS = {
    "audit, waiting": AUDIT | {"result": "review"},
    "audit, waiting, high": AUDIT | {"result": "review", "level": "high"},
    "audit, waiting, service": AUDIT | {"result": "review", "service": "comment_detection"},
    "audit, waiting, label": AUDIT | {"result": "review", "label": "pt_to_contact"},
    "audit, all": AUDIT | {"result": "review,pass,block"},
    "manual, all": MANUAL,
    "manual, pass": MANUAL | {"result": "pass"},
    "manual, violation": MANUAL | {"violation": "pt_to_contact"},
    "manual, category": MANUAL | {"violation": "category:text_and_image_violation"},
    "manual, recheck block": MANUAL | {"recheck": "block"},
    "manual, recheck category": MANUAL | {"recheck_violation": "category:politics"},
    "manual, two categories": MANUAL
    | {"violation": "category:ad", "recheck_violation": "category:text_and_image_violation"},
    "manual, all at once": MANUAL
    | {"service": "comment_detection", "result": "block", "recheck": "pass", "violation": "pt_to_contact"},
    "manual, a day": MANUAL | {"from": "{day}", "to": "{day}"},
    "data id": {"data_id": "data-77"},
    "no filter": {},
}
# Items whose results have gone already: one that waits needs a result, and its index stretch is no other.
FILL = """
WITH made AS (
    SELECT n, random() AS standing, random() AS again, random() AS chance,
        (%(labels)s::text[])[1 + floor(power(random(), 3) * %(count)s)::int] AS found,
        (%(labels)s::text[])[1 + floor(power(random(), 3) * %(count)s)::int] AS named,
        (%(services)s::bigint[])[1 + n %% %(kinds)s] AS service,
        %(first)s::timestamptz + (%(last)s::timestamptz - %(first)s::timestamptz) * n / %(items)s AS at
    FROM generate_series(1, %(items)s) AS n
), told AS (
    SELECT *, CASE WHEN standing < .6 THEN 'pass' WHEN standing < .95 THEN 'block' ELSE '' END AS outcome,
        CASE WHEN standing < .95 AND again < .02 THEN (CASE WHEN again < .01 THEN 'pass' ELSE 'block' END)
            ELSE '' END AS recheck
    FROM made
)
INSERT INTO review_reviewitem (
    account_id, task_id, request_id, mode, queue_id, service_id, content_type, data_id, author_id, language,
    level, label, "group", state, priority, created_at, urgent_at, rounds, outcome, decided_label, decided_at,
    recheck_outcome, recheck_label, rechecked_at
)
SELECT %(account)s, gen_random_uuid(), gen_random_uuid(),
    (ARRAY['audit', 'human_machine', 'human_only'])[1 + floor(chance * 2.2)::int], %(queue)s, service, 'text',
    'data-' || n, '', '', (ARRAY['low', 'medium', 'high'])[1 + n %% 3], found, '',
    CASE WHEN outcome = '' THEN 'expired' ELSE 'decided' END, 2, at, at, 0, outcome,
    CASE WHEN outcome = 'block' THEN named ELSE '' END, CASE WHEN outcome <> '' THEN at END,
    recheck, CASE WHEN recheck = 'block' THEN found ELSE '' END, CASE WHEN recheck <> '' THEN at END
FROM told
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=30)
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    account = Account.objects.filter(name="bench").first()
    account = account or open_account(name="bench", actor=None, now=timezone.now())
    categories_of(account)
    if ReviewItem.objects.count() < asked.items:
        fill(account, asked.items)
    sizes()
    day = f"{timezone.now() - timedelta(days=DAYS / 2):%Y-%m-%d}"
    print(f"Least / p50 / p99 in ms of {asked.rounds} rounds, and the rows found:")
    print(f"{'filter':<28}{'first page':>30}{'half way down':>30}")
    for name, filters in FILTERS.items():
        params = {key: value.format(day=day) for key, value in filters.items()}
        asked_for, faults = read_items_asked(params, account=account)
        assert not faults, faults
        deep = Place(timezone.now() - timedelta(days=DAYS / 2), 2**40)
        pages = [timed(asked_for, account, after, asked.rounds) for after in (None, deep)]
        print(f"{name:<28}{pages[0]:>30}{pages[1]:>30}", flush=True)


def fill(account: Account, count: int) -> None:
    began, now = time.perf_counter(), timezone.now()
    queue = ReviewQueue.objects.create(account=account, name=f"bench {now:%H%M%S}", created_at=now)
    labels = list(Label.objects.for_content("text").order_by("id").values_list("code", flat=True))
    services = Service.objects.owned_by(account).filter(content_type="text")
    facts = {
        "account": account.pk, "queue": queue.pk, "items": count, "labels": labels, "count": len(labels),
        "services": list(services.values_list("pk", flat=True)), "kinds": services.count(),
        "first": now - timedelta(days=DAYS), "last": now,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FILL, facts)
        cursor.execute("VACUUM ANALYZE review_reviewitem")
    print(f"{count} items in {time.perf_counter() - began:.0f} s")


def sizes() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelname, pg_relation_size(indexrelid) / 2^20 FROM pg_stat_user_indexes"
            " WHERE relname = 'review_reviewitem' ORDER BY 2 DESC"
        )
        print("  ".join(f"{name} {size:.0f} MB" for name, size in cursor.fetchall()))


def timed(asked, account, after, rounds: int) -> str:
    found = newest_item_ids(asked, account=account, after=after, limit=PAGE)
    took = []
    for _round in range(rounds):
        began = time.perf_counter()
        newest_item_ids(asked, account=account, after=after, limit=PAGE)
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return f"{took[0]:.1f} / {statistics.median(took):.1f} / {took[int(len(took) * 0.99)]:.1f} ({len(found)})"


if __name__ == "__main__":
    main()
