"""Let Django empty the tables between transactional tests, although triggers refuse to let anyone."""

from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import TransactionTestCase

GUARDS = """
    SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND t.tgname LIKE 'refuse\\_%'
"""


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
