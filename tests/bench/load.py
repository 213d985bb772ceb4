"""The database of `seed_load` that measurements share, and what the statements of an answer cost it.

It stands in var/pg-load, or where DATABASE_URL says. Import this before anything of Django.
"""

import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from config import embedded  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
# Of all that was seeded, not of the last month alone.
os.environ.setdefault("ASSAY_RESULTS_KEPT_DAYS", "0")
os.environ.setdefault("ASSAY_AUDIT_KEEP_DAYS", "0")
os.environ.setdefault("ASSAY_LOG_LEVEL", "ERROR")
if not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = embedded.use(
        ROOT / "var" / "pg-load", durable=False, database=os.environ.get("LOAD_DATABASE", "load_big")
    )

import django  # noqa: E402

django.setup()

import logging  # noqa: E402

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.utils import timezone  # noqa: E402

from config.accounts.models import Account, User  # noqa: E402
from config.accounts.operations.keys import issue_key  # noqa: E402
from config.accounts.scopes import SCOPES  # noqa: E402
from moderation.models import ModerationResult  # noqa: E402

ANSWERED_BEFORE = ("SAVEPOINT", "RELEASE", "INSERT", "UPDATE", "DELETE")


def filled(results: int) -> Account:
    """The largest account of the database, which is brought up to date, and filled where it holds nothing."""
    setup_test_environment()
    logging.disable(logging.WARNING)
    call_command("migrate", verbosity=0)
    if not ModerationResult.objects.exists():
        call_command("seed_load", results=results)
    return Account.objects.get(name="Load Forum")


class Statements:
    """What an answer asked the database."""

    def __init__(self):
        self.found = []

    def __call__(self, execute, sql, params, many, context):
        if not sql.lstrip().upper().startswith(ANSWERED_BEFORE):
            self.found.append((sql, params))
        return execute(sql, params, many, context)


def at_99(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]


def spelled(totals: list[float], ran: list[float]) -> str:
    figures = (statistics.median(totals), at_99(totals), statistics.median(ran), at_99(ran))
    return " ".join(f"{one:8.1f}" for one in figures)


@dataclass
class Timed:
    totals: list[float]
    ran: list[float]
    slowest: tuple[float, str, object]

    def __str__(self):
        return spelled(self.totals, self.ran)

    @property
    def cpu(self) -> float:
        return statistics.median(self.ran)


HEAD = f"{'p50':>8} {'p99':>8} {'cpu p50':>8} {'cpu p99':>8}"


class Walker:
    """A lead in the console and a key with every scope, in one."""

    def __init__(self, account: Account):
        self.console, self.api = Client(), Client()
        lead = User.objects.get(username=f"load-{account.pk}-lead")
        self.console.force_login(lead)
        self.console.get("/console/", {"account": account.uid})
        key = issue_key(
            account=account,
            name=f"every list {time.time_ns()}",
            scopes=list(SCOPES),
            actor=lead,
            now=timezone.now(),
        )
        self.headers = {"Authorization": f"Bearer {key.token}"}

    def get(self, path: str, params: dict):
        if path.startswith("/api/"):
            return self.api.get(path, params, headers=self.headers)
        return self.console.get(path, params)


def repeat(statements: list, rounds: int) -> Timed:
    totals, ran, alone = [], [], [[] for _statement in statements]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        clock = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
        for _round in range(rounds):
            total, started = 0.0, ran_for(clock)
            for place, (sql, params) in enumerate(statements):
                began = time.perf_counter()
                cursor.execute(sql, params)
                cursor.fetchall()
                took = (time.perf_counter() - began) * 1000
                alone[place].append(took)
                total += took
            totals.append(total)
            ran.append(ran_for(clock) - started)
            if sum(ran) > 1000 and len(totals) > 2:
                break
    place = max(range(len(alone)), key=lambda one: statistics.median(alone[one]))
    return Timed(totals, ran, (statistics.median(alone[place]), *statements[place]))


def ran_for(clock: Path) -> float:
    """Milliseconds for which a process has had a processor."""
    return int(clock.read_text().split()[0]) / 1_000_000
