"""Taking due callbacks out of the outbox, each for one process and a limited time."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from moderation.callbacks.ladder import MOST_ATTEMPTS, SILENCES_TO_REST

# Each endpoint offers its oldest due callbacks, no more than it may have under way; one that was silent
# offers one. A callback whose elder (same endpoint, same subject) is still to be delivered waits for it.
# Whoever has least under way comes first, and the last `spare` threads are for endpoints that have
# nothing under way: a receiver that hangs takes neither the place nor the turn of the others.
# Ids travel as arrays, because the planner takes a subquery for so many rows that it reads the whole table.
# Endpoints with something due are found one by one in its index: those from calls may be very many.
LEASE = """
    WITH RECURSIVE waiting(endpoint_id) AS (
        (SELECT endpoint_id FROM moderation_callback WHERE state = 'due' ORDER BY endpoint_id LIMIT 1)
        UNION ALL
        SELECT (
            SELECT endpoint_id FROM moderation_callback
            WHERE state = 'due' AND endpoint_id > waiting.endpoint_id ORDER BY endpoint_id LIMIT 1
        ) FROM waiting WHERE waiting.endpoint_id IS NOT NULL
    ), under_way AS (
        SELECT endpoint_id, count(*) AS number FROM moderation_callback
        WHERE lease_token IS NOT NULL AND lease_until >= %(now)s GROUP BY endpoint_id
    ), offered AS (
        SELECT found.id, found.due_at, coalesce(u.number, 0)
            + row_number() OVER (PARTITION BY e.id ORDER BY found.due_at, found.id) AS place
        FROM waiting JOIN moderation_callbackendpoint e ON e.id = waiting.endpoint_id
        LEFT JOIN under_way u ON u.endpoint_id = e.id
        CROSS JOIN LATERAL (
            SELECT c.id, c.due_at FROM moderation_callback c
            WHERE c.endpoint_id = e.id AND c.state = 'due' AND c.due_at <= %(now)s AND c.rung < %(most)s
              AND (c.lease_until IS NULL OR c.lease_until < %(now)s)
              AND NOT EXISTS (
                  SELECT 1 FROM moderation_callback elder
                  WHERE elder.endpoint_id = c.endpoint_id AND elder.subject = c.subject
                    AND elder.state = 'due' AND elder.id < c.id
              )
            ORDER BY c.due_at, c.id
            LIMIT greatest(0, CASE WHEN e.silences >= %(silences)s THEN 1 ELSE %(per_endpoint)s END
                              - coalesce(u.number, 0))
        ) found
        WHERE e.is_enabled AND e.paused_at IS NULL
          AND (e.resting_until IS NULL OR e.resting_until <= %(now)s)
    ), queued AS (
        SELECT id, place, row_number() OVER (ORDER BY place, due_at, id) AS turn FROM offered
    ), chosen AS (
        SELECT id FROM moderation_callback
        WHERE id = ANY(ARRAY(
            SELECT id FROM queued WHERE turn <= %(count)s AND (place = 1 OR turn <= %(count)s - %(spare)s)
        )) AND state = 'due' AND (lease_until IS NULL OR lease_until < %(now)s)
        FOR UPDATE SKIP LOCKED
    )
    UPDATE moderation_callback
    SET attempts = attempts + 1, rung = rung + 1, lease_until = %(until)s, lease_token = %(token)s
    WHERE id = ANY(ARRAY(SELECT id FROM chosen)) RETURNING id
"""

# The process died over each of its attempts, the last included, so that nobody wrote down its end.
BURY = """
    WITH buried AS (
        UPDATE moderation_callback
        SET state = 'dead', finished_at = %(now)s, lease_until = NULL, lease_token = NULL
        WHERE lease_token IS NOT NULL AND lease_until < %(now)s AND state = 'due' AND rung >= %(most)s
        RETURNING id, account_id, attempts
    )
    INSERT INTO moderation_callbackattempt
        (account_id, callback_id, number, started_at, took_ms, error_code, response_excerpt, address)
    SELECT account_id, id, attempts, %(now)s, 0, 'attempt_lost', '', '' FROM buried
    ON CONFLICT DO NOTHING RETURNING callback_id
"""


def lease_seconds() -> int:
    return 2 * settings.ASSAY_CALLBACK_SECONDS


def lease(*, count: int, spare: int = 0, now: datetime, token: uuid.UUID) -> list[int]:
    """Take up to `count` due callbacks in one committed statement.

    The attempt counts from here on: a callback that kills its process is tried no oftener than one that
    is refused.
    """
    asked = {
        "now": now,
        "until": now + timedelta(seconds=lease_seconds()),
        "token": token,
        "count": count,
        "spare": spare,
        "per_endpoint": settings.ASSAY_CALLBACK_PER_ENDPOINT,
        "silences": SILENCES_TO_REST,
        "most": MOST_ATTEMPTS,
    }
    with connection.cursor() as cursor:
        cursor.execute(LEASE, asked)
        return sorted(row[0] for row in cursor.fetchall())


def bury(*, now: datetime) -> list[int]:
    """Give up callbacks whose last lease ended without a word."""
    with connection.cursor() as cursor:
        cursor.execute(BURY, {"now": now, "most": MOST_ATTEMPTS})
        return [row[0] for row in cursor.fetchall()]
