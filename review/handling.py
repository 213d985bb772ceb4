"""How long decisions take, in time that reviewers were indeed at them. Of kinds of work, never of people."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, Count, FloatField
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from moderation.catalogue.groups import group_name, place_of
from moderation.models.content import ContentType
from review.models import Decision, ReviewQueue
from review.states import Stage

# Below this a median says more about chance, or about one person's day, than about the work.
LEAST = 20
DEFAULT_DAYS, MOST_DAYS = 30, 90
BY = {"queue": "item__queue", "group": "item__group", "content_type": "item__content_type"}
NAMES = {"queue": _("Review queue"), "group": _("Detection type"), "content_type": _("Content type")}


class Quartiles(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(FloatField())


@dataclass(frozen=True, slots=True)
class Handling:
    """Milliseconds of a kind of work: a quarter took at most `lower`, half `median`, and three `upper`."""

    key: str
    name: str
    n: int
    lower: float | None = None
    median: float | None = None
    upper: float | None = None

    @property
    def is_too_few(self) -> bool:
        return self.n < LEAST


def handling_times(*, account: Account, by: str, days: int, now: datetime) -> list[Handling]:
    """Of first decisions that stand and whose time was measured, by one of BY; nothing below LEAST."""
    rows = (
        measured(account, days, now).values_list(BY[by]).annotate(n=Count("id"), q=Quartiles("handling_ms"))
    )
    names = names_of(account, by)
    found = [handling(key, names(key), n, quartiles) for key, n, quartiles in rows.order_by()]
    return sorted(found, key=lambda one: (place_of(one.key), one.name) if by == "group" else (0, one.name))


def all_handling(*, account: Account, days: int, now: datetime) -> Handling:
    sums = measured(account, days, now).aggregate(n=Count("id"), q=Quartiles("handling_ms"))
    return handling("", str(_("All")), sums["n"], sums["q"])


def measured(account: Account, days: int, now: datetime):
    decisions = Decision.objects.owned_by(account).standing()
    return decisions.filter(
        stage=Stage.DECISION,
        handling_ms__isnull=False,
        decided_at__gt=now - timedelta(days=days),
        decided_at__lte=now,
    )


def handling(key, name: str, n: int, quartiles) -> Handling:
    key = "" if key is None else str(key)
    return Handling(key, name, n) if n < LEAST else Handling(key, name, n, *quartiles)


def names_of(account: Account, by: str):
    if by == "queue":
        queues = dict(ReviewQueue.objects.owned_by(account).values_list("pk", "name"))
        return lambda key: queues.get(key, str(_("Without a queue")))
    if by == "content_type":
        return lambda key: str(ContentType(key).label)
    return lambda key: group_name(key) if key else str(_("The machine found nothing"))
