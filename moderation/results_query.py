"""Lists of results, newest first, each answered by an index whatever the size of the table.

No index can begin with every filter that somebody leaves open. So a list is merged from streams, one for each
combination of the values that are not narrowed: each stream is the beginning of one stretch of an index in
the order of the list, so that a filter that nothing passes costs as little as one that everything does.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product

from django.db import connection
from django.db.models import Exists, OuterRef

from config.accounts.models import Account
from moderation.models import ModerationResult, ResultLabel, Service
from moderation.models.content import RiskLevel
from moderation.results_asked import Asked
from moderation.values import EXEMPT, NO_RISK

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RESULTS = ("moderation_moderationresult", "id")
TYPES = {"service_id": "bigint"}
HUMAN = ("", *ModerationResult.Outcome.values)
# What is filled in are words of this module; what somebody asks for goes in as values.
MERGE = """
SELECT found.created_at, found.id FROM unnest({arrays}) AS stream ({names})
CROSS JOIN LATERAL (
    SELECT row.created_at, row.{key} AS id FROM {table} AS row WHERE {wanted}
    ORDER BY row.created_at DESC, row.{key} DESC LIMIT %s
) AS found
"""
WITHOUT_EXEMPT = """NOT EXISTS (
    SELECT 1 FROM moderation_resultlabel AS exempt
    WHERE exempt.account_id = row.account_id AND exempt.label = %s AND exempt.result_id = row.id
)"""


@dataclass(frozen=True, slots=True)
class Part:
    """Of one table: every value that each column may have, and what holds of all rows besides."""

    table: str
    key: str
    facets: dict[str, list]
    wanted: list[tuple[str, list]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the last row, and how many were shown up to it."""

    created_at: datetime
    id: int
    shown: int = 0

    def __str__(self):
        passed = self.created_at - EPOCH
        return f"{passed // timedelta(microseconds=1)}-{self.id}-{self.shown}"

    def end_of(self, ends_at: datetime | None) -> datetime | None:
        """The end of a range, where a place in it does not say more: there an index is to begin."""
        return None if ends_at is not None and self.created_at < ends_at else ends_at

    @classmethod
    def read(cls, text: str) -> "Place":
        """The place that `str` wrote; ValueError for anything else."""
        parts = text.split("-")
        if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
            raise ValueError(text)
        microseconds, last, shown = map(int, parts)
        seconds, rest = divmod(microseconds, 1_000_000)
        try:
            return cls(datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest), last, shown)
        except (OverflowError, OSError) as error:
            raise ValueError(text) from error


def newest(
    asked: Asked, *, account: Account, after: Place | None = None, limit: int
) -> list[ModerationResult]:
    """The newest results that are asked for, or those that follow a place."""
    if asked.nothing:
        return []
    ids = newest_ids(asked, account=account, after=after, limit=limit)
    results = ModerationResult.objects.owned_by(account).with_names()
    return list(results.filter(pk__in=ids).newest_first()) if ids else []


def newest_ids(asked: Asked, *, account: Account, after: Place | None, limit: int) -> list[int]:
    if asked.request_id or asked.data_id or not is_narrowed(asked):
        results = narrowed(ModerationResult.objects.owned_by(account), asked, after)
        return list(results.newest_first().values_list("pk", flat=True)[:limit])
    parts = streams(asked, account=account, after=after, limit=limit)
    statement = " UNION ALL ".join(f"({part})" for part, _values in parts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT created_at, id FROM ({statement}) AS found"  # noqa: S608 (our own words only)
            " ORDER BY 1 DESC, 2 DESC LIMIT %s",
            [*(value for _part, values in parts for value in values), limit],
        )
        return [found for _created_at, found in cursor.fetchall()]


def is_narrowed(asked: Asked) -> bool:
    facets = (asked.service_ids, asked.content_types, asked.levels, asked.sources, asked.human, asked.labels)
    return any(facets)


