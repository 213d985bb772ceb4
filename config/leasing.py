"""A process that works off rows under leases: threads, wakes on commits, a database that goes."""

import queue
import threading
import time
import uuid
from datetime import datetime

import structlog
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

POLL_SECONDS = 1.0
BURY_SECONDS = 5.0
SHORTEST_REST, LONGEST_REST = 0.2, 5.0
DATABASE_LOST = (DatabaseError, InterfaceError)

log = structlog.get_logger("assay.leases")


class LeaseProcess:
    """Any number of these may run beside each other, on any number of hosts."""

    name = ""
    channel = ""

    def __init__(self, threads: int):
        self.threads = threads
        self.is_stopping = False
        self.busy = 0
        self.lock = threading.Lock()
        # A queue, because its put() may be called from a signal handler; an Event's set() may not.
        self.wakes: queue.SimpleQueue = queue.SimpleQueue()
        self.jobs: queue.SimpleQueue = queue.SimpleQueue()
        self.rest = SHORTEST_REST
        self.buried_at = 0.0

    def lease(self, *, count: int, now: datetime, token: uuid.UUID) -> list[int]:
        """Take up to `count` rows in one committed statement."""
        raise NotImplementedError

    def handle(self, row_id: int, token: uuid.UUID) -> None:
        """Work on a row; whatever is raised, its lease ends by itself and it is tried again."""
        raise NotImplementedError

    def bury(self, *, now: datetime) -> list[int]:
        """Give up rows whose last lease ended without a word."""
        raise NotImplementedError

    def stop(self) -> None:
        """Take no more; `run` returns when what is under way is finished. Safe in a signal handler."""
        self.is_stopping = True
        self.wakes.put(None)

    def run(self, *, until_empty: bool = False) -> None:
        threads = [threading.Thread(target=self.listen, name="listen")]
        threads += [threading.Thread(target=self.work, name=f"work-{n}") for n in range(self.threads)]
        for thread in threads:
            thread.start()
        log.info(f"{self.name}_started", threads=self.threads)
        try:
            while not self.is_stopping:
                was_idle, handed_out = not self.busy, self.hand_out()
                if until_empty and was_idle and not handed_out:
                    break
                if not handed_out:
                    self.sleep(POLL_SECONDS)
        finally:
            self.is_stopping = True
            for _thread in threads:
                self.jobs.put(None)
            for thread in threads:
                thread.join()
            connection.close()
        log.info(f"{self.name}_stopped")

    def hand_out(self) -> int:
        free = self.threads - self.busy
        if not free:
            return 0
        token, now = uuid.uuid4(), timezone.now()
        try:
            self.bury_now_and_then(now)
            leased = self.lease(count=free, now=now, token=token)
        except DATABASE_LOST as error:
            self.bear(error)
            return 0
        self.rest = SHORTEST_REST
        for row_id in leased:
            with self.lock:
                self.busy += 1
            self.jobs.put((row_id, token))
        return len(leased)

    def bury_now_and_then(self, now) -> None:
        if time.monotonic() - self.buried_at > BURY_SECONDS:
            for row_id in self.bury(now=now):
                log.error("lost_its_attempts", work=self.name, row=row_id)
            self.buried_at = time.monotonic()

    def work(self) -> None:
        while (job := self.jobs.get()) is not None:
            row_id, token = job
            try:
                self.handle(row_id, token)
            except Exception as error:  # noqa: BLE001 - the lease ends by itself, and it is tried again
                connection.close()
                log.error("unfinished", work=self.name, row=row_id, error=str(error).strip())
            with self.lock:
                self.busy -= 1
            self.wakes.put(None)
        connection.close()

    def sleep(self, seconds: float) -> None:
        """Until something happens: rows were committed, a thread is free, a signal came."""
        try:
            self.wakes.get(timeout=seconds)
            while True:
                self.wakes.get_nowait()
        except queue.Empty:
            return

    def bear(self, error: Exception) -> None:
        log.error("database_lost", error=str(error).strip(), rest_seconds=self.rest)
        connection.close()
        self.sleep(self.rest)
        self.rest = min(LONGEST_REST, 2 * self.rest)

    def listen(self) -> None:
        """Turn notices of committed rows into wakes. Without them the poll still finds everything."""
        while not self.is_stopping:
            try:
                connection.ensure_connection()
                with connection.wrap_database_errors:
                    connection.connection.execute(f"LISTEN {self.channel}")
                    while not self.is_stopping:
                        for _notice in connection.connection.notifies(timeout=POLL_SECONDS, stop_after=1):
                            self.wakes.put(None)
            except DATABASE_LOST:
                connection.close()
                time.sleep(POLL_SECONDS)
        connection.close()
