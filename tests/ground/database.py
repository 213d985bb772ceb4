"""Let Django empty the tables between transactional tests, although triggers refuse to let anyone."""

import os
from contextlib import contextmanager

import psutil
import psycopg
import pytest
from django.db import connection
from django.test import TransactionTestCase
from psycopg import sql

GUARDS = """
    SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND t.tgname LIKE 'refuse\\_%'
"""


LEFT_OVER = "SELECT datname FROM pg_database WHERE datname ~ '^(test|live)_[0-9]+(_|$)'"


@pytest.fixture(autouse=True, scope="session")
def _no_databases_of_runs_that_were_killed():
    """Databases carry the process id of their run; on our own server we know which runs are over."""
    url = os.environ["DATABASE_URL"]
    if "pg-test" not in url:
        return
    with psycopg.connect(url, autocommit=True) as server:
        for (name,) in server.execute(LEFT_OVER).fetchall():
            if not psutil.pid_exists(int(name.split("_")[1])):
                drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                server.execute(drop)


@contextmanager
def guards_down():
    """Without the triggers named `refuse_...`, until the block ends."""
    with connection.cursor() as cursor:
        cursor.execute(GUARDS)
        guards = [tuple(map(connection.ops.quote_name, row)) for row in cursor.fetchall()]
        for table, guard in guards:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")
        try:
            yield
        finally:
            for table, guard in guards:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {guard}")


@pytest.fixture(autouse=True, scope="session")
def _flush_passes_the_guards():
    flush = TransactionTestCase._fixture_teardown

    def flush_with_guards_down(case):
        with guards_down():
            flush(case)

    TransactionTestCase._fixture_teardown = flush_with_guards_down
    yield
    TransactionTestCase._fixture_teardown = flush
