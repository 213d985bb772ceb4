"""What is asked about a person: to count, to hand out, to erase what is held of them."""

from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from django_q.tasks import async_task

from config.accounts.models import Account, User
from config.audit.records import name_of, record
from config.erasure.models import SubjectRequest
from config.erasure.registry import is_held
from config.erasure.subjects import Subject
from config.errors import NotAllowedNow

JOB = "config.erasure.tasks.work_on"
JOB_SECONDS = 85  # longer than other jobs have, and short enough that a waiting one is not given out twice
MOST_UNFINISHED = 100
Purpose, State = SubjectRequest.Purpose, SubjectRequest.State


class SubjectHeld(NotAllowedNow):
    code = "subject_held"
    default_message = _("A legal hold stands against this erasure: release it first.")


class SubjectBusy(NotAllowedNow):
    code = "subject_busy"
    default_message = _("The same is being done for this subject already.")


class SubjectRequestsTooMany(NotAllowedNow):
    code = "subject_requests_too_many"
    default_message = _("A hundred requests about personal data are under way: wait until some have ended.")


def ask_count(*, account: Account, subject: Subject, actor, now: datetime) -> SubjectRequest:
    """Count what an erasure would take away, and take nothing."""
    return ask(account=account, subject=subject, purpose=Purpose.COUNT, actor=actor, now=now)


def ask_export(*, account: Account, subject: Subject, actor, now: datetime) -> SubjectRequest:
    return ask(account=account, subject=subject, purpose=Purpose.EXPORT, actor=actor, now=now)


def ask_erasure(*, account: Account, subject: Subject, actor, now: datetime) -> SubjectRequest:
    """It cannot be taken back, and nothing that it takes can be brought back."""
    if is_held(account, kind=subject.kind, value=subject.value):
        raise SubjectHeld(field=subject.kind)
    return ask(account=account, subject=subject, purpose=Purpose.ERASE, actor=actor, now=now)


def ask(*, account: Account, subject: Subject, purpose: str, actor, now: datetime) -> SubjectRequest:
    try:
        with transaction.atomic():
            return write_down(account=account, subject=subject, purpose=purpose, actor=actor, now=now)
    except IntegrityError as error:
        if "one_request_at_a_time_per_subject" in str(error):
            raise SubjectBusy(field=subject.kind) from error
        raise


def write_down(*, account: Account, subject: Subject, purpose: str, actor, now: datetime) -> SubjectRequest:
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if SubjectRequest.objects.owned_by(account).unfinished().count() >= MOST_UNFINISHED:
        raise SubjectRequestsTooMany(most=MOST_UNFINISHED)
    is_person = isinstance(actor, User)
    request = SubjectRequest.objects.create(
        account=account,
        purpose=purpose,
        kind=subject.kind,
        digest=subject.digest(account),
        sealed=subject.sealed(),
        asked_by=actor if is_person else None,
        asked_by_key=None if is_person else actor,
        asked_name=name_of(actor),
        created_at=now,
    )
    note(request, actor=actor, action=f"subject.{purpose}_asked", now=now)
    transaction.on_commit(partial(enqueue, request.pk))
    return request


def enqueue(request_id: int) -> None:
    async_task(JOB, request_id, timeout=JOB_SECONDS)


def note(request: SubjectRequest, *, actor, action: str, now: datetime, after: dict | None = None) -> None:
    """Not whom it is about: a keyed digest, by which who knows the id finds it again."""
    record(
        account=request.account,
        actor=actor,
        action=action,
        subject=f"subject_request:{request.uid}",
        after={"kind": request.kind, "subject": request.digest} | (after or {}),
        now=now,
    )
