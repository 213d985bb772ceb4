"""A program that forks workers of scheduled exports and kills each without warning, until its input ends.

Leases are short here, so that whoever comes after need not wait; then it says how many it killed.
"""

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

from django.core.mail.utils import DNS_NAME  # noqa: E402
from django.test.utils import override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from stats.exports import jobs, mailing  # noqa: E402
from stats.exports.schedules import start_due_exports  # noqa: E402
from stats.models import Export, exports  # noqa: E402

LEASE = timedelta(seconds=4)
AT_ONCE, LIFE, GROWTH = 3, 2.0, 1.06


def work_forever() -> None:
    """What the schedules do every minute, all the time."""
    while True:
        now = timezone.now()
        start_due_exports(now=now)
        waiting = list(Export.objects.claimable(now).values_list("pk", flat=True)[:5])
        for pk in waiting:
            jobs.make_export(export_id=pk, now=timezone.now())
        if not mailing.deliver_exports(now=timezone.now(), most=5) and not waiting:
            time.sleep(0.02)


def start() -> int:
    child = os.fork()
    if child == 0:
        work_forever()
    return child


def is_over() -> bool:
    readable, _w, _x = select.select([sys.stdin], [], [], 0)
    return bool(readable)


def main(port: int, folder: str) -> None:
    jobs.LEASE = mailing.LEASE = LEASE
    exports.MOST_TRIES = 1000  # here a worker dies several times a second
    mailing.LADDER = [LEASE] * 1000
    # Done once, before anybody is born: short lives are not to be spent on it.
    DNS_NAME.get_fqdn()
    reverse("admin:index")
    dice, kills = random.Random(7), 0
    with override_settings(
        MEDIA_ROOT=folder,
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        EMAIL_USE_TLS=False,
        EMAIL_USE_SSL=False,
    ):
        workers = [start() for _number in range(AT_ONCE)]
        while workers:
            # Lives become longer, so that also a machine with little time for them gets done.
            time.sleep(dice.uniform(0.05, LIFE * GROWTH**kills) / AT_ONCE)
            victim = workers.pop(0)
            os.kill(victim, signal.SIGKILL)
            os.waitpid(victim, 0)
            kills += 1
            if not is_over():
                workers.append(start())
    print(kills, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
