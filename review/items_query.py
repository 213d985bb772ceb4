"""Lists of review items, newest first, each answered by an index whatever the size of the table.

As with results (`moderation.results_query`): a list is merged from streams, one for each combination of the
values that nobody narrowed, and each stream is the beginning of one stretch of an index in the list's order.
Most combinations occur nowhere: the first columns are looked up alone, before the others multiply them, by an
index as well: that is what the order is for.
"""

from dataclasses import replace
from itertools import product

from django.db import connection
from django.db.models import BooleanField, Prefetch
from django.db.models.expressions import RawSQL

from config.accounts.models import Account
from moderation.models.content import ContentType, RiskLevel
from moderation.results_query import Place
from moderation.values import LIBRARY_SUFFIX
from review.items_asked import MACHINE_CLEAN, ItemsAsked, standings
from review.models import Decision, ReviewItem
from review.states import Mode

# What is filled in are words of this module; what somebody asks for goes in as values.
MERGE = """
SELECT found.created_at, found.id FROM unnest({heads}) AS head ({head_names})
CROSS JOIN LATERAL (
    SELECT FROM review_reviewitem AS row WHERE {occurs} ORDER BY {tail_names} LIMIT 1
) AS occurring
CROSS JOIN unnest({tails}) AS tail ({tail_names})
CROSS JOIN LATERAL (
    SELECT row.created_at, row.id FROM review_reviewitem AS row WHERE {wanted}
    ORDER BY row.created_at DESC, row.id DESC LIMIT %s
) AS found ORDER BY 1 DESC, 2 DESC LIMIT %s
"""
COUNT = """
SELECT count(*) FROM (
    SELECT FROM review_reviewitem AS row
    WHERE row.account_id = %s AND row.{name} = ANY (%s::varchar[]) AND row.{name} <> '' LIMIT %s
) AS counted
"""
MANY = 3000
STANDING = ("state", "outcome", "recheck_outcome")
# Of one row: the label that holds, and what people made of the machine's word.
STANDS_AS = "CASE WHEN {row}.recheck_outcome = '' THEN {row}.decided_label ELSE {row}.recheck_label END"
MADE_OF_MACHINE = """
CASE WHEN {row}.mode = 'human_only' OR {row}.state <> 'decided' THEN ''
     WHEN coalesce(nullif({row}.recheck_outcome, ''), {row}.outcome) = 'pass'
     THEN CASE WHEN {row}.level = 'none' THEN 'passed' ELSE 'overruled' END
     WHEN {row}.level = 'none' THEN 'missed'
     WHEN {stands_as} = regexp_replace({row}.label, '{suffix}$', '') THEN 'confirmed'
     ELSE 'renamed' END"""
STANDINGS = " ".join(STANDING)
NUMBERS = {"service_id"}
LABELS = ("recheck_label", "decided_label", "label")
# Of what holds in every stream: what an index begins with, or leaves out.
OF_THE_INDEX = ("row.account_id = %s", *(f"row.{name} <> ''" for name in LABELS))


def newest_items(
    asked: ItemsAsked, *, account: Account, after: Place | None = None, limit: int
) -> list[ReviewItem]:
    """The newest items that are asked for, or those that follow a place, with what lists say of them."""
    ids = [] if asked.nothing else newest_item_ids(asked, account=account, after=after, limit=limit)
    return with_words(ReviewItem.objects.owned_by(account).filter(pk__in=ids)) if ids else []


def with_words(items) -> list[ReviewItem]:
    """Items with their content and everything that was decided on them and stands."""
    decided = Decision.objects.standing().select_related("reviewer", "reviewer_key").order_by("-round")
    return list(
        items.select_related("result", "service", "claimed_by", "decided_by")
        .prefetch_related(Prefetch("decisions", queryset=decided, to_attr="standing"))
        .order_by("-created_at", "-id")
    )


def newest_item_ids(asked: ItemsAsked, *, account: Account, after: Place | None, limit: int) -> list[int]:
    allowed = standings(asked)
    if not allowed:
        return []
    if after is not None:
        asked = replace(asked, ends_at=after.end_of(asked.ends_at))
    if asked.task_id or asked.request_id or asked.data_id:
        few = of_few(ReviewItem.objects.owned_by(account), asked, allowed, after)
        return list(few.order_by("-created_at", "-id").values_list("pk", flat=True)[:limit])
    statement, values = merge(asked, account=account, allowed=allowed, after=after, limit=limit)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [found for _created_at, found in cursor.fetchall()]


def of_few(items, asked: ItemsAsked, allowed, after: Place | None):
    """The filters over few rows: those of one task, one request, one data id."""
    exact = {
        "task_id": asked.task_id,
        "request_id": asked.request_id,
        "data_id": asked.data_id,
        "service__in": asked.service_ids,
        "content_type__in": asked.content_types,
        "mode__in": asked.modes,
        "level__in": asked.levels,
        "label__in": asked.labels,
        "decided_label__in": asked.violations,
        "recheck_label__in": asked.recheck_violations,
        "created_at__gte": asked.starts_at,
        "created_at__lt": asked.ends_at,
    }
    items = items.filter(**{name: value for name, value in exact.items() if value})
    for place, name in enumerate(STANDING):
        items = items.filter(**{f"{name}__in": {standing[place] for standing in allowed}})
    for condition, values in words_of_people(asked, row="review_reviewitem"):
        items = items.filter(RawSQL(condition, values, output_field=BooleanField()))  # noqa: S611 (our words)
    if after is not None:
        items = items.filter(created_at__lte=after.created_at).exclude(
            created_at=after.created_at, pk__gte=after.id
        )
    return items


