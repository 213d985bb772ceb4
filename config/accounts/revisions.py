"""Reading and raising the counters that tell processes when their compiled configuration is old."""

from dataclasses import dataclass

from django.db import connection

from config.accounts.models import Revision

READ = "SELECT kind, number FROM accounts_revision WHERE account_id = %s"
RAISE = """
    INSERT INTO accounts_revision (account_id, kind, number) VALUES (%s, %s, 1)
    ON CONFLICT (account_id, kind) DO UPDATE SET number = accounts_revision.number + 1
    RETURNING number
"""


@dataclass(frozen=True, slots=True)
class Revisions:
    keys: int = 0
    services: int = 0
    vocabularies: int = 0
    samples: int = 0
    images: int = 0
    heads: int = 0
    engines: int = 0


def read(account_id: int) -> Revisions:
    """One indexed query, run once per request: all caches of the request answer for these numbers."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [account_id])
        return Revisions(**dict(cursor.fetchall()))


def bump(*, account_id: int, kind: str) -> int:
    """Raise a counter inside the writer's transaction, which it thereby queues behind others of its kind."""
    with connection.cursor() as cursor:
        cursor.execute(RAISE, [account_id, Revision.Kind(kind).value])
        return cursor.fetchone()[0]
