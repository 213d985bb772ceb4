"""How long the database takes for every list of the product, per filter and pair of filters.

python tests/bench/every_list.py [--results 10000000] [--rounds 20] [--only deliveries,keywords] [--explain]

The database stays in var/pg-load, or where DATABASE_URL says, and is filled by `seed_load` where it holds
nothing. Each list is asked for once through its page or its address of the API; the statements that this ran
are then repeated alone. `total` is what all statements of an answer take together; what counts is its 99th
percentile. First pages and pages half way down, common values (the first named) and rare ones (the last). Of
a page and an address that ask the same the address is asked for pairs, the page for filters alone.

Beside the time that passed stands the time for which the server's process ran (`cpu`): on a machine that
others use as well, it is the one that says something of the product.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from tests.bench.load import Statements, Timed, Walker, at_99, filled, repeat, spelled  # noqa: E402

# isort: split
from django.db import connection  # noqa: E402

from tests.bench.lists import Wanted, lists_of  # noqa: E402

ALLOWED_MS = 25
HEAD = f"{'p50':>8} {'p99':>8} {'cpu p50':>8} {'cpu p99':>8}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", default="")
    parser.add_argument("--explain", action="store_true")
    parser.add_argument("--singles", action="store_true", help="no pairs of filters")
    parser.add_argument("--worst", type=int, default=25)
    asked = parser.parse_args()
    account = filled(asked.results)
    client = Walker(account)
    print(f"{HEAD}  of all questions of a list")
    measured = []
    for wanted in lists_of(account):
        wanted.in_pairs = wanted.in_pairs and not asked.singles
        if any(one in wanted.name for one in asked.only.split(",")):
            measured += walk(client, wanted, asked.rounds, is_told=bool(asked.only))
    report(measured, asked.worst, asked.explain)


def walk(client: Walker, wanted: Wanted, rounds: int, *, is_told: bool) -> list[tuple[str, Timed]]:
    found = []
    for name, params in wanted.asked():
        for place, more in (("first", {}), ("middle", wanted.middle)):
            if place == "middle" and not more:
                continue
            label = f"{wanted.name:<18} {place:<6} {name}"
            statements = Statements()
            with connection.execute_wrapper(statements):
                answer = client.get(wanted.path, wanted.always | params | more)
            if answer.status_code != 200:
                raise SystemExit(f"{label}: {answer.status_code} {answer.content[:300]}")
            timed = repeat(statements.found, rounds)
            found.append((label, timed))
            if is_told:
                print(f"{timed}  {label}", flush=True)
    totals = [one for _label, timed in found for one in timed.totals]
    ran = [one for _label, timed in found for one in timed.ran]
    worst = max(found, key=lambda one: one[1].cpu)
    print(
        f"{spelled(totals, ran)}"
        f"  {wanted.name:<18} {len(found):>4} questions; worst: {worst[0][19:]} (cpu {worst[1].cpu:.1f})",
        flush=True,
    )
    return found


def report(measured: list[tuple[str, Timed]], worst: int, explain: bool) -> None:
    for name, told in (
        ("p99 of the time", lambda one: at_99(one.totals)),
        ("p99 of cpu", lambda one: at_99(one.ran)),
    ):
        over = sum(told(timed) > ALLOWED_MS for _label, timed in measured)
        print(f"{len(measured)} questions, {over} with a {name} above {ALLOWED_MS} ms")
    print(f"The slowest:\n{HEAD}  list, page and filters")
    for label, timed in sorted(measured, key=lambda one: -one[1].cpu)[:worst]:
        print(f"{timed}  {label}")
        if explain:
            took, sql, params = timed.slowest
            print(f"      {took:.1f} ms: {sql[:600]}")
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params)
                print("\n".join(f"      {line[:180]}" for (line,) in cursor.fetchall()))


if __name__ == "__main__":
    main()
