from django.utils import timezone

from config.retention.purging import REST, purge


def purge_old() -> dict[str, int]:
    purged = purge(now=timezone.now(), rest=REST)
    return {name: rows for name, rows in purged.items() if rows}