def merge(asked: ItemsAsked, *, account: Account, allowed, after: Place | None, limit: int):
    facets = facets_of(asked, account, allowed)
    split = list(facets).index(STANDINGS)
    heads, tails = dict(list(facets.items())[:split]), dict(list(facets.items())[split:])
    always = bounds(asked, account, facets, after)
    occurs = [*equal(heads, "head"), *(one for one in always if one[0] in OF_THE_INDEX)]
    wanted = [*equal(heads, "head"), *equal(tails, "tail"), *always]
    statement = MERGE.format(
        heads=arrays(heads), head_names=", ".join(columns_of(heads)), occurs=both(occurs),
        tails=arrays(tails), tail_names=", ".join(columns_of(tails)), wanted=both(wanted),
    )  # fmt: skip
    return statement, [
        *filled(heads), *values_in(occurs), *filled(tails), *values_in(wanted), limit, limit,
    ]  # fmt: skip


def columns_of(facets: dict[str, list]) -> list[str]:
    return [name for group in facets for name in group.split()]


def arrays(facets: dict[str, list]) -> str:
    return ", ".join("%s::bigint[]" if one in NUMBERS else "%s::varchar[]" for one in columns_of(facets))


def filled(facets: dict[str, list]) -> list[list]:
    """A list for each column, which together hold every combination."""
    rows = [
        [value for part in parts for value in (part if isinstance(part, tuple) else (part,))]
        for parts in product(*facets.values())
    ]
    return [[row[place] for row in rows] for place in range(len(columns_of(facets)))]


def equal(facets: dict[str, list], stream: str) -> list[tuple[str, list]]:
    return [(f"row.{name} = {stream}.{name}", []) for name in columns_of(facets)]


def both(conditions: list[tuple[str, list]]) -> str:
    return " AND ".join(condition for condition, _values in conditions)


def values_in(conditions: list[tuple[str, list]]) -> list:
    return [value for _condition, values in conditions for value in values]


def facets_of(asked: ItemsAsked, account: Account, allowed) -> dict[str, list]:
    """Every value that each column may have, in the index that begins with the rarest thing asked for.

    A label has an index by type of content, and one by service, which says the type.
    """
    label = rarest(labels_of(asked), account)
    if asked.service_ids:
        where = {"service_id": list(asked.service_ids)}
    else:
        where = {"content_type": list(asked.content_types or ContentType.values)}
    return (
        label
        | where
        | {
            "mode": [mode for mode in asked.modes or Mode.values if may_be_judged(mode, asked)],
            STANDINGS: [one for one in allowed if may_carry(one, label)],
            "level": levels_of(asked),
        }
    )


def labels_of(asked: ItemsAsked) -> dict[str, list[str]]:
    listed = (asked.recheck_violations, asked.violations, asked.labels)
    return {name: list(labels) for name, labels in zip(LABELS, listed, strict=True) if labels}


def rarest(labels: dict[str, list[str]], account: Account) -> dict[str, list[str]]:
    """Of several kinds of labels the one that the fewest items carry: the others are filtered by."""
    if len(labels) < 2:
        return labels
    counts = {}
    with connection.cursor() as cursor:
        for name, codes in labels.items():
            cursor.execute(COUNT.format(name=name), [account.pk, codes, MANY])
            counts[name] = cursor.fetchone()[0]
    found = min(counts, key=counts.get)
    return {found: labels[found]}


def may_carry(standing: tuple[str, str, str], label: dict) -> bool:
    """Only a block has a label, so that the other stretches of these indexes are empty."""
    if "recheck_label" in label:
        return standing[2] == "block"
    return "decided_label" not in label or standing[1] == "block"


def may_be_judged(mode: str, asked: ItemsAsked) -> bool:
    """Of what people alone look at nobody can say what they made of the machine."""
    return not asked.machine or mode != Mode.HUMAN_ONLY


def levels_of(asked: ItemsAsked) -> list[str]:
    levels = asked.levels or RiskLevel.values
    clean = [value in MACHINE_CLEAN for value in asked.machine]
    if not clean or any(clean) and not all(clean):
        return list(levels)
    return [level for level in levels if (level == RiskLevel.NONE) == all(clean)]


def bounds(asked: ItemsAsked, account: Account, facets, after: Place | None) -> list[tuple[str, list]]:
    """What holds in every stream, as conditions with their values."""
    conditions = [
        ("row.account_id = %s", account.pk),
        ("row.created_at >= %s", asked.starts_at),
        ("row.created_at < %s", asked.ends_at),
    ]
    found = [(condition, [value]) for condition, value in conditions if value is not None]
    others = labels_of(asked)
    found += [
        (f"row.{name} = ANY (%s::varchar[])", [labels])
        for name, labels in others.items()
        if name not in facets
    ]
    found += words_of_people(asked, row="row")
    # The indexes of labels leave out the items that carry none.
    found += [(f"row.{name} <> ''", []) for name in others if name in facets]
    if after is not None:
        found.append(("(row.created_at, row.id) < (%s, %s)", [after.created_at, after.id]))
    return found


def words_of_people(asked: ItemsAsked, *, row: str) -> list[tuple[str, list]]:
    """What no index stands in the order of: read from the rows that the others leave."""
    stands_as = STANDS_AS.format(row=row)
    found = []
    if asked.stands_as:
        found.append((f"({stands_as}) = ANY (%s::varchar[])", [list(asked.stands_as)]))
    if asked.machine:
        made = MADE_OF_MACHINE.format(row=row, stands_as=stands_as, suffix=LIBRARY_SUFFIX)
        found.append((f"({made}) = ANY (%s::varchar[])", [list(asked.machine)]))
    return found
