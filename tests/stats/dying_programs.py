"""A program that forks writers, folders and purgers and kills each without warning, until its input ends.

    python tests/stats/dying_programs.py folder=2 writer=4 purger=1 life=0.3

Then it says how many it killed.
"""

import itertools
import os
import random
import select
import signal
import sys
import time
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
django.setup()

from django.utils import timezone  # noqa: E402

from config.accounts.models import Account  # noqa: E402
from stats.operations import fold, fold_forgotten  # noqa: E402
from tests.factories import service_of  # noqa: E402
from tests.purges import purge_results  # noqa: E402
from tests.stats.results import store_result  # noqa: E402

KINDS = [
    ("none", ()),
    ("high", ("pt_to_contact", "customized")),
    ("low", ("customized",)),
    ("medium", ("ad",)),
]
SERVICES = ["comment_detection", "chat_detection"]
SOURCES = ["api"] * 8 + ["console", "test"]
# The last of them is older than results are kept.
DAYS_BACK = [0, 0, 1, 2, 40]


def fold_forever() -> None:
    while True:
        if not fold(now=timezone.now(), batch=37) + fold_forgotten(now=timezone.now(), batch=5):
            time.sleep(0.001)


def write_forever() -> None:
    dice = random.Random(os.getpid())
    account = Account.objects.order_by("id").first()
    services = [service_of(account, code) for code in SERVICES]
    for number in itertools.count():
        level, labels = dice.choice(KINDS)
        at = timezone.now() - timedelta(days=dice.choice(DAYS_BACK), seconds=dice.randrange(3600))
        store_result(
            services[number % 2],
            level,
            *labels,
            at=at,
            source=dice.choice(SOURCES),
            took_us=dice.randrange(10**6),
        )


def purge_forever() -> None:
    while True:
        if not purge_results(now=timezone.now(), batch=20):
            time.sleep(0.01)


WORK = {"folder": fold_forever, "writer": write_forever, "purger": purge_forever}


def start(kind: str) -> tuple[int, str]:
    child = os.fork()
    if child == 0:
        WORK[kind]()
    return child, kind


def is_over() -> bool:
    readable, _w, _x = select.select([sys.stdin], [], [], 0)
    return bool(readable)


def main(asked: dict[str, str]) -> None:
    dice, kills, life = random.Random(3), 0, float(asked.pop("life", "0.3"))
    programs = [start(kind) for kind, count in asked.items() for _number in range(int(count))]
    dice.shuffle(programs)
    print("ready", flush=True)
    while programs:
        time.sleep(dice.uniform(0.02, life) / len(programs))
        victim, kind = programs.pop(0)
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        kills += 1
        if not is_over():
            programs.append(start(kind))
    print(kills, flush=True)


if __name__ == "__main__":
    main(dict(word.split("=") for word in sys.argv[1:]))
