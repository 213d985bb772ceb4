"""Per-key rate limits that hold over all processes and cost almost no query.

A process takes calls from the key's minute in the database in lots, and hands them out from memory.
All lots together never exceed the limit; small limits are taken one by one and are exact.
"""

import threading
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from config.errors import TooMany

LOTS_PER_MINUTE = 50
TAKE = """
    INSERT INTO accounts_ratewindow AS w (key_id, starts_at, taken) VALUES (%(key)s, %(minute)s, %(lot)s)
    ON CONFLICT (key_id, starts_at) DO UPDATE SET taken = LEAST(w.taken + %(lot)s, %(limit)s)
    WHERE w.taken < %(limit)s
    RETURNING taken
"""
FORGET = "DELETE FROM accounts_ratewindow WHERE starts_at < %s"

_lots: dict[int, tuple[datetime, int]] = {}
_lock = threading.Lock()


class RateLimited(TooMany):
    code = "rate_limited"
    default_message = _("This key has used up its calls of the minute: wait as long as Retry-After says.")


def spend(*, key_id: int, limit: int, now: datetime) -> None:
    """Take one call from the key's minute, or raise with the seconds to wait."""
    minute = now.replace(second=0, microsecond=0)
    with _lock:
        held_minute, left = _lots.get(key_id, (minute, 0))
        if held_minute == minute and left > 0:
            _lots[key_id] = (minute, left - 1)
            return
    got = take_lot(key_id=key_id, limit=limit, minute=minute)
    if not got:
        raise RateLimited(retry_after=max(1, 60 - now.second), limit_per_minute=limit)
    with _lock:
        held_minute, left = _lots.get(key_id, (minute, 0))
        _lots[key_id] = (minute, got - 1 + (left if held_minute == minute else 0))


def take_lot(*, key_id: int, limit: int, minute: datetime) -> int:
    lot = min(limit, max(1, limit // LOTS_PER_MINUTE))
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"key": key_id, "minute": minute, "lot": lot, "limit": limit})
        row = cursor.fetchone()
    if row is None:
        return 0
    return lot if row[0] < limit else (limit % lot or lot)


def forget_old_windows(*, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [now - timedelta(hours=1)])
        return cursor.rowcount
