"""How long the usage page takes on ten million results: the server's time, and the database's part of it.

python tests/bench/usage_page.py [--results 10000000] [--rounds 15] [--explain]

Ranges of each kind, alone and narrowed by service, type of content and source, compared with the period
before, with the same weekdays or year before, and with nothing. The fastest and the middle time of the
rounds; beside them the processor time of this process (`own`) and of the database's (`cpu`), which other
users of the machine do not add to. In one process without a network: what it takes is all that a server adds.
"""

import argparse
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from tests.bench.load import Statements, Walker, filled, repeat  # noqa: E402

# isort: split
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from config.accounts.models import Account  # noqa: E402
from moderation.models import Service  # noqa: E402

ALLOWED_MS = 100
PAGE, API = "/console/usage/", "/api/v1/usage"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", default="")
    parser.add_argument("--explain", action="store_true")
    asked = parser.parse_args()
    account = filled(asked.results)
    client = Walker(account)
    print(f"{'best':>7} {'median':>7} {'own':>7} {'in db':>7} {'cpu':>7}  ms")
    over = []
    for name, path, params in questions(account):
        if asked.only in name:
            middle = tell(client, name, path, params, asked)
            over += [name] * (middle > ALLOWED_MS)
    print(f"above {ALLOWED_MS} ms: {', '.join(over) or 'nothing'}")


def questions(account: Account):
    today = timezone.now().date()
    days = {f"{n} days": {"by": "day", "from": f"{today - timedelta(days=n - 1)}"} for n in (7, 30, 60)}
    months = {"12 months": {"by": "month", "from": f"{today - timedelta(days=334):%Y-%m}"}}
    month = {"by": "month", "from": f"{today:%Y-%m}"}
    hours = {"by": "hour", "from": f"{today - timedelta(days=2)}"}
    ranges = days | months | {"1 month": month, "3 days by hour": hours}
    codes = [service.code for service in Service.objects.owned_by(account).for_machine().by_code()]
    narrowed = {
        "-": {},
        "one service": {"service": codes[0]},
        "five services": {"service": codes[:5]},
        "text": {"content_type": "text"},
        "console": {"source": "console"},
        "every source": {"source": ["api", "console", "test"]},
        "text by API": {"content_type": "text", "source": "api"},
        "alike": {"compare": "alike"},
        "alone": {"compare": "nothing"},
        "a service alone": {"service": codes[0], "compare": "nothing"},
    }
    for range_name, span in ranges.items():
        for name, more in narrowed.items():
            yield f"page, {range_name}, {name}", PAGE, span | more
    for range_name, span in ranges.items():
        yield f"api, {range_name}", API, span


def tell(client: Walker, name: str, path: str, params: dict, asked) -> float:
    statements, took, own = Statements(), [], []
    with connection.execute_wrapper(statements):
        answer = client.get(path, params)
    assert answer.status_code == 200, answer.content[:300]
    for _round in range(asked.rounds):
        began, busy = time.perf_counter(), time.process_time()
        client.get(path, params)
        took.append((time.perf_counter() - began) * 1000)
        own.append((time.process_time() - busy) * 1000)
    timed = repeat(statements.found, asked.rounds)
    figures = (min(took), statistics.median(took), statistics.median(own), statistics.median(timed.totals))
    print(" ".join(f"{one:7.1f}" for one in (*figures, timed.cpu)), f" {name}", flush=True)
    if asked.explain:
        took, sql, values = timed.slowest
        print(f"      {len(statements.found)} statements; the slowest {took:.1f} ms: {sql[:1500]}")
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", values)
            print("\n".join(f"      {line[:180]}" for (line,) in cursor.fetchall()))
    return figures[1]


if __name__ == "__main__":
    main()
