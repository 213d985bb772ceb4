"""The delivery process: hands due callbacks to threads, wakes on commits, outlives the database."""

import queue
import threading
import time
import uuid

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from moderation.callbacks.delivery import deliver
from moderation.callbacks.enqueue import CHANNEL
from moderation.callbacks.leasing import bury, lease

POLL_SECONDS = 1.0
BURY_SECONDS = 5.0
SHORTEST_REST, LONGEST_REST = 0.2, 5.0
DATABASE_LOST = (DatabaseError, InterfaceError)

log = structlog.get_logger("assay.delivery")


class DeliveryProcess:
    """Any number of these may run beside each other, on any number of hosts."""

    def __init__(self, threads: int | None = None):
        self.threads = threads or settings.ASSAY_CALLBACK_THREADS
        # Kept free for endpoints that have nothing under way.
        self.spare = self.threads // 4
        self.is_stopping = False
        self.busy = 0
        self.lock = threading.Lock()
        # A queue, because its put() may be called from a signal handler; an Event's set() may not.
        self.wakes: queue.SimpleQueue = queue.SimpleQueue()
        self.jobs: queue.SimpleQueue = queue.SimpleQueue()
        self.rest = SHORTEST_REST
        self.buried_at = 0.0

    def stop(self) -> None:
        """Take no more; `run` returns when what is under way is finished. Safe in a signal handler."""
        self.is_stopping = True
        self.wakes.put(None)

    def run(self, *, until_empty: bool = False) -> None:
        threads = [threading.Thread(target=self.listen, name="listen")]
        threads += [threading.Thread(target=self.work, name=f"send-{n}") for n in range(self.threads)]
        for thread in threads:
            thread.start()
        log.info("delivery_started", threads=self.threads)
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
        log.info("delivery_stopped")

    def hand_out(self) -> int:
        free = self.threads - self.busy
        if not free:
            return 0
        token, now = uuid.uuid4(), timezone.now()
        try:
            self.bury_now_and_then(now)
            leased = lease(count=free, spare=self.spare, now=now, token=token)
        except DATABASE_LOST as error:
            self.bear(error)
            return 0
        self.rest = SHORTEST_REST
        for callback_id in leased:
            with self.lock:
                self.busy += 1
            self.jobs.put((callback_id, token))
        return len(leased)

    def bury_now_and_then(self, now) -> None:
        if time.monotonic() - self.buried_at > BURY_SECONDS:
            for callback_id in bury(now=now):
                log.error("callback_lost_its_attempts", callback=callback_id)
            self.buried_at = time.monotonic()

    def work(self) -> None:
        while (job := self.jobs.get()) is not None:
            callback_id, token = job
            try:
                self.send(callback_id, token)
            except Exception as error:  # noqa: BLE001 - the lease ends by itself, and it is tried again
                connection.close()
                log.error("callback_unfinished", callback=callback_id, error=str(error).strip())
            with self.lock:
                self.busy -= 1
            self.wakes.put(None)
        connection.close()

    def send(self, callback_id: int, token: uuid.UUID) -> None:
        outcome = deliver(callback_id=callback_id, token=token)
        if outcome is not None:
            log.info(
                "callback_tried",
                callback=callback_id,
                delivered=outcome.is_delivered,
                status=outcome.status,
                error=outcome.error_code,
            )

    def sleep(self, seconds: float) -> None:
        """Until something happens: callbacks were committed, a thread is free, a signal came."""
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
        """Turn notices of committed callbacks into wakes. Without them the poll still finds everything."""
        while not self.is_stopping:
            try:
                connection.ensure_connection()
                with connection.wrap_database_errors:
                    connection.connection.execute(f"LISTEN {CHANNEL}")
                    while not self.is_stopping:
                        for _notice in connection.connection.notifies(timeout=POLL_SECONDS, stop_after=1):
                            self.wakes.put(None)
            except DATABASE_LOST:
                connection.close()
                time.sleep(POLL_SECONDS)
        connection.close()
