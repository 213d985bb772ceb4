"""Exports for whoever waits for the file: a short one is written on the spot, a long one by the workers."""

import time

from django.utils import timezone

from stats.exports.jobs import make_export
from stats.models import Export

# What is written in a second or two.
ROWS_AT_ONCE = 5_000
PATIENCE_SECONDS, LOOK_SECONDS = 20, 0.2


def made_soon(export: Export, *, is_short: bool) -> Export:
    """The export as it is when its file is there, or when the patience is over. Never in a transaction."""
    if is_short:
        make_export(export_id=export.pk, now=timezone.now())
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        export.refresh_from_db()
        if not export.is_under_way or time.monotonic() > ends:
            return export
        time.sleep(LOOK_SECONDS)
