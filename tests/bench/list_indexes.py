"""What the indexes behind lists cost those who write: rows inserted and changed with them and as before.

python tests/bench/list_indexes.py [--rows 5000] [--rounds 5]

In the database of `every_list.py`; everything is rolled back. Microseconds for which the server's process
ran.
"""

import argparse
import os
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from config import embedded  # noqa: E402

if __name__ == "__main__":
    os.environ["DATABASE_URL"] = embedded.use(
        ROOT / "var" / "pg-load", durable=False, database=os.environ.get("LOAD_DATABASE", "load_big")
    )

from django.db import connection, transaction  # noqa: E402

from tests.bench.every_list import ran_for  # noqa: E402 (sets up Django)

# Table, of which rows copies are written, with what anew, what changes in their life; the indexes that lists
# alone need, and those that they came in place of.
WRITTEN = (
    (
        "moderation_callback",
        "true",
        {"id": "id + 1000000000000", "event_id": "event_id || 'x'"},
        "state = CASE state WHEN 'delivered' THEN 'dead' ELSE state END",
        ("callbacks_by_standing", "callbacks_of_an_endpoint", "callbacks_newest_first"),
        ("(account_id, id DESC)", "(account_id, created_at)", "(endpoint_id)",
         "(account_id, id DESC) WHERE state = 'dead'"),
    ),
    (
        "review_reviewitem",
        "state = 'decided'",
        {"id": "id + 1000000000000", "task_id": "gen_random_uuid()", "result_id": "NULL"},
        "decided_label = CASE decided_label WHEN '' THEN '' ELSE 'contraband_drug' END",
        ("items_by_label_and_type", "items_by_violation_and_type", "items_by_recheck_and_type"),
        (),
    ),
    (
        "audit_auditrecord",
        "true",
        {"id": "id + 1000000000000", "number": "number + 1000000000000"},
        "",
        ("audit_by_action", "audit_by_actor", "audit_by_subject", "audit_by_time", "audit_by_request"),
        (),
    ),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    for table, which, changed, update, indexes, earlier in WRITTEN:
        found = {}
        for is_before in (False, True):
            shape = (indexes, earlier) if is_before else ((), ())
            rounds = [
                measure(table, which, changed, update, *shape, asked.rows) for _n in range(asked.rounds)
            ]
            found[is_before] = [statistics.median(one) for one in zip(*rounds, strict=True)]
        for what, (with_them, without) in zip(
            ("inserted", "changed"), zip(found[False], found[True], strict=True), strict=True
        ):
            if with_them:
                print(
                    f"{table:<22} {what:<8} {with_them:6.1f} us a row, {without:6.1f} before"
                    f" ({with_them / without - 1:+.0%})",
                    flush=True,
                )


def measure(
    table: str, which: str, changed: dict, update: str, dropped: tuple, earlier: tuple, rows: int
) -> tuple[float, float]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in dropped:
            cursor.execute(f"DROP INDEX {name}")
        for definition in earlier:
            cursor.execute(f"CREATE INDEX ON {table} {definition}")
        cursor.execute("SELECT pg_backend_pid()")
        clock = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
        columns = [name for (name,) in cursor.fetchall()]
        names = ", ".join(f'"{name}"' for name in columns)
        values = ", ".join(changed.get(name, f'"{name}"') for name in columns)
        began = ran_for(clock)
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {which}"
            f" ORDER BY id DESC LIMIT {rows}"
        )
        inserted = ran_for(clock) - began
        took = 0.0
        if update:
            began = ran_for(clock)
            cursor.execute(f"UPDATE {table} SET {update} WHERE id > 1000000000000")
            took = ran_for(clock) - began
        transaction.set_rollback(True)
    return inserted * 1000 / rows, took * 1000 / rows


if __name__ == "__main__":
    main()
