"""A program that forks folders and kills each without warning, until its input ends; then says how many."""

import os
import random
import select
import signal
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
django.setup()

from django.utils import timezone  # noqa: E402

from stats.operations import fold  # noqa: E402

LONGEST = 0.3


def fold_forever() -> None:
    while True:
        if not fold(now=timezone.now(), batch=37):
            time.sleep(0.001)


def start() -> int:
    child = os.fork()
    if child == 0:
        fold_forever()
    return child


def is_over() -> bool:
    readable, _w, _x = select.select([sys.stdin], [], [], 0)
    return bool(readable)


def main(count: int) -> None:
    dice, kills = random.Random(3), 0
    folders = [start() for _number in range(count)]
    print("ready", flush=True)
    while folders:
        time.sleep(dice.uniform(0.02, LONGEST) / count)
        victim = folders.pop(0)
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        kills += 1
        if not is_over():
            folders.append(start())
    print(kills, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
