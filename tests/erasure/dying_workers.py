"""A program that forks workers on one request and kills each without warning, until the request has ended."""

import json
import os
import random
import signal
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
django.setup()

from datetime import timedelta  # noqa: E402

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from config.erasure import registry, work  # noqa: E402
from config.erasure.models import SubjectRequest  # noqa: E402

# Batches and leases small enough for many kills to fall into each part of the work.
registry.PART = 3
work.LEASE = timedelta(seconds=0.4)


def work_forever(request_id: int) -> None:
    while True:
        work.work_on(request_id=request_id, now=timezone.now())
        time.sleep(0.01)


def start(request_id: int) -> int:
    connection.close()
    child = os.fork()
    if child == 0:
        work_forever(request_id)
    return child


def main(request_id: int, most: int) -> None:
    """Lives are as long as the machine needs to come any further at all; after so many deaths one goes on."""
    dice, kills, life, reached = random.Random(5), 0, 0.3, None
    while is_unfinished(request_id) and kills < most:
        children = [start(request_id) for _number in range(2)]
        time.sleep(dice.uniform(life / 2, life))
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            kills += 1
        SubjectRequest.objects.filter(pk=request_id).update(tries=0, rests_until=None)
        before, reached = reached, place_of(request_id)
        if reached == before:
            life *= 1.5
    while is_unfinished(request_id):
        work.work_on(request_id=request_id, now=timezone.now())
        time.sleep(0.1)
    print(json.dumps({"kills": kills, "state": SubjectRequest.objects.get(pk=request_id).state}))


def is_unfinished(request_id: int) -> bool:
    return SubjectRequest.objects.unfinished().filter(pk=request_id).exists()


def place_of(request_id: int) -> tuple:
    request = SubjectRequest.objects.get(pk=request_id)
    return request.round, request.part, request.after, request.rows


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
