"""A program that purges until nothing is left and is killed without warning at any point, again and again."""

import os
import random
import signal
import sys
import time
from datetime import datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from config.retention.purging import purge  # noqa: E402
from moderation.models import ModerationResult  # noqa: E402


def start(now: datetime) -> int:
    connection.close()
    child = os.fork()
    if child == 0:
        purge(now=now, names=["results"], batch=7)
        os._exit(0)
    return child


def main(media_root: str, now: datetime, kills: int) -> None:
    settings.MEDIA_ROOT = media_root
    dice = random.Random(5)
    done = 0
    for _kill in range(kills):
        child = start(now)
        time.sleep(dice.uniform(0.02, 0.25))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        done += 1
        if not ModerationResult.objects.exists():
            break
    print(done, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], datetime.fromisoformat(sys.argv[2]), int(sys.argv[3]))