def narrowed(results, asked: Asked, after: Place | None = None):
    """The same filters over few rows: those of one request, one data id, or none but the time."""
    exact = {
        "request_id": asked.request_id,
        "data_id": asked.data_id,
        "service__in": asked.service_ids,
        "content_type__in": asked.content_types,
        "level__in": asked.levels,
        "source__in": asked.sources,
        "human_outcome__in": asked.human,
        "created_at__gte": asked.starts_at,
        "created_at__lt": after.end_of(asked.ends_at) if after else asked.ends_at,
    }
    results = results.filter(**{name: value for name, value in exact.items() if value})
    if asked.labels:
        carried = ResultLabel.objects.filter(result=OuterRef("pk"))
        has = Exists(carried.filter(label__in=asked.labels))
        if NO_RISK in asked.labels:
            has |= ~Exists(carried)
        results = results.filter(has)
    if after is not None:
        results = results.filter(created_at__lte=after.created_at).exclude(
            created_at=after.created_at, pk__gte=after.id
        )
    return results


def streams(asked: Asked, *, account: Account, after: Place | None, limit: int) -> list[tuple[str, list]]:
    """The parts of the statement, each with its values."""
    return [merge(part, after, limit) for part in parts_of(asked, account=account, after=after)]


def parts_of(asked: Asked, *, account: Account, after: Place | None = None) -> list[Part]:
    wanted = bounds(asked, account, after)
    listed = [label for label in asked.labels if label != NO_RISK]
    parts = []
    if listed:
        facets = label_facets(asked, listed, account)
        parts.append(Part("moderation_resultlabel", "result_id", facets, wanted))
    if NO_RISK in asked.labels:
        safe = {RiskLevel.NONE}.intersection(asked.levels or [RiskLevel.NONE])
        facets = facets_of(asked, account) | {"level": list(safe)}
        parts.append(Part(*RESULTS, facets, [*wanted, (WITHOUT_EXEMPT, [EXEMPT])]))
    if not asked.labels:
        parts.append(Part(*RESULTS, facets_of(asked, account), wanted))
    return parts


def facets_of(asked: Asked, account: Account) -> dict[str, list]:
    """Every value that each column may have. A service has one type of content: its index leaves that out."""
    if asked.service_ids:
        kept = {"service_id": asked.service_ids}
    else:
        kept = {"content_type": asked.content_types or types_of(account)}
    return kept | {
        "level": asked.levels or RiskLevel.values,
        "source": asked.sources or ModerationResult.Source.values,
        "human_outcome": asked.human or HUMAN,
    }


def label_facets(asked: Asked, labels: list[str], account: Account) -> dict[str, list]:
    """Labels alone have an index of their own: without it each would be many streams."""
    facets = (asked.service_ids, asked.content_types, asked.levels, asked.sources, asked.human)
    if not any(facets):
        return {"label": labels}
    facets = facets_of(asked, account)
    levels = facets.pop("level")
    risky = [level for level in levels if level != RiskLevel.NONE or EXEMPT in labels]
    return {"label": labels, "result_level": risky} | facets


def types_of(account: Account) -> list[str]:
    return list(
        Service.objects.owned_by(account).order_by().values_list("content_type", flat=True).distinct()
    )


def bounds(asked: Asked, account: Account, after: Place | None) -> list[tuple[str, list]]:
    """What holds in every stream, as conditions with their values."""
    conditions = [
        ("row.account_id = %s", account.pk),
        ("row.created_at >= %s", asked.starts_at),
        ("row.created_at < %s", after.end_of(asked.ends_at) if after else asked.ends_at),
    ]
    return [(condition, [value]) for condition, value in conditions if value is not None]


def merge(part: Part, after: Place | None, limit: int) -> tuple[str, list]:
    """Of each stream as many rows as the page takes, by an index that stands in the order of the list."""
    wanted = [*((f"row.{name} = stream.{name}", []) for name in part.facets), *part.wanted]
    if after is not None:
        wanted.append((f"(row.created_at, row.{part.key}) < (%s, %s)", [after.created_at, after.id]))
    rows = list(product(*part.facets.values()))
    columns = [[str(row[place]) for row in rows] for place in range(len(part.facets))]
    statement = MERGE.format(
        arrays=", ".join(f"%s::{TYPES.get(name, 'varchar')}[]" for name in part.facets),
        names=", ".join(part.facets),
        key=part.key,
        table=part.table,
        wanted=" AND ".join(condition for condition, _values in wanted),
    )
    return statement, [*columns, *(value for _condition, values in wanted for value in values), limit]
