"""Pictures that are accepted now and moderated as soon as a worker is free."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from config.accounts import revisions
from config.accounts.models import Account
from config.accounts.revisions import Revisions
from config.errors import PlatformError, Unavailable
from config.uuid7 import uuid7
from moderation.callbacks.enqueue import enqueue_callback
from moderation.callbacks.per_call import endpoint_for_call
from moderation.media import storage
from moderation.media.fetch import ImageUnreachable
from moderation.models import CallbackEndpoint, ModerationTask, Service
from moderation.models.content import ContentType
from moderation.operations.moderate import require_id
from moderation.operations.moderate_images import ImageSource, image_scopes, prepare

CHANNEL = "assay_tasks"
LEASE_SECONDS = 120
MOST_ATTEMPTS = 5
RESTS = (2, 10, 60, 300)
Event = CallbackEndpoint.Event
State = ModerationTask.State


class LeaseLost(Exception):
    """Another process finished the task, or has taken it over: nothing may be written."""


def accept_image(
    *,
    account: Account,
    revisions: Revisions,
    service_codes: list[str],
    source: ImageSource,
    data_id: str = "",
    author_id: str = "",
    context: dict | None = None,
    callback: str = "",
    seed: str = "",
    crypt: str = "",
    now: datetime,
) -> ModerationTask:
    """Take a picture on. What can be said to be wrong without looking at it is said at once.

    `callback` is where its results are told as well, with a checksum by `crypt` over the caller's `seed`.
    """
    image_scopes(account=account, revisions=revisions, service_codes=service_codes)
    require_id(data_id, field="data_id")
    require_id(author_id, field="account.id")
    endpoint = told_at(account=account, callback=callback, seed=seed, crypt=crypt, now=now)
    key = ""
    if source.data is not None:
        key = storage.new_key(account_uid=account.uid, now=now)
        storage.keep(key, source.data, durably=True)
    try:
        with transaction.atomic():
            task = ModerationTask.objects.create(
                account=account,
                task_id=uuid7(),
                content_type=ContentType.IMAGE,
                services=list(dict.fromkeys(service_codes)),
                url="" if key else source.url.replace("\0", "\ufffd"),
                key=key,
                name=source.name[:200],
                data_id=data_id,
                author_id=author_id,
                context=context or {},
                callback=endpoint,
                due_at=now,
                created_at=now,
            )
            with connection.cursor() as cursor:
                cursor.execute(f"NOTIFY {CHANNEL}")
    except BaseException:
        storage.remove([key] if key else [])
        raise
    return task


def told_at(*, account: Account, callback: str, seed: str, crypt: str, now: datetime):
    if not (callback or seed or crypt):
        return None
    return endpoint_for_call(account=account, url=callback, seed=seed, crypt=crypt, now=now)


def work_on(*, task_id: int, token: uuid.UUID) -> None:
    """Moderate a leased task. Its results, its end and its callbacks commit as one, or not at all."""
    task = ModerationTask.objects.select_related("account", "callback")
    task = task.filter(pk=task_id, lease_token=token).first()
    if task is None:
        return
    data = storage.read(task.key) if task.key else None
    now = timezone.now()
    try:
        prepared = prepare(
            account=task.account,
            revisions=revisions.read(task.account_id),
            service_codes=task.services,
            source=ImageSource(url=task.url, data=data, name=task.name),
            data_id=task.data_id,
            author_id=task.author_id,
            context=task.context,
            request_id=task.task_id,
            kept_as=task.key,
            now=now,
        )
    except PlatformError as error:
        put_off_or_fail(task=task, error=error, now=now)
        return
    try:
        with transaction.atomic():
            finish(task, state=State.DONE, now=now)
            prepared.store(also=called_back(task), is_answered=False)
    except LeaseLost:
        prepared.discard()
        return
    if task.key and not settings.ASSAY_KEEP_PICTURES:
        storage.remove([task.key])


def finish(task: ModerationTask, *, state: str, now: datetime, error: dict | None = None) -> None:
    """Compare and set: whoever holds the lease ends the task, and nobody else."""
    held = ModerationTask.objects.waiting().filter(pk=task.pk, lease_token=task.lease_token)
    if not held.update(state=state, finished_at=now, error=error, lease_token=None, lease_until=None):
        raise LeaseLost


def put_off_or_fail(*, task: ModerationTask, error: PlatformError, now: datetime) -> None:
    if may_pass(error) and task.attempts < MOST_ATTEMPTS:
        held = ModerationTask.objects.waiting().filter(pk=task.pk, lease_token=task.lease_token)
        rest = timedelta(seconds=RESTS[min(task.attempts, len(RESTS)) - 1])
        held.update(due_at=now + rest, lease_token=None, lease_until=None)
        return
    fail(task=task, error=error.as_dict(), now=now)


def may_pass(error: PlatformError) -> bool:
    """Is it a fault that may be gone in a while, here or at the server that has the picture?"""
    if isinstance(error, ImageUnreachable):
        status = error.details.get("status", 500)
        return error.details.get("reason") != "redirect_to_http" and (status >= 500 or status == 429)
    return isinstance(error, Unavailable)


def fail(*, task: ModerationTask, error: dict, now: datetime) -> None:
    try:
        with transaction.atomic():
            finish(task, state=State.FAILED, now=now, error=error)
            tell_of_failure(task, error, now)
    except LeaseLost:
        return
    storage.remove([task.key] if task.key else [])


def tell_of_failure(task: ModerationTask, error: dict, now: datetime) -> None:
    for service in Service.objects.owned_by(task.account).filter(code__in=task.services).by_code():
        enqueue_callback(
            account=task.account,
            service=service,
            event=Event.TASK_FAILED,
            subject=f"task:{task.task_id}",
            payload=facts_of(task, service) | {"error": error},
            also=called_back(task),
            now=now,
        )


def called_back(task: ModerationTask) -> list[CallbackEndpoint]:
    return [task.callback] if task.callback else []


def facts_of(task: ModerationTask, service: Service) -> dict:
    return {
        "request_id": str(task.task_id),
        "data_id": task.data_id,
        "service": service.code,
        "content_type": task.content_type,
    } | ({"url": task.url} if task.url else {})
