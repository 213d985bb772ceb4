"""How long the list of results takes in the database, per filter, on a table filled by COPY.

python tests/bench/result_lists.py [--results 1000000] [--rounds 30] [--explain any-of-5]

The database stays in var/pg-bench and is filled only where it holds fewer results than asked for.
"""

import argparse
import json
import os
import random
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
        ROOT / "var" / "pg-bench", durable=False, database="results_bench"
    )

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from config.accounts.models import Account  # noqa: E402
from config.accounts.operations.accounts import open_account  # noqa: E402
from config.uuid7 import uuid7  # noqa: E402
from moderation.models import Label, ModerationResult, Service  # noqa: E402
from moderation.results_asked import read_asked  # noqa: E402
from moderation.results_query import Place, newest_ids  # noqa: E402

DAYS = 30
PAGE = 51
RARE, ABSENT = "ad_compliance", "political_a"
RESULT = (
    "id, account_id, request_id, service_id, version_id, content_type, data_id, author_id, context, content,"
    " media, level, labels, uncovered, scores, source, took_us, created_at, human_outcome, human_label,"
    " human_decided_at"
)
LABEL = (
    "account_id, result_id, label, level, service_id, content_type, result_level, source, human_outcome,"
    " created_at"
)
WHOLE = {"content_type": "text"}
FILTERS = {
    "no filter": {},
    "type text": WHOLE,
    "type image": {"content_type": "image"},
    "service, a common one": {"service": "comment_detection"},
    "service, a rare one": {"service": "rare_service"},
    "level high": WHOLE | {"level": "high"},
    "any risk": WHOLE | {"label": "!=nonLabel"},
    "one label, common": {"label": "{common}"},
    "one label, rare": {"label": RARE},
    "one label, absent": {"label": ABSENT},
    "any-of-5": {"label": "{five}"},
    "any of 5, type and service": WHOLE | {"label": "{five}", "service": "comment_detection"},
    "any of 20": {"label": "{twenty}"},
    "any of 20, type, level and source": WHOLE
    | {"label": "{twenty}", "level": "high,medium", "source": "api,test"},
    "nonLabel": WHOLE | {"label": "nonLabel"},
    "nonLabel and 2 labels": WHOLE | {"label": "nonLabel,{common}," + RARE},
    "source test": WHOLE | {"source": "test"},
    "human block": WHOLE | {"human": "block"},
    "not reviewed": WHOLE | {"human": "none"},
    "all at once, rare": {
        "service": "comment_detection", "level": "high", "source": "test", "human": "block", "label": RARE,
    },
    "all but the label, none passes": {
        "service": "rare_service", "level": "high", "source": "test", "human": "block",
    },
    "one day, level high": WHOLE | {"from": "{day}", "to": "{day}", "level": "high"},
    "one day, any of 5": {"from": "{day}", "to": "{day}", "label": "{five}"},
    "an hour long ago": WHOLE | {"from": "{day}T08:00", "to": "{day}T08:59"},
    "data id": {"data_id": "data-77"},
    "request id": {"request_id": "{request}"},
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--explain", default="")
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    account = furnish()
    if ModerationResult.objects.count() < asked.results:
        fill(account, asked.results)
    sizes()
    words = words_for(account)
    print(f"Least / p50 / p99 in ms of {asked.rounds} rounds, and the rows found:")
    print(f"{'filter':<34}{'first page':>28}{'half way down':>28}")
    for name, filters in FILTERS.items():
        params = {key: value.format(**words) for key, value in filters.items()}
        if asked.explain and name != asked.explain:
            continue
        measure(name, account, params, asked.rounds)
        if asked.explain:
            explain(account, params)


def furnish() -> Account:
    account = Account.objects.filter(name="bench").first()
    if account is not None:
        return account
    account = open_account(name="bench", actor=None, now=timezone.now())
    open_account(name="another", actor=None, now=timezone.now())
    pattern = Service.objects.owned_by(account).select_related("current_version").by_code().first()
    for code, kind in [("rare_service", "text"), *((f"picture_{n}", "image") for n in range(5))]:
        pattern.pk, pattern.code, pattern.name, pattern.content_type = None, code, code, kind
        pattern.save(force_insert=True)
    return account


def fill(account: Account, count: int) -> None:
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE moderation_moderationresult CASCADE")
        carried, results = [], invented(account, count)
        with cursor.copy(f"COPY moderation_moderationresult ({RESULT}) FROM STDIN") as copy:
            for row, labels in results:
                copy.write_row(row)
                carried += labels
        with cursor.copy(f"COPY moderation_resultlabel ({LABEL}) FROM STDIN") as copy:
            for row in carried:
                copy.write_row(row)
        cursor.execute("VACUUM ANALYZE moderation_moderationresult, moderation_resultlabel")
    print(f"{count} results and {len(carried)} labels in {time.perf_counter() - began:.0f} s")


def invented(account: Account, count: int):
    """Results of a month with their label rows: one in ten is a hit, few are tests, few were reviewed."""
    dice, now = random.Random(7), timezone.now()
    rare = Service.objects.get(account=account, code="rare_service")
    other = Account.objects.exclude(pk=account.pk).first()
    services = {
        one.pk: list(Service.objects.owned_by(one).exclude(pk=rare.pk)) for one in Account.objects.all()
    }
    common = list(
        Label.objects.exclude(code__in=[RARE, ABSENT, "nonLabel"])
        .order_by("id")
        .values_list("code", flat=True)
    )
    # What is read is read now: while rows are copied the connection takes no questions.
    return rows_of(dice, now, account, other, services, rare, common, count)


def rows_of(dice, now, account, other, services, rare, common, count):
    for number in range(1, count + 1):
        service = rare if dice.random() < 1e-5 else None
        owner = account if service or dice.random() < 0.9 else other
        service = service or dice.choice(services[owner.pk])
        level = dice.choices(["none", "low", "medium", "high"], [90, 5, 3, 2])[0]
        found = set()
        if level != "none":
            found = {common[int(len(common) * dice.random() ** 3)] for _n in range(dice.choice([1, 1, 2, 3]))}
            if dice.random() < 1e-4:
                found.add(RARE)
        source = dice.choices(["api", "console", "test"], [97, 2.9, 0.1])[0]
        human = dice.choices(["", "pass", "block"], [98, 1.2, 0.8])[0]
        at = now - timedelta(days=DAYS) * (1 - number / count) + timedelta(seconds=dice.uniform(0, 2))
        facets = (service.content_type, level, source, human, at)
        yield (
            result_row(number, owner, service, found, facets),
            [
                (owner.pk, number, label, level, service.pk, *facets)
                for label in found
            ],
        )  # fmt: skip


def result_row(number, owner, service, found, facets) -> tuple:
    content_type, level, source, human, at = facets
    labels = [{"label": label, "level": level, "evidence": []} for label in found or ["nonLabel"]]
    data_id = f"data-{number}" if number % 2 else ""
    verdict = (human, "x" if human == "block" else "", at if human else None)
    return (
        number, owner.pk, uuid7(), service.pk, service.current_version_id, content_type, data_id, "", "{}",
        "A text of some length " * 4, "{}", level, json.dumps(labels), "[]", "{}", source, 900, at, *verdict,
    )  # fmt: skip


def sizes() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelname, pg_relation_size(indexrelid) / 2^20 FROM pg_stat_user_indexes"
            " WHERE relname IN ('moderation_moderationresult', 'moderation_resultlabel') ORDER BY 2 DESC"
        )
        print("  ".join(f"{name} {size:.0f} MB" for name, size in cursor.fetchall()))


