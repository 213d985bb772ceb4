"""Refused calls are appended as they happen, and added up first where they come in floods.

A process writes some rows a second for an account at once. What comes beyond that, and what cannot be
written while the database is away, waits in memory and is written as one row per kind a second later. So a
flood costs a process no more than that, and one that is killed forgets a second of a flood at most.
"""

import atexit
import threading
import time
from collections import Counter
from datetime import datetime
from typing import NamedTuple

import structlog
from django.db import connection, transaction

from config.refused_calls import RefusedCall
from moderation.scope import scopes_of
from stats.models.refusals import LONGEST_CODE

AT_ONCE = 20
REST_SECONDS, LONGEST_REST = 1.0, 30.0
KINDS_MOST = 10_000

APPEND = """
INSERT INTO stats_refusaldelta (account_id, service_id, status, code, at, calls)
VALUES (%s, %s, %s, %s, %s, %s)
"""

log = structlog.get_logger("assay.refusals")


class Refusal(NamedTuple):
    account_id: int
    service_id: int | None
    status: int
    code: str
    at: datetime


class Tally:
    """What one process has to write."""

    def __init__(self):
        self.waiting: Counter[Refusal] = Counter()
        self.written: Counter[int] = Counter()
        self.second = 0
        self.writer: threading.Thread | None = None
        self.lock = threading.Lock()

    def add(self, refusal: Refusal) -> None:
        """Busy with more than it can answer, the platform does not write as well."""
        if refusal.status == 503 or not self.may_write(refusal.account_id):
            self.keep(refusal)
            return
        try:
            append(Counter([refusal]))
        except Exception:
            self.keep(refusal)
            raise

    def may_write(self, account_id: int) -> bool:
        with self.lock:
            second = int(time.monotonic())
            if second != self.second:
                self.second, self.written = second, Counter()
            self.written[account_id] += 1
            return self.written[account_id] <= AT_ONCE

    def keep(self, refusal: Refusal) -> None:
        """Clocks of accounts differ by whole minutes, so that none is moved to another day."""
        refusal = refusal._replace(at=refusal.at.replace(second=0, microsecond=0))
        with self.lock:
            if refusal not in self.waiting and len(self.waiting) >= KINDS_MOST:
                return
            self.waiting[refusal] += 1
            if self.writer is None:
                self.writer = threading.Thread(target=self.write_on, name="refusals", daemon=True)
                self.writer.start()

    def write_on(self) -> None:
        rest = REST_SECONDS
        try:
            while True:
                time.sleep(rest)
                rest = REST_SECONDS if self.write() else min(LONGEST_REST, 2 * rest)
                with self.lock:
                    if not self.waiting:
                        self.writer = None
                        return
        finally:
            connection.close()

    def write(self) -> bool:
        with self.lock:
            taken, self.waiting = self.waiting, Counter()
        if not taken:
            return True
        try:
            append(taken)
        except Exception as error:  # noqa: BLE001 - nobody waits for it, and it is tried again
            connection.close()
            log.error("refusals_unwritten", kinds=len(taken), error=str(error).strip())
            with self.lock:
                self.waiting.update(taken)
            return False
        return True


tally = Tally()
atexit.register(tally.write)


def count_refusal(call: RefusedCall) -> None:
    """Listener of `config.refused_calls`."""
    account_id = call.caller.account.pk
    service_id = service_named(call) if call.service else None
    tally.add(Refusal(account_id, service_id, call.status, call.code[:LONGEST_CODE], call.at))


def service_named(call: RefusedCall) -> int | None:
    scopes = scopes_of(account_id=call.caller.account.pk, revision=call.caller.revisions.services)
    scope = scopes.get(call.service)
    return scope.service.pk if scope else None


@transaction.atomic
def append(refusals: Counter[Refusal]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(APPEND, [(*refusal, calls) for refusal, calls in refusals.items()])
