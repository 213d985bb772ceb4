"""Engines of the platform are the same for all accounts: a change of one raises every account's counter."""

from django.db import connection

LOCK = 0x456E67
# All accounts get one and the same number, so that a process may keep one set of engines for all of them.
RAISE = """
    INSERT INTO accounts_revision (account_id, kind, number)
    SELECT account.id, 'engines',
           (SELECT coalesce(max(number), 0) + 1 FROM accounts_revision WHERE kind = 'engines')
    FROM accounts_account account ORDER BY account.id
    ON CONFLICT (account_id, kind) DO UPDATE SET number = excluded.number
"""
# What a service covers changes with the engines there are.
TELL_SERVICES = """
    INSERT INTO accounts_revision (account_id, kind, number)
    SELECT account.id, 'services', 1 FROM accounts_account account ORDER BY account.id
    ON CONFLICT (account_id, kind) DO UPDATE SET number = accounts_revision.number + 1
"""
JOIN = """
    INSERT INTO accounts_revision (account_id, kind, number)
    SELECT %s, 'engines', max(number) FROM accounts_revision WHERE kind = 'engines' HAVING max(number) > 0
    ON CONFLICT (account_id, kind) DO NOTHING
"""


def bump_engines() -> None:
    """Runs in the writer's transaction; writers queue here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(RAISE)
        cursor.execute(TELL_SERVICES)


def join_engines(*, account, actor, now) -> None:
    """A new account starts at the number that all others have reached."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(JOIN, [account.pk])
