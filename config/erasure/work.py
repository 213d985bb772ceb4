"""Requests about personal data, worked off in the background: batch by batch under a lease.

A job may run twice or die at any point. Rows that are gone are counted in the transaction in which they go,
so that a receipt is true however often somebody had to go on.
"""

import logging
import time
import uuid
from collections import Counter
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from config.erasure import archive
from config.erasure.marks import Trace
from config.erasure.models import SubjectMark, SubjectRequest
from config.erasure.operations import enqueue
from config.erasure.receipts import write_receipt
from config.erasure.registry import Batch, Eraser, erasers, is_held

LEASE = timedelta(seconds=90)
SECONDS = 40  # a job is ended after a while: what is left is for the next one
# Rounds over all parts; after the first, for what came or was in somebody's hands meanwhile.
MOST_ROUNDS = 5
REST = timedelta(seconds=30)
HELD_REST = timedelta(hours=1)
logger = logging.getLogger(__name__)
Purpose, State = SubjectRequest.Purpose, SubjectRequest.State
FREE = {"lease_token": None, "lease_until": None}
ENDED = {"sealed": b"", "part": "", "after": 0, "rests_until": None}


class LeaseLost(Exception):
    """Another worker has taken the request over."""


class Held(Exception):
    """A legal hold was placed meanwhile."""


class TimeOver(Exception):
    """The rest is for the next job."""


def work_on(*, request_id: int, now: datetime, seconds: float = SECONDS) -> bool:
    """Go on with a request as long as there is time, unless somebody else does. Answers whether it ended."""
    token = uuid.uuid4()
    claimed = SubjectRequest.objects.claimable(now).filter(pk=request_id)
    taken = {"state": State.RUNNING, "lease_token": token, "lease_until": now + LEASE, "rests_until": None}
    if not claimed.update(tries=F("tries") + 1, **taken):
        return False
    SubjectRequest.objects.filter(pk=request_id, began_at=None).update(began_at=now)
    request = SubjectRequest.objects.select_related("account", "asked_by", "asked_by_key").get(pk=request_id)
    try:
        Work(request, token, deadline=time.monotonic() + seconds).run()
    except LeaseLost:
        return False
    except TimeOver:
        mine(request, token).update(state=State.WAITING, tries=0, **FREE)
        enqueue(request.pk)
        return False
    except Held:
        until = timezone.now() + HELD_REST
        mine(request, token).update(state=State.HELD, tries=0, part="", after=0, rests_until=until, **FREE)
        return False
    except Exception:
        logger.exception("request about personal data %s failed", request.uid)
        until = timezone.now() + REST
        mine(request, token).update(state=State.WAITING, part="", after=0, round=0, rests_until=until, **FREE)
        return False
    return True


def go_on(*, now: datetime) -> int:
    """For those whose job was lost, and those that rested long enough."""
    give_up(now=now)
    oldest = SubjectRequest.objects.forsaken(now).order_by("id").values_list("pk", flat=True).first()
    return int(oldest is not None and work_on(request_id=oldest, now=now))


@transaction.atomic
def give_up(*, now: datetime) -> int:
    """What failed too often ends, and says so: something of the subject is left."""
    over = list(SubjectRequest.objects.given_up(now).select_for_update(skip_locked=True))
    for request in over:
        SubjectRequest.objects.filter(pk=request.pk).update(
            state=State.FAILED, finished_at=now, **ENDED, **FREE
        )
        SubjectMark.objects.filter(request=request).delete()
    return len(over)


def mine(request: SubjectRequest, token: uuid.UUID):
    return SubjectRequest.objects.filter(pk=request.pk, state=State.RUNNING, lease_token=token)


def end(request: SubjectRequest, token: uuid.UUID, state: str, now: datetime, **facts) -> None:
    """Whom it was about is forgotten with the end."""
    ended = {"state": state, "finished_at": now} | ENDED
    if not mine(request, token).update(**ended, **FREE, **facts):
        raise LeaseLost
    SubjectMark.objects.filter(request=request).delete()
    for name, value in (ended | FREE | facts).items():
        setattr(request, name, value)


