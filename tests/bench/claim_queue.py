"""How long a claim takes among a million items that wait, with colleagues who claim at the same moment.

python tests/bench/claim_queue.py [--items 1000000] [--claimers 8] [--rounds 150]

The database stays in var/pg-bench and is filled anew where it holds fewer open items than asked for. Items
are finished after each claim, so that the head of the queue is worn as it is in life.
"""

import argparse
import json
import multiprocessing
import os
import random
import statistics
import sys
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from config import embedded  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
if __name__ == "__main__":
    os.environ["DATABASE_URL"] = embedded.use(
        ROOT / "var" / "pg-bench", durable=False, database="claim_bench"
    )

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from config.accounts.models import Account, User  # noqa: E402
from config.accounts.operations.accounts import open_account, set_member  # noqa: E402
from config.uuid7 import uuid7  # noqa: E402
from moderation.models import ModerationResult, Service  # noqa: E402
from review.lanes import HEAD, HEAD_FIRST, LANES, OF_LANES, rows_of  # noqa: E402
from review.models import Reviewer, ReviewItem, ReviewQueue  # noqa: E402
from review.models.items import urgency  # noqa: E402
from review.operations.claims import claim, wanted_by  # noqa: E402
from review.operations.queues import create_queue  # noqa: E402

RESULT = (
    "id, account_id, request_id, service_id, version_id, content_type, data_id, author_id, context, content,"
    " media, level, labels, uncovered, scores, source, took_us, created_at, human_outcome, human_label"
)
ITEM = (
    "account_id, result_id, task_id, request_id, mode, queue_id, service_id, content_type, data_id, author_id"
    ', language, level, label, "group", state, priority, created_at, due_at, urgent_at, rounds, outcome'
    ", decided_label, recheck_outcome, recheck_label"
)
GROUPS = ["pornographic", "advertising", "abusive", "prohibited", "fraud", "terrorist", "political"]
# Nine tenths are of one kind: who is not given it must not walk over it.
WEIGHTS = [90, 3, 2, 2, 1, 1, 1]
LEVELS, MODES = ["high", "medium", "low"], ["audit", "human_machine"]
ASKED = {
    "everything": {},
    "spared nine tenths": {"spared": ["pornographic"]},
    "one kind of content": {"content_type": "image"},
    "one queue": {"queue": "Queue 3"},
    "a mode": {"mode": "human_machine"},
    "rare: spared and filtered": {"spared": GROUPS[:6], "content_type": "audio"},
    "an author of 1,000 items": {"author_id": "author-7"},
    "one who rechecks": {"role": "rechecker"},
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--claimers", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=150)
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    account = furnish(asked.claimers)
    if ReviewItem.objects.open().count() < asked.items * 0.9:
        fill(account, asked.items)
    print(f"{ReviewItem.objects.open().count()} items are open. p50 / p99 in ms of claims of 1 to 25:")
    for name, wish in ASKED.items():
        alone = run(account, 1, asked.rounds // 3, wish)
        together = run(account, asked.claimers, asked.rounds, wish)
        print(
            f"{name:<28} alone {spelled(alone)}    {asked.claimers} at once {spelled(together)}", flush=True
        )
    explain(account)


def furnish(claimers: int) -> Account:
    account = Account.objects.filter(name="bench").first()
    if account is None:
        account = open_account(name="bench", actor=None, now=timezone.now())
        for number in range(6):
            create_queue(account=account, name=f"Queue {number}", actor=None, now=timezone.now())
    for number in range(claimers):
        user, _is_new = User.objects.get_or_create(username=f"claimer{number}")
        set_member(account=account, user=user, role="reviewer", actor=None, now=timezone.now())
    return account


def fill(account: Account, count: int) -> None:
    began = time.perf_counter()
    dice, now = random.Random(7), timezone.now()  # noqa: S311
    service = Service.objects.owned_by(account).select_related("current_version").by_code().first()
    queues = list(ReviewQueue.objects.owned_by(account))
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE review_reviewitem CASCADE")
        if ModerationResult.objects.count() != count:
            cursor.execute("TRUNCATE moderation_moderationresult CASCADE")
            with cursor.copy(f"COPY moderation_moderationresult ({RESULT}) FROM STDIN") as copy:
                for number in range(1, count + 1):
                    copy.write_row(result_row(number, account, service, now))
        with cursor.copy(f"COPY review_reviewitem ({ITEM}) FROM STDIN") as copy:
            for number in range(1, count + 1):
                copy.write_row(item_row(number, account, service, dice, dice.choice(queues), now, count))
        cursor.execute("VACUUM ANALYZE moderation_moderationresult, review_reviewitem")
    print(f"{count} results and items in {time.perf_counter() - began:.0f} s")


def result_row(number, account, service, now) -> tuple:
    labels = [{"label": "pt_to_contact", "level": "high", "confidence": 92, "evidence": []}]
    return (
        number, account.pk, uuid7(), service.pk, service.current_version_id, "text", "", "", "{}",
        "A text of some length " * 4, "{}", "high", json.dumps(labels), "[]", "{}", "api", 900, now, "", "",
    )  # fmt: skip


def item_row(number, account, service, dice, queue, now, count) -> tuple:
    [group] = dice.choices(GROUPS, WEIGHTS)
    [content_type] = dice.choices(["text", "image", "video", "audio"], [80, 17, 2, 1])
    level = dice.choice(LEVELS)
    created_at = now - timedelta(days=5) * (1 - number / count)
    due_at = created_at + timedelta(minutes=queue.sla_minutes)
    priority = LEVELS.index(level) + 1
    urgent_at = urgency(created_at=created_at, due_at=due_at, priority=priority)
    return (
        account.pk, number, uuid7(), uuid7(), dice.choice(MODES), queue.pk, service.pk, content_type,
        f"data-{number}", f"author-{number % (count // 1000)}", "en", level, "pt_to_contact", group,
        "waiting",
        priority, created_at, due_at, urgent_at, 0, "", "", "", "",
    )  # fmt: skip


def run(account: Account, claimers: int, rounds: int, wish: dict) -> list[float]:
    connection.close()
    with multiprocessing.get_context("fork").Pool(claimers) as pool:
        jobs = [(account.pk, number, rounds, wish) for number in range(claimers)]
        return sorted(took for each in pool.starmap(claims_of, jobs) for took in each)


def claims_of(account_id: int, number: int, rounds: int, wish: dict) -> list[float]:
    connection.close()
    account, user = Account.objects.get(pk=account_id), User.objects.get(username=f"claimer{number}")
    asked = furnish_claimer(account, user, dict(wish))
    dice, took = random.Random(number), []  # noqa: S311
    for _round in range(rounds):
        count, now = dice.randint(1, 25), timezone.now()
        began = time.perf_counter()
        items = claim(account=account, reviewer=user, count=count, now=now, **asked)
        took.append((time.perf_counter() - began) * 1000)
        finish([item.pk for item in items], user, now)
    return took


def furnish_claimer(account: Account, user: User, wish: dict) -> dict:
    spared = wish.pop("spared", [])
    Reviewer.objects.update_or_create(account=account, user=user, defaults={"spared": spared})
    if user.role_in(account) != (role := wish.pop("role", "reviewer")):
        set_member(account=account, user=user, role=role, actor=None, now=timezone.now())
        del user._roles
    if "queue" in wish:
        wish["queue_id"] = ReviewQueue.objects.owned_by(account).get(name=wish.pop("queue")).pk
    return wish


def finish(ids: list[int], user: User, now) -> None:
    ReviewItem.objects.filter(pk__in=ids).update(
        state="decided", claimed_by=None, lease_until=None, outcome="pass", decided_by=user, decided_at=now
    )


def spelled(took: list[float]) -> str:
    return f"{statistics.median(took):6.1f} / {took[int(len(took) * 0.99)]:6.1f}"


def explain(account: Account) -> None:
    """How the head, the lanes and what waits in them are found: by indexes of what is open, and no sort."""
    user = User.objects.get(username="claimer0")
    wanted = wanted_by(account, user, queue_id=None, now=timezone.now())
    lanes = rows_of(LANES, wanted)
    queues, groups, types, modes = map(list, zip(*lanes, strict=True))
    asked = {"lane_queues": queues, "lane_groups": groups, "lane_types": types, "lane_modes": modes}
    print(f"{len(lanes)} lanes")
    for statement in (HEAD_FIRST, LANES, OF_LANES):
        params = {"most": 60, "head": HEAD} | asked
        for (line,) in rows_of("EXPLAIN (ANALYZE, BUFFERS, SUMMARY) " + statement, wanted, **params):
            print(line[:150])


if __name__ == "__main__":
    main()
