"""How long decisions take, in time that reviewers were indeed at them. Of kinds of work, never of people."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from moderation.catalogue.groups import group_name, place_of
from moderation.models.content import ContentType
from review.models import Decision, ReviewQueue
from review.states import Stage

# Below this a median says more about chance, or about one person's day, than about the work.
LEAST = 20
# Quartiles of more would say the same, within a hundredth.
MOST = 4000
DEFAULT_DAYS, MOST_DAYS = 30, 90
BY = {"queue": "item__queue", "group": "item__group", "content_type": "item__content_type"}
NAMES = {"queue": _("Review queue"), "group": _("Detection type"), "content_type": _("Content type")}


# What is filled in are names of our own columns, and a query of ours with its own values.
QUARTILES = """
    SELECT {which}, count(*),
           percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY handling_ms){columns}
    FROM ({rows}) AS found GROUP BY GROUPING SETS ((){sets})
"""


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


def handling_times(
    *, account: Account, by: Iterable[str], days: int, now: datetime
) -> tuple[Handling, dict[str, list[Handling]]]:
    """Of all, and by each of BY that is asked for; nothing below LEAST."""
    parts = list(by)
    names = {name: names_of(account, name) for name in parts}
    found: dict[str, list[Handling]] = {name: [] for name in parts}
    whole = Handling("", str(_("All")), 0)
    for part, key, n, quartiles in quartiles_of(account, parts, days, now):
        if part:
            found[part].append(handling(key, names[part](key), n, quartiles))
        else:
            whole = handling("", whole.name, n, quartiles)
    for name, rows in found.items():
        rows.sort(key=lambda one: (place_of(one.key), one.name) if name == "group" else (0, one.name))  # noqa: B023
    return whole, found


def quartiles_of(account: Account, parts: list[str], days: int, now: datetime) -> Iterator[tuple]:
    """Part, its value, decisions and quartiles, in one statement; a blank part is all of them."""
    rows = measured(account, days, now).annotate(**{f"by_{name}": F(BY[name]) for name in parts})
    rows, values = rows.values("handling_ms", *(f"by_{name}" for name in parts)).query.sql_with_params()
    columns = "".join(f", by_{name}" for name in parts)
    sets = "".join(f", (by_{name})" for name in parts)
    which = f"GROUPING({columns[2:]})" if parts else "0"
    with connection.cursor() as cursor:
        cursor.execute(QUARTILES.format(which=which, columns=columns, sets=sets, rows=rows), values)
        for bits, n, quartiles, *keys in cursor:
            grouped = [place for place in range(len(parts)) if not bits >> len(parts) - 1 - place & 1]
            yield (parts[grouped[0]], keys[grouped[0]], n, quartiles) if grouped else ("", None, n, quartiles)


def measured(account: Account, days: int, now: datetime):
    """The newest first decisions that stand and whose time was measured."""
    decisions = Decision.objects.owned_by(account).standing()
    return decisions.filter(
        stage=Stage.DECISION,
        handling_ms__isnull=False,
        decided_at__gt=now - timedelta(days=days),
        decided_at__lte=now,
    ).order_by("-decided_at")[:MOST]


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