class Work:
    def __init__(self, request: SubjectRequest, token: uuid.UUID, *, deadline: float):
        self.request, self.token, self.deadline = request, token, deadline
        self.trace = Trace(request)

    def run(self) -> None:
        if self.request.purpose == Purpose.EXPORT:
            return self.hand_out()
        if self.request.purpose == Purpose.COUNT:
            return self.count()
        while self.request.round < MOST_ROUNDS:
            if not self.request.part:
                self.begin_round()
            try:
                is_clean = self.erase_all()
            except IntegrityError:
                # Somebody has just opened or decided something that hangs on these rows: once more.
                logger.info("erasure %s begins a round anew", self.request.uid)
                is_clean = False
            self.advance(part="", after=0, round=self.request.round + 1)
            if is_clean:
                return self.finish()
        raise RuntimeError("something new comes as fast as it is erased")

    def begin_round(self) -> None:
        self.require_free()
        self.trace_all()
        first = erasers()[0].code
        self.advance(part=first, after=0, gone_before=sum(self.request.counts.values()))

    def trace_all(self) -> None:
        """Until nothing leads any further."""
        self.trace.noted = 1
        while self.trace.noted:
            self.trace.noted = 0
            for eraser in erasers():
                eraser.find(self.trace)
                self.keep()

    def erase_all(self) -> bool:
        """One round over all parts, from where a job before broke off. Whether it found nothing to erase."""
        waits_for = self.request.part
        for eraser in erasers():
            if waits_for and eraser.code != waits_for:
                continue
            after, waits_for = self.request.after if waits_for else 0, ""
            while (batch := eraser.take(self.trace, after)) is not None:
                self.erase(eraser, batch)
                after = batch.after
        return sum(self.request.counts.values()) == self.request.gone_before

    def erase(self, eraser: Eraser, batch: Batch) -> None:
        if time.monotonic() > self.deadline:
            raise TimeOver
        place = {"part": eraser.code, "after": batch.after}
        if not batch.rows:
            return self.advance(**place)
        # Files first, outside the transaction: a kill leaves rows without files, which are taken again.
        self.require_free()
        eraser.drop(batch.files)
        with transaction.atomic():
            self.require_free()
            counted = eraser.forget(self.trace, batch)
            counts = dict(Counter(self.request.counts) + counted)
            self.advance(**place, counts=counts, files=self.request.files + len(batch.files))

    def count(self) -> None:
        self.trace_all()
        total, files = Counter(), 0
        for eraser in erasers():
            for batch in self.batches(eraser):
                total += eraser.count(self.trace, batch)
                files += len(batch.files)
                self.keep(counts=dict(total), files=files)
        with transaction.atomic():
            end(self.request, self.token, State.DONE, timezone.now(), counts=dict(total), files=files)

    def hand_out(self) -> None:
        self.trace_all()
        with archive.spooled(self.trace, self.batches, self.keep) as made:
            name = archive.keep(self.request, self.token, made.file)
            try:
                with transaction.atomic():
                    now = timezone.now()
                    facts = archive.facts(name, made, now)
                    end(self.request, self.token, State.DONE, now, **facts)
            except BaseException:
                archive.drop(name)
                raise

    def batches(self, eraser: Eraser):
        after = 0
        while (batch := eraser.take(self.trace, after)) is not None:
            self.keep()
            yield batch
            after = batch.after

    def require_free(self) -> None:
        subject = self.trace.subject
        if is_held(self.request.account, kind=subject.kind, value=subject.value):
            raise Held

    def keep(self, **progress) -> None:
        """The lease, and how far it has come."""
        if not mine(self.request, self.token).update(lease_until=timezone.now() + LEASE, **progress):
            raise LeaseLost

    def advance(self, **progress) -> None:
        self.keep(**progress)
        for name, value in progress.items():
            setattr(self.request, name, value)

    def finish(self) -> None:
        with transaction.atomic():
            now = timezone.now()
            end(self.request, self.token, State.DONE, now)
            write_receipt(self.request, now=now)
