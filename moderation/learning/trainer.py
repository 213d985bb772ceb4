"""A training from wish to shadow head, in steps that a job has time for. Repeat-safe at every point."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import numpy
import structlog
from django.db import transaction
from django.db.models import Q

from config.accounts.models import Account
from config.accounts.revisions import bump
from config.audit.records import record
from moderation.detectors.base import EngineMissing
from moderation.detectors.sentences import EMBEDDER, EMBEDDER_SHA256
from moderation.learning.embeddings import (
    BATCH,
    embed_results,
    embed_samples,
    forget_removed_samples,
    unpack,
)
from moderation.learning.examples import Example, distinct, gather, vectors_of
from moderation.learning.fitting import Fitted, TooFewExamples, fit_head
from moderation.models import Head, Training

LEASE = timedelta(minutes=3)
SECONDS = 30.0

log = structlog.get_logger(__name__)


def go_on(*, training_id: int, now: datetime, seconds: float = SECONDS, clock=time.monotonic) -> bool:
    """One step: read texts until the time is up, or fit. False: there is more to do."""
    if not take(training_id, now):
        return True
    training = Training.objects.select_related("account").get(pk=training_id)
    try:
        examples = distinct(gather(account=training.account, label=training.label))
        if not read(training, examples, until=clock() + seconds, clock=clock):
            Training.objects.filter(pk=training_id).update(lease_until=None)
            return False
        fitted, newest = fit(training.account, examples)
    except TooFewExamples as error:
        finish(training, now, error=f"{error.positive} + {error.negative}")
    except EngineMissing as error:
        finish(training, now, error=str(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, the next try would meet it again
        log.exception("training_failed", label=training.label)
        finish(training, now, error=type(error).__name__)
    else:
        keep(training=training, fitted=fitted, newest=newest, now=now)
    return True


def take(training_id: int, now: datetime) -> bool:
    """One worker at a time: another may take over when this one was killed."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    rows = Training.objects.under_way().filter(free, pk=training_id)
    return bool(rows.update(lease_until=now + LEASE))


def read(training: Training, examples: list[Example], *, until: float, clock: Callable[[], float]) -> bool:
    """Embed what has no vector yet, in batches. True: nothing is left."""
    account = training.account
    forget_removed_samples(account=account)
    held = vectors_of(account, examples)
    for kind, embed in (("sample", embed_samples), ("result", embed_results)):
        missing = [one.pk for one in examples if one.kind == kind and (kind, one.pk) not in held]
        for start in range(0, len(missing), BATCH):
            if clock() > until:
                return False
            batch = missing[start : start + BATCH]
            embed(account=account, ids=batch)
            training.embedded += len(batch)
            training.save(update_fields=["embedded"])
    return True


def fit(account: Account, examples: list[Example]) -> tuple[Fitted, datetime]:
    """And the time of the newest example: what people say later it has not seen."""
    held = vectors_of(account, examples)
    ones = [one for one in examples if (one.kind, one.pk) in held]
    truth = numpy.array([one.is_positive for one in ones], bool)
    ages = numpy.array([one.at.timestamp() for one in ones])
    fitted = fit_head(unpack(held[one.kind, one.pk] for one in ones), truth, ages)
    fitted.metrics["passed"] = sum(not one.is_judged for one in ones)
    return fitted, max(one.at for one in ones)


@transaction.atomic
def keep(*, training: Training, fitted: Fitted, newest: datetime, now: datetime) -> Head:
    """The new version takes the shadow's place; the one that decides goes on deciding."""
    account = training.account
    bump(account_id=account.pk, kind="heads")
    rows = Head.objects.owned_by(account).filter(label=training.label, modality=training.modality)
    rows.filter(status=Head.Status.SHADOW).update(status=Head.Status.RETIRED)
    last = rows.order_by("-version").values_list("version", flat=True).first() or 0
    head = Head.objects.create(
        account=account,
        label=training.label,
        modality=training.modality,
        version=last + 1,
        embedder=EMBEDDER,
        embedder_sha256=EMBEDDER_SHA256,
        coefficients=numpy.ascontiguousarray(fitted.coefficients, "<f4").tobytes(),
        intercept=fitted.intercept,
        slope=fitted.slope,
        offset=fitted.offset,
        n_positive=fitted.positive,
        n_negative=fitted.negative,
        metrics=fitted.metrics,
        trained_at=max(now, newest),
    )
    finish(training, now, head=head)
    record(
        account=account,
        actor=training.requested_by,
        action="head.trained",
        subject=f"head:{head.label}",
        after={"version": head.version, "positive": head.n_positive, "negative": head.n_negative}
        | head.metrics["holdout"],
        now=now,
    )
    return head


def finish(training: Training, now: datetime, *, head: Head | None = None, error: str = "") -> None:
    training.head, training.error = head, error[:300]
    training.finished_at, training.lease_until = now, None
    training.save(update_fields=["head", "error", "finished_at", "lease_until"])
    if error:
        log.warning("training_failed", label=training.label, account=training.account_id, error=error)
