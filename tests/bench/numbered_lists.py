"""How long lists by the number of a page take, on the first page and on the last that there is.

python tests/bench/numbered_lists.py [--rounds 10]

Asks the database of `every_list.py` (10,000,000 results), for the account that has most of them.
"""

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from config import embedded  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
# Of all that was seeded, not of the last month alone.
os.environ.setdefault("ASSAY_RESULTS_KEPT_DAYS", "0")
if __name__ == "__main__" and "DATABASE_URL" not in os.environ:
    os.environ["DATABASE_URL"] = embedded.use(
        ROOT / "var" / "pg-load", durable=False, database=os.environ.get("LOAD_DATABASE", "load_big")
    )

import django  # noqa: E402

django.setup()

from django.db.models import Sum  # noqa: E402
from django.utils import timezone  # noqa: E402

from config.accounts.models import Account  # noqa: E402
from moderation.results_asked import read_asked  # noqa: E402
from moderation.results_numbered import numbered  # noqa: E402
from moderation.results_query import newest_ids  # noqa: E402
from stats.models import UsageCounter  # noqa: E402

DEEPEST, SIZE = 10_000, 10
FILTERS = (
    {},
    {"content_type": "text"},
    {"content_type": "image"},
    {"label": "!=nonLabel"},
    {"label": "pt_to_contact"},
    {"level": "high"},
    {"service": "comment_detection", "level": "none"},
    {"content_type": "text", "human": "block"},
)


def milliseconds(ask, rounds: int) -> float:
    took = []
    for _round in range(rounds):
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    most = UsageCounter.objects.values("account").annotate(all_calls=Sum("calls")).order_by("-all_calls")
    account = Account.objects.get(pk=most.first()["account"])
    print(f"{'filter':52} {'first':>8} {'last':>8} {'by place':>9}   ms, median of {rounds}; total")
    for filters in FILTERS:
        asked, faults = read_asked(filters, account=account, now=timezone.now())
        assert not faults, faults

        def page(first: int, asked=asked):
            return numbered(asked, account=account, first=first, size=SIZE, most=DEEPEST)

        def as_other_lists(asked=asked):
            return newest_ids(asked, account=account, after=None, limit=DEEPEST + 1)

        took = [
            milliseconds(lambda: page(0), rounds),
            milliseconds(lambda: page(DEEPEST - SIZE), rounds),
            milliseconds(as_other_lists, rounds),
        ]
        numbers = "{:8.0f} {:8.0f} {:9.0f}".format(*took)
        print(f"{str(filters):52} {numbers}   {page(0).total}")


if __name__ == "__main__":
    main()
