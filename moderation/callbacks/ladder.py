"""When a callback that did not arrive is tried again, and how long a silent receiver is left alone. Pure."""

import random
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

SECONDS = (5, 60, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
MOST_ATTEMPTS = len(SECONDS) + 1
JITTER = 0.2
LONGEST_WAIT = 24 * 3600
THROTTLED = (429, 502, 503, 504)

SILENCES_TO_REST = 3
FIRST_REST, LONGEST_REST = 5, 60


def next_try(
    *, attempts: int, now: datetime, retry_after: int | None = None, dice: random.Random | None = None
) -> datetime | None:
    """When to try again after so many attempts, or None: 11 tries over some three days are enough."""
    if attempts >= MOST_ATTEMPTS:
        return None
    wait = SECONDS[attempts - 1] * (dice or random).uniform(1 - JITTER, 1 + JITTER)
    if retry_after is not None:
        wait = max(wait, min(max(retry_after, 1), LONGEST_WAIT))
    return now + timedelta(seconds=wait)


def retry_after_of(*, status: int, headers: dict[str, str], now: datetime) -> int | None:
    """What a throttling answer asks for, in seconds; None if it asks for nothing one can read."""
    text = headers.get("retry-after", "").strip()
    if status not in THROTTLED or not text:
        return None
    if text.isascii() and text.isdigit():
        return int(text[:9])
    try:
        return int((parsedate_to_datetime(text) - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def is_silence(status: int | None) -> bool:
    """Does it look as if nobody were there? A refusal, even a 500, is an answer."""
    return status is None or status in THROTTLED


def rest_after(*, silences: int, now: datetime) -> datetime | None:
    """Until when a receiver that was silent so often in a row is left alone; None: it is not yet."""
    over = silences - SILENCES_TO_REST
    if over < 0:
        return None
    return now + timedelta(seconds=min(FIRST_REST * 2 ** min(over, 10), LONGEST_REST))
