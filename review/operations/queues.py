"""Making, changing, pausing and deleting the queues of an account."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.audit.records import record
from config.errors import Invalid, NotAllowedNow
from review.models import ReviewItem, ReviewQueue

LONGEST_NAME, LONGEST_DESCRIPTION, LONGEST_SKILL = 60, 300, 40
MOST_QUEUES, MOST_SKILLS = 50, 20
# Four weeks: what may wait longer than that needs no queue.
LONGEST_SLA_MINUTES = 28 * 24 * 60


class QueueInvalid(Invalid):
    code = "queue_invalid"
    default_message = _(
        "A queue has a name of at most 60 characters and a time to decide of 1 to 40,320 minutes."
    )


class SkillInvalid(Invalid):
    code = "skill_invalid"
    default_message = _("A skill has at most 40 characters, and there are at most 20 of them.")


class QueueNameTaken(NotAllowedNow):
    code = "queue_name_taken"
    default_message = _("Another queue has this name already.")


class QueueLimitReached(NotAllowedNow):
    code = "queue_limit_reached"
    default_message = _("An account has at most 50 review queues: delete one first.")


class QueueInUse(NotAllowedNow):
    code = "queue_in_use"
    default_message = _(
        "Items went through this queue: pause it instead, and let the rules send nothing to it."
    )


class DefaultQueueNeeded(NotAllowedNow):
    code = "default_queue_needed"
    default_message = _("This queue takes what no rule sends elsewhere: let another one take the rest first.")


@transaction.atomic
def create_queue(
    *,
    account: Account,
    name: str,
    description: str = "",
    sla_minutes: int = 24 * 60,
    skills: Iterable[str] = (),
    is_default: bool = False,
    actor,
    now: datetime,
) -> ReviewQueue:
    held = lock_queues(account)
    if len(held) >= MOST_QUEUES:
        raise QueueLimitReached(most=MOST_QUEUES)
    queue = ReviewQueue(
        account=account,
        position=max((one.position for one in held), default=0) + 1,
        created_at=now,
        **sound(name=name, description=description, sla_minutes=sla_minutes, skills=skills),
    )
    require_free(queue, held)
    if is_default:
        hand_over_the_rest(held)
        queue.is_default = True
    queue.save(force_insert=True)
    tell(queue, "review.queue_created", before=None, after=facts(queue), actor=actor, now=now)
    return queue


@transaction.atomic
def change_queue(
    *,
    queue: ReviewQueue,
    name: str,
    description: str = "",
    sla_minutes: int,
    skills: Iterable[str] = (),
    is_default: bool = False,
    actor,
    now: datetime,
) -> ReviewQueue:
    """Items that wait already keep their due dates: nothing of theirs is ever rewritten."""
    held = lock_queues(queue.account)
    queue = next(one for one in held if one.pk == queue.pk)
    before = facts(queue)
    if queue.is_default and not is_default:
        raise DefaultQueueNeeded(field="is_default")
    asked = sound(name=name, description=description, sla_minutes=sla_minutes, skills=skills)
    for field, value in asked.items():
        setattr(queue, field, value)
    require_free(queue, held)
    if is_default and not queue.is_default:
        hand_over_the_rest(held)
        queue.is_default = True
    if facts(queue) == before:
        return queue
    queue.save()
    tell(queue, "review.queue_changed", before=before, after=facts(queue), actor=actor, now=now)
    return queue


@transaction.atomic
def pause_queue(*, queue: ReviewQueue, is_paused: bool, actor, now: datetime) -> ReviewQueue:
    """A paused queue takes items, and gives none. What reviewers have in hand stays with them."""
    queue = ReviewQueue.objects.owned_by(queue.account).select_for_update().get(pk=queue.pk)
    if queue.is_paused == is_paused:
        return queue
    queue.is_paused = is_paused
    queue.save(update_fields=["is_paused"])
    action = "review.queue_paused" if is_paused else "review.queue_resumed"
    tell(queue, action, before=None, after={"name": queue.name}, actor=actor, now=now)
    return queue


@transaction.atomic
def delete_queue(*, queue: ReviewQueue, actor, now: datetime) -> None:
    """Its rules go with it. A queue that items went through stays: they say where they waited."""
    queue = ReviewQueue.objects.owned_by(queue.account).select_for_update().get(pk=queue.pk)
    if queue.is_default:
        raise DefaultQueueNeeded()
    if ReviewItem.objects.owned_by(queue.account).filter(queue=queue).exists():
        raise QueueInUse()
    tell(queue, "review.queue_deleted", before=facts(queue), after=None, actor=actor, now=now)
    queue.delete()


def lock_queues(account: Account) -> list[ReviewQueue]:
    """Of two who change queues at once the second waits, and sees what the first one did."""
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    return list(ReviewQueue.objects.owned_by(account).in_order())


def hand_over_the_rest(held: list[ReviewQueue]) -> None:
    ReviewQueue.objects.filter(pk__in=[one.pk for one in held], is_default=True).update(is_default=False)


def require_free(queue: ReviewQueue, held: list[ReviewQueue]) -> None:
    if any(one.name.casefold() == queue.name.casefold() for one in held if one.pk != queue.pk):
        raise QueueNameTaken(field="name")


def sound(*, name: str, description: str, sla_minutes: int, skills: Iterable[str]) -> dict:
    name, description = one_line(name), one_line(description)
    if not 0 < len(name) <= LONGEST_NAME:
        raise QueueInvalid(field="name")
    if len(description) > LONGEST_DESCRIPTION:
        raise QueueInvalid(_("A description has at most 300 characters."), field="description")
    if not 0 < sla_minutes <= LONGEST_SLA_MINUTES:
        raise QueueInvalid(field="sla_minutes")
    return {
        "name": name,
        "description": description,
        "sla_minutes": sla_minutes,
        "skills": sound_skills(skills),
    }


def sound_skills(skills: Iterable[str]) -> list[str]:
    """Skills are the account's own words; written in small letters, so that one word is one skill."""
    found = sorted({one_line(skill).casefold() for skill in skills} - {""})
    if len(found) > MOST_SKILLS or any(len(skill) > LONGEST_SKILL for skill in found):
        raise SkillInvalid(field="skills")
    return found


def one_line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def facts(queue: ReviewQueue) -> dict:
    return {
        "name": queue.name,
        "description": queue.description,
        "sla_minutes": queue.sla_minutes,
        "skills": queue.skills,
        "is_default": queue.is_default,
    }


def tell(queue: ReviewQueue, action: str, *, before, after, actor, now: datetime) -> None:
    record(
        account=queue.account,
        actor=actor,
        action=action,
        subject=f"review_queue:{queue.pk}",
        before=before,
        after=after,
        now=now,
    )
