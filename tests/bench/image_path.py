"""`python -m tests.bench.image_path`: a picture's way from bytes to pixels and fingerprints.

Without models: decoding in the confined worker, the fingerprints, and the way there and back. Beside it what
Pillow alone takes in the same process for the same file; both in turns, so that a busy machine slows both.
"""

import argparse
import os
import resource
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")

import django

django.setup()

from django.conf import settings  # noqa: E402
from PIL import Image  # noqa: E402

from moderation.media.decoding import decode  # noqa: E402
from moderation.workers import pools  # noqa: E402
from tests.moderation.media.pictures import PDQ, saved  # noqa: E402

PHOTO = PDQ / "bridge-mods/aaa-orig.jpg"


def files() -> dict[str, bytes]:
    photo = Image.open(PHOTO).convert("RGB")
    square = photo.resize((1024, 1024), Image.Resampling.LANCZOS)
    large = photo.resize((4000, 3000), Image.Resampling.BICUBIC)
    return {
        "256 x 256 JPEG": saved(photo.resize((256, 256)), "JPEG", quality=85),
        "1024 x 1024 JPEG": saved(square, "JPEG", quality=85),
        "1024 x 1024 PNG": saved(square),
        "1024 x 1024 WebP": saved(square, "WEBP", quality=85),
        "4000 x 3000 JPEG": saved(large, "JPEG", quality=85),
    }


def ours(data: bytes) -> None:
    decode(data).close()


def plain(data: bytes) -> None:
    Image.open(BytesIO(data)).convert("RGB")


def seconds_of(work, data: bytes) -> float:
    began = time.perf_counter()
    work(data)
    return time.perf_counter() - began


def latency(times: int) -> None:
    print(f"{'':18} {'p50':>9} {'p95':>9} {'least':>9}   {'Pillow p50':>10} {'ratio':>6}")
    for name, data in files().items():
        pairs = [(seconds_of(ours, data), seconds_of(plain, data)) for _ in range(times)]
        mine, theirs = (sorted(one) for one in zip(*pairs, strict=True))
        p50, their_p50 = statistics.median(mine), statistics.median(theirs)
        row = [p50, mine[int(times * 0.95)], mine[0]]
        cells = " ".join(f"{1000 * value:6.2f} ms" for value in row)
        print(f"{name:18} {cells}   {1000 * their_p50:7.2f} ms {p50 / their_p50:6.2f}")


@contextmanager
def workers(count: int):
    """A pool with that many decoders, in place of the one there is."""
    pools.decoders().stop()
    pools.decoders.cache_clear()
    settings.ASSAY_DECODE_WORKERS = count
    decode(files()["256 x 256 JPEG"]).close()
    yield
    pools.decoders().stop()


def throughput(times: int) -> None:
    data = files()["1024 x 1024 JPEG"]
    for count in (1, 2):
        with workers(count), ThreadPoolExecutor(2 * count) as threads:
            began, used = time.perf_counter(), own_processor()
            list(threads.map(ours, [data] * times))
            took = time.perf_counter() - began
            spent = 1000 * (own_processor() - used) / times
            print(f"{count} workers: {times / took:6.1f} pictures/s; the asker spends {spent:.2f} ms on each")


def own_processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    options = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with workers(2):
        for data in files().values():
            ours(data)
        latency(options.times)
    throughput(options.times)


if __name__ == "__main__":
    main()
