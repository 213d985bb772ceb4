"""What decisions on the same and similar content cost: `python -m tests.bench.similar_items [--items 20000]`.

On a database of its own. Open items are made with random likenesses, some of them near the one asked for. The
processor's own time stands beside what passed: on a busy machine only that is of use.
"""

import argparse
import os
import statistics
import time
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")

import django

django.setup()

import numpy  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from config.accounts import revisions  # noqa: E402
from libraries.matching import cache  # noqa: E402
from libraries.matching.fingerprints import Fingerprint, query_fingerprints  # noqa: E402
from libraries.operations.image_samples import SeenPicture, add_image_sample  # noqa: E402
from libraries.operations.samples import add_text_sample  # noqa: E402
from moderation.media.result_fingerprints import fingerprints_of, keep_fingerprints  # noqa: E402
from moderation.models import ModerationResult, ResultFingerprint  # noqa: E402
from review.models import ReviewItem  # noqa: E402
from review.similar import precedents, similar_open  # noqa: E402
from tests.factories import NOW, make_account, make_item  # noqa: E402
from tests.libraries.pictures import picture  # noqa: E402


def took(name: str, call, times: int) -> None:
    call()
    taken, worked = [], []
    for _time in range(times):
        began, busy = time.perf_counter(), time.process_time()
        call()
        taken.append(1000 * (time.perf_counter() - began))
        worked.append(1000 * (time.process_time() - busy))
    taken.sort()
    p50, p95, cpu = statistics.median(taken), taken[int(times * 0.95)], statistics.median(worked)
    print(f"{name:58} p50 {p50:8.2f} ms   p95 {p95:8.2f} ms   least {taken[0]:8.2f} ms   here {cpu:8.2f} ms")


def filled(account, count: int) -> ReviewItem:
    """Open text items, of which one in fifty is near the first."""
    first = make_item(
        account, "Add me on WeChat: abc_12345, free gifts for everybody who comes to the harbour"
    )
    chance = numpy.random.default_rng(1)
    near = numpy.frombuffer(bytes(first.likeness), numpy.uint8)
    likenesses = chance.integers(0, 256, (count, 32), dtype=numpy.uint8)
    for row in range(0, count, 50):
        likenesses[row] = near
        likenesses[row, : 1 + row // 50 % 3] ^= 255
    result = ModerationResult.objects.get(pk=first.result_id)
    for start in range(0, count, 5000):
        rows = range(start, min(start + 5000, count))
        copies = ModerationResult.objects.bulk_create(copy_of(result, row) for row in rows)
        ReviewItem.objects.bulk_create(
            ReviewItem(
                account=account,
                result=one,
                request_id=one.request_id,
                queue_id=first.queue_id,
                service_id=first.service_id,
                content_type="text",
                level="high",
                digest=bytes(likenesses[row]),
                likeness=bytes(likenesses[row]),
                priority=1,
                created_at=NOW,
                urgent_at=NOW + timedelta(seconds=row),
            )
            for one, row in zip(copies, rows, strict=True)
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE review_reviewitem")
    return first


def copy_of(result: ModerationResult, number: int) -> ModerationResult:
    other = ModerationResult.objects.model(
        **{field.attname: getattr(result, field.attname) for field in result._meta.concrete_fields}
    )
    other.pk, other.request_id = None, f"00000000-0000-4000-8000-{number:012d}"
    return other


def looking(account, item, items: int) -> None:
    took(f"similar_open among {items:,} open items", lambda: similar_open(account=account, item=item), 20)
    took("  of them 50", lambda: similar_open(account=account, item=item, limit=50), 20)
    decided = ReviewItem.objects.exclude(pk=item.pk)
    decided.update(state="decided", outcome="pass", decided_at=NOW)
    took(f"precedents among {items:,} decided items", lambda: precedents(account=account, item=item), 20)


def fingerprinting(item) -> None:
    pixels = numpy.asarray(picture(1, width=512, height=384))
    prints = query_fingerprints(pixels)
    took("fingerprints of a picture of 512 pixels", lambda: query_fingerprints(pixels), 50)
    result = ModerationResult.objects.get(pk=item.result_id)

    def keep():
        with transaction.atomic():
            keep_fingerprints(result=result, fingerprints=prints)
            transaction.set_rollback(True)

    took(f"keeping {len(prints)} fingerprints with a result", keep, 100)
    keep_fingerprints(result=result, fingerprints=prints)
    took("reading them", lambda: fingerprints_of(result), 100)
    row = ResultFingerprint.objects.get()
    print(f"{'bytes of a row':58} {len(row.hashes) + len(row.qualities) + len(row.kinds):12,}")


def remembering(account, samples: int) -> None:
    chance = numpy.random.default_rng(2)

    def seen() -> SeenPicture:
        prints = [Fingerprint(chance.bytes(32), 100, "plain")]
        prints += [Fingerprint(chance.bytes(32), 100, f"crop:{place}") for place in range(1, 14)]
        return SeenPicture(chance.bytes(32), "jpeg", 640, 480, 90_000, prints)

    told = {"account": account, "outcome": "block", "label": "x", "origin": "r", "now": NOW}
    took("remembering a picture", lambda: add_image_sample(picture=seen(), **told), 50)
    took(
        "remembering a text",
        lambda: add_text_sample(content=f"a text of no importance {chance.integers(10**9)}", **told),
        50,
    )
    for _sample in range(samples):
        add_image_sample(picture=seen(), **told)
    asked = query_fingerprints(numpy.asarray(picture(3)))
    known = cache.image_index(account.pk, revisions.read(account.pk).images)
    known.index.settle()
    took(
        f"a ruling among {len(known.rulings):,} reviewed pictures",
        lambda: known.rulings.on(bytes(32), known.look(asked)),
        50,
    )

    def decided_and_known():
        add_image_sample(picture=seen(), **told)
        cache.image_index(account.pk, revisions.read(account.pk).images)

    took("remembering a picture, and the next look knows it", decided_and_known, 50)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--samples", type=int, default=300)
    options = parser.parse_args()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        account = make_account()
        item = filled(account, options.items)
        looking(account, item, options.items)
        fingerprinting(item)
        remembering(account, options.samples)
    finally:
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    main()
