from django.utils import timezone

from config.retention.purging import purge


def purge_old() -> dict[str, int]:
    return {name: rows for name, rows in purge(now=timezone.now()).items() if rows}