def words_for(account: Account) -> dict[str, str]:
    codes = [
        code for code in Label.objects.order_by("id").values_list("code", flat=True) if code != "nonLabel"
    ]
    middle = ModerationResult.objects.owned_by(account).order_by("id")[1000]
    return {
        "common": codes[0],
        "five": ",".join([*codes[:3], RARE, ABSENT]),
        "twenty": ",".join(codes[:20]),
        "day": f"{timezone.now() - timedelta(days=20):%Y-%m-%d}",
        "request": str(middle.request_id),
    }


def measure(name: str, account: Account, params: dict, rounds: int) -> None:
    asked, faults = read_asked(params, account=account, now=timezone.now())
    assert not faults, faults
    deep = Place(timezone.now() - timedelta(days=DAYS / 2), 2**40)
    print(
        f"{name:<34}{timed(asked, account, None, rounds):>28}{timed(asked, account, deep, rounds):>28}",
        flush=True,
    )


def timed(asked, account, after, rounds: int) -> str:
    found = newest_ids(asked, account=account, after=after, limit=PAGE)
    took = []
    for _round in range(rounds):
        began = time.perf_counter()
        newest_ids(asked, account=account, after=after, limit=PAGE)
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    p50, p99 = statistics.median(took), took[int(len(took) * 0.99)]
    return f"{took[0]:.1f} / {p50:.1f} / {p99:.1f} ({len(found)})"


def explain(account: Account, params: dict) -> None:
    asked, _faults = read_asked(params, account=account, now=timezone.now())
    with CaptureQueriesContext(connection) as queries:
        newest_ids(asked, account=account, after=None, limit=PAGE)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + queries[-1]["sql"].replace("%", "%%"))
        print("\n".join(line for (line,) in cursor.fetchall()))


if __name__ == "__main__":
    main()
