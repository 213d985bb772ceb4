"""What a full account of image libraries costs: loading, following, adding, searching, hits, deleting.

python tests/bench/image_libraries.py [--images 100000]
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from config import embedded  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
if __name__ == "__main__":
    os.environ["DATABASE_URL"] = embedded.use(
        ROOT / "var" / "pg-bench", durable=True, database="images_bench"
    )

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from config.accounts import revisions  # noqa: E402
from config.accounts.models import User  # noqa: E402
from config.accounts.operations.accounts import open_account, set_member  # noqa: E402
from libraries.matching import cache  # noqa: E402
from libraries.models import LibraryImage  # noqa: E402
from libraries.operations.image_adding import NewImage, add_images  # noqa: E402
from libraries.operations.image_hits import count_hits, sum_hits  # noqa: E402
from libraries.operations.image_libraries import create_image_library, delete_image_library  # noqa: E402
from libraries.operations.images import remove_images  # noqa: E402
from tests.libraries.pictures import jpeg, prints_of  # noqa: E402

KINDS = 14
IMAGES = """
INSERT INTO libraries_libraryimage (account_id, library_id, sha256, format, width, height, bytes, quality,
    original, thumbnail, note, owner, added_by, added_at, hit_count, revision)
SELECT %(account)s, %(library)s, sha256(int8send(n)), 'jpeg', 800, 600, 90000, 100, 'o' || n, 't' || n, '',
    'ann', 'ann', now() - n * interval '1 minute', 0, 1
FROM generate_series(1, %(images)s) AS n
"""
PRINTS = """
INSERT INTO libraries_imagefingerprint (account_id, image_id, kinds, hashes, qualities)
SELECT %(account)s, image.id,
    string_agg(CASE kind WHEN 0 THEN 'plain' ELSE 'crop:' || kind END, ',' ORDER BY kind),
    string_agg(sha256(int8send(image.id * 100 + kind)), ''::bytea ORDER BY kind),
    string_agg('\\x64'::bytea, ''::bytea)
FROM libraries_libraryimage image, generate_series(0, %(kinds)s - 1) AS kind
WHERE image.library_id = %(library)s GROUP BY image.id
"""
# Another process, asked by a line: when did it first see a picture that it had not seen before?
WATCHER = """
import sys, time, django
django.setup()
from config.accounts import revisions
from libraries.matching import cache
from tests.libraries.pictures import jpeg, prints_of
account = int(sys.argv[1])
cache.image_index(account, revisions.read(account).images)
print("ready", flush=True)
for line in sys.stdin:
    asked = prints_of(jpeg(int(line)))
    began = time.perf_counter()
    found = cache.image_index(account, revisions.read(account).images).find(asked)
    print(len(found), time.perf_counter() - began, flush=True)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=100_000)
    options = parser.parse_args()
    settings.ASSAY_LIBRARY_IMAGES_MOST = options.images + 1000
    settings.MEDIA_ROOT = tempfile.mkdtemp(prefix="images-bench-")
    setup_test_environment()
    call_command("migrate", verbosity=0)
    now = timezone.now()
    account = open_account(name=f"Bench {now:%H%M%S}", actor=None, now=now)
    library = create_image_library(account=account, name="Full", description="", actor=None, now=now)
    fill(account, library, options.images)
    measure_index(account)
    measure_adding(account, library, now)
    measure_pages(account, library, now)
    measure_hits(account, library, now)
    ids = list(library.images.values_list("pk", flat=True)[:1000])
    told("remove 1,000 images", lambda: remove_images(library=library, ids=ids, actor=None, now=now))
    told("delete the library", lambda: delete_image_library(library=library, used_by=[], actor=None, now=now))
    told("index without it", lambda: index_of(account))


def fill(account, library, images: int) -> None:
    values = {"account": account.pk, "library": library.pk, "images": images, "kinds": KINDS}
    with connection.cursor() as cursor:
        for statement in (IMAGES, PRINTS, "ANALYZE libraries_libraryimage, libraries_imagefingerprint"):
            cursor.execute(statement, values if "%" in statement else None)
    type(library).objects.filter(pk=library.pk).update(image_count=images)
    print(f"{images:,} images, {images * KINDS:,} fingerprints")


def told(what: str, act, rounds: int = 1):
    """Run it, print how long it took (the median of several), and return what the last one gave."""
    seconds, answer = [], None
    worked = time.process_time()
    for _round in range(rounds):
        began = time.perf_counter()
        answer = act()
        seconds.append(time.perf_counter() - began)
    own = (time.process_time() - worked) / rounds
    print(f"{what:<46}{statistics.median(seconds) * 1000:>10.2f} ms, {own * 1000:.2f} of it this process")
    return answer


def index_of(account):
    return cache.image_index(account.pk, revisions.read(account.pk).images)


def measure_index(account) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told("load the index", lambda: index_of(account))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"{'peak memory grew by':<46}{grown / 1024:>10.0f} MiB")
    told("get it again: one query, no load", lambda: index_of(account), 200)
    asked = prints_of(jpeg(1))
    index = index_of(account)
    told(f"find by {len(asked)} fingerprints", lambda: index.find(asked), 50)


def measure_adding(account, library, now) -> None:
    files = [jpeg(seed, width=1024, height=768) for seed in range(30)]
    places = iter(range(30))

    def add(count):
        images = [NewImage("x", files[next(places)]) for _file in range(count)]
        assert {one.became for one in add_images(library=library, images=images, actor=None, now=now)} == {
            "accepted"
        }

    add(1)
    told("add one image of 1024 x 768", lambda: add(1), 9)
    told("add ten at once", lambda: add(10), 2)
    watcher = subprocess.Popen(
        [sys.executable, "-c", WATCHER, str(account.pk)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert watcher.stdout.readline() == "ready\n"
    taken = []
    for seed in range(100, 110):
        add_images(library=library, images=[NewImage("x", jpeg(seed))], actor=None, now=now)
        watcher.stdin.write(f"{seed}\n")
        watcher.stdin.flush()
        found, seconds = watcher.stdout.readline().split()
        assert found == "1", "the other process did not see it"
        taken.append(float(seconds))
    watcher.stdin.close()
    watcher.wait(30)
    print(f"{'seen by another process, its whole look-up':<46}{max(taken) * 1000:>10.2f} ms at most, of 10")


def measure_pages(account, library, now) -> None:
    user = User.objects.create_user(f"bench{now:%H%M%S%f}")
    set_member(account=account, user=user, role="policy_admin", actor=None, now=now)
    client = Client()
    client.force_login(user)
    page = reverse("admin:image_library", args=[library.pk])
    middle = library.images.order_by("pk").values_list("pk", flat=True)[library.images.count() // 2]
    day = (now - timedelta(days=30)).strftime("%Y-%m-%d")
    for what, query in [
        ("first page of images", {}),
        ("a page in the middle", {"before": middle}),
        ("search by Image ID", {"id": middle}),
        ("search by one day", {"from": day, "to": day}),
        ("search by a day without any", {"from": "2126-01-01"}),
    ]:
        client.get(page, query)
        told(what, lambda query=query: client.get(page, query), 10)


def measure_hits(account, library, now) -> None:
    ids = list(LibraryImage.objects.filter(library=library).values_list("pk", flat=True)[:1000])
    places = iter(range(10_000))
    told(
        "count one hit",
        lambda: count_hits(account_id=account.pk, image_ids=[ids[next(places) % 1000]], now=now),
        5000,
    )
    told("sum 5,000 hits of 1,000 images", sum_hits)


if __name__ == "__main__":
    main()
