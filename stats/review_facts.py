"""What an item and a word of feedback count for, as SQL: read when it happens, and when it is recounted.

One text for both, so that a recount can only differ where something was not counted.
"""

from moderation.values import LIBRARY_SUFFIX
from review.states import Mode
from stats.models.review_work import MACHINE, WORK

# Items with the time that their first standing decision took.
ITEMS = """
items AS MATERIALIZED (
    SELECT item.account_id, item.queue_id, item.service_id, item.mode, item.level, item.label, item.state,
           item.created_at, item.due_at, item.expires_at, item.cancelled_at,
           item.outcome, item.decided_label, item.decided_at, decision.handling_ms,
           item.recheck_outcome, item.recheck_label, item.rechecked_at,
           coalesce(nullif(item.recheck_outcome, ''), item.outcome) AS stands,
           CASE WHEN item.recheck_outcome = '' THEN item.decided_label
                ELSE item.recheck_label END AS stands_as
    FROM review_reviewitem item
    LEFT JOIN review_decision decision ON decision.item_id = item.id AND decision.stage = 'decision'
         AND decision.undone_at IS NULL
    WHERE {which}
)
"""
SELECT = "SELECT {columns} FROM {source} WHERE {where}"
# Quarters of an octave: times in one bucket differ by less than a fifth.
BUCKET = "CASE WHEN handling_ms IS NOT NULL THEN stats_latency_bucket(handling_ms) END"


def listed(names, *, form: str = "{0}") -> str:
    return ", ".join(form.format(name) for name in names)


def facts(names: tuple[str, ...], *key: str, source: str, where: str = "true", **figures: str) -> str:
    """One SELECT in the order of the table's columns; a figure that is not named is 0."""
    columns = [*key, *(f"{figures.get(name, '0')} AS {name}" for name in names)]
    return SELECT.format(columns=listed(columns), source=source, where=where)


def work(at: str, *, where: str = "true", bucket: str = "NULL::smallint", **figures: str) -> str:
    key = ("account_id", f"{at} AS at", "queue_id", "service_id", f"{bucket} AS bucket")
    return facts(WORK, *key, source="items", where=where, **figures)


OPENED = work("created_at", opened="1")
DECIDED = work(
    "decided_at",
    where="state = 'decided'",
    bucket=BUCKET,
    passed="(outcome = 'pass')::int",
    blocked="(outcome = 'block')::int",
    late="(due_at IS NOT NULL AND decided_at > due_at)::int",
    waited_ms="greatest(0, (extract(epoch FROM decided_at - created_at) * 1000)::bigint)",
    handled="(handling_ms IS NOT NULL)::int",
    handling_ms="coalesce(handling_ms, 0)::bigint",
)
RECHECKED = work(
    "rechecked_at",
    where="rechecked_at IS NOT NULL",
    rechecked="1",
    overturned="(recheck_outcome <> outcome)::int",
    relabelled="(recheck_outcome = outcome AND recheck_label <> decided_label)::int",
)
ENDED = work(
    "CASE WHEN state = 'cancelled' THEN cancelled_at ELSE coalesce(expires_at, due_at, created_at) END",
    where="state IN ('expired', 'cancelled')",
    expired="(state = 'expired')::int",
    cancelled="(state = 'cancelled')::int",
)
# Of the day on which the machine judged: a later word of people still tells of that day's rules.
JUDGED = facts(
    MACHINE,
    "account_id",
    "created_at AS at",
    "service_id",
    "CASE WHEN level = 'none' THEN stands_as ELSE label END AS label",
    source="items",
    where=f"state = 'decided' AND mode <> '{Mode.HUMAN_ONLY.value}'",
    flagged="(level <> 'none')::int",
    confirmed=f"(level <> 'none' AND stands = 'block'"
    f" AND stands_as = regexp_replace(label, '{LIBRARY_SUFFIX}$', ''))::int",
    renamed=f"(level <> 'none' AND stands = 'block'"
    f" AND stands_as <> regexp_replace(label, '{LIBRARY_SUFFIX}$', ''))::int",
    clean="(level = 'none')::int",
    missed="(level = 'none' AND stands = 'block')::int",
)
TOLD = facts(
    MACHINE,
    "account_id",
    "given_at AS at",
    "service_id",
    "label",
    source="review_feedback",
    where="{which}",
    called_wrong="(kind = 'false_positive')::int",
    called_missed="(kind = 'missed_violation')::int",
)
EVERY_WORK = " UNION ALL ".join([OPENED, DECIDED, RECHECKED, ENDED])
EVERY_MACHINE = " UNION ALL ".join([JUDGED, TOLD])

WORK_COLUMNS = ("account_id", "at", "queue_id", "service_id", "bucket", *WORK)
MACHINE_COLUMNS = ("account_id", "at", "service_id", "label", *MACHINE)
