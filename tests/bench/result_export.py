"""How long an export of results takes and how much memory, on the table that `result_lists` fills.

python tests/bench/result_lists.py && python tests/bench/result_export.py [--rows 50000]
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from config import embedded  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
if __name__ == "__main__":
    os.environ["DATABASE_URL"] = embedded.use(
        ROOT / "var" / "pg-bench", durable=False, database="results_bench"
    )

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import override_settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from config.accounts.models import Account, User  # noqa: E402
from stats.exports.jobs import make_export  # noqa: E402
from stats.models import Export  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=50_000)
    asked = parser.parse_args()
    account = Account.objects.get(name="bench")
    user, _made = User.objects.get_or_create(username="bench")
    for kind in Export.Format:
        for query in ("", "content_type=text&label=!=nonLabel"):
            with (
                tempfile.TemporaryDirectory() as folder,
                override_settings(MEDIA_ROOT=folder, ASSAY_EXPORT_ROWS_MOST=asked.rows),
            ):
                measure(account, user, kind, query)


def measure(account: Account, user: User, kind: str, query: str) -> None:
    export = Export.objects.create(
        account=account,
        requested_by=user,
        kind=Export.Kind.RESULTS,
        format=kind,
        query=query,
        has_content=True,
        created_at=timezone.now(),
    )
    before, began, busy = peak(), time.perf_counter(), time.process_time()
    assert make_export(export_id=export.pk, now=timezone.now())
    took, busy = time.perf_counter() - began, time.process_time() - busy
    export.refresh_from_db()
    print(
        f"{kind:<5} {query or 'all':<40} {export.rows:>7} rows {took:>6.1f} s ({busy:.1f} s CPU of ours)"
        f" {export.size / 2**20:>6.1f} MB, peak memory {before:.0f} -> {peak():.0f} MB",
        flush=True,
    )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM stats_export WHERE id = %s", [export.pk])


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
