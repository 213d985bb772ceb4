"""Heads: who lets them learn, decide and rest. Everything here is audited."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_q.tasks import async_task

from config.accounts.models import Account, User
from config.accounts.revisions import bump
from config.audit.records import record
from config.errors import NotAllowedNow, NotFound
from moderation.detectors.sentences import EMBEDDER_SHA256
from moderation.learning.examples import Available, available, distinct, gather
from moderation.learning.fitting import LEAST_NEGATIVE, LEAST_POSITIVE
from moderation.models import Head, LearningSwitch, Service, Training
from moderation.models.content import ContentType
from moderation.operations.human_verdict import require_label

TASK = "moderation.learning.tasks.train"
Status = Head.Status


class HeadExamplesTooFew(NotAllowedNow):
    code = "head_examples_too_few"
    default_message = _(
        "A head learns from at least 20 texts that people blocked under its label, and 100 others."
    )


class HeadInTraining(NotAllowedNow):
    code = "head_in_training"
    default_message = _("A head of this label is being trained already.")


class HeadNotPromotable(NotAllowedNow):
    code = "head_not_promotable"
    default_message = _("This head decides already, or was trained for an encoder that is no longer in use.")


class HeadNotAtWork(NotAllowedNow):
    code = "head_not_at_work"
    default_message = _("This head is retired already.")


class HeadWithoutEarlier(NotAllowedNow):
    code = "head_without_earlier"
    default_message = _("No earlier version of this head has decided before: retire it instead.")


@transaction.atomic
def switch_learning(*, account: Account, service: Service | None, is_on: bool, actor, now: datetime) -> None:
    """Keep embeddings of the texts of one service, or of all, to learn from. Off: keep no new ones."""
    rows = LearningSwitch.objects.owned_by(account).filter(service=service)
    if is_on == rows.exists():
        return
    if is_on:
        LearningSwitch.objects.create(account=account, service=service, switched_on_at=now)
    else:
        rows.delete()
    bump(account_id=account.pk, kind="heads")
    record(
        account=account,
        actor=actor,
        action="learning.switched_on" if is_on else "learning.switched_off",
        subject=f"service:{service.code}" if service else "all services",
        now=now,
    )


@transaction.atomic
def request_training(*, account: Account, label: str, actor, now: datetime) -> Training:
    """Begin to train a head in the background; it starts as a shadow."""
    require_label(code=label, content_type=ContentType.TEXT)
    bump(account_id=account.pk, kind="heads")  # requests of one account queue here
    if Training.objects.owned_by(account).under_way().filter(label=label).exists():
        raise HeadInTraining(field="label")
    held = available(distinct(gather(account=account, label=label)))
    require_enough(held)
    training = Training.objects.create(
        account=account,
        label=label,
        requested_by=actor if isinstance(actor, User) else None,
        requested_at=now,
    )
    record(
        account=account,
        actor=actor,
        action="head.training_requested",
        subject=f"head:{label}",
        after={"positive": held.positive, "negative": held.negative, "passed": held.passed},
        now=now,
    )
    async_task(TASK, training.pk)
    return training


def require_enough(held: Available) -> None:
    others = held.negative + held.passed
    if held.positive < LEAST_POSITIVE or others < LEAST_NEGATIVE:
        raise HeadExamplesTooFew(field="label", positive=held.positive, negative=others)


@transaction.atomic
def promote_head(*, head: Head, actor, now: datetime) -> Head:
    """From now on this version decides, and the one that did rests."""
    head = locked(head)
    if head.status == Status.ACTIVE or head.embedder_sha256 != EMBEDDER_SHA256:
        raise HeadNotPromotable()
    before = retire_active(head)
    head.promoted_by = actor if isinstance(actor, User) else None
    put(head, Status.ACTIVE, promoted_at=now)
    note(head, actor, "head.promoted", now, before={"version": before}, after={"version": head.version})
    return head


@transaction.atomic
def roll_back_head(*, head: Head, actor, now: datetime) -> Head:
    """Let the version decide again that did before this one."""
    head = locked(head)
    if head.status != Status.ACTIVE:
        raise HeadNotAtWork()
    usable = Head.objects.earlier_than(head).filter(embedder_sha256=EMBEDDER_SHA256)
    earlier = usable.select_for_update(of=("self",)).first()
    if earlier is None:
        raise HeadWithoutEarlier()
    put(head, Status.RETIRED)
    put(earlier, Status.ACTIVE)
    note(
        head, actor, "head.rolled_back", now,
        before={"version": head.version}, after={"version": earlier.version},
    )  # fmt: skip
    return earlier


@transaction.atomic
def retire_head(*, head: Head, actor, now: datetime) -> Head:
    head = locked(head)
    if head.status == Status.RETIRED:
        raise HeadNotAtWork()
    before = head.status
    put(head, Status.RETIRED)
    note(head, actor, "head.retired", now, before={"status": before, "version": head.version})
    return head


def locked(head: Head) -> Head:
    """Writers of an account's heads queue at its revision, so of two promotions one comes second."""
    bump(account_id=head.account_id, kind="heads")
    bump(account_id=head.account_id, kind="services")  # what is covered changes with what decides
    held = Head.objects.filter(account_id=head.account_id, pk=head.pk).select_related("account")
    found = held.select_for_update(of=("self",)).first()
    if found is None:
        raise NotFound()
    return found


def retire_active(head: Head) -> int | None:
    rows = Head.objects.filter(account_id=head.account_id, label=head.label, modality=head.modality)
    active = rows.filter(status=Status.ACTIVE).first()
    if active is None:
        return None
    put(active, Status.RETIRED)
    return active.version


def put(head: Head, status: str, **changes) -> None:
    head.status = status
    for name, value in changes.items():
        setattr(head, name, value)
    head.save(update_fields=["status", "promoted_by", *changes])


def note(head: Head, actor, action: str, now: datetime, before=None, after=None) -> None:
    record(
        account=head.account,
        actor=actor,
        action=action,
        subject=f"head:{head.label}",
        before=before,
        after=after,
        now=now,
    )
