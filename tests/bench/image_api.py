"""Where the time of one picture goes: outside of the engines, and with them.

    python -m tests.bench.image_api [--count 60] [--side 1024] [--images 10000] [--workers 1]

`moderate_image` is called in this process on a database of its own, by a service without engines (decoding,
fingerprints, a library of --images, storing) and by one with all of them. For the second, what the engine
workers say they spent is taken off. Throughput is that of four threads. Run it with --workers 1 and 2.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from config import embedded  # noqa: E402

THREADS = 4


def main() -> None:
    options = read_options()
    with tempfile.TemporaryDirectory(prefix="bench-") as var:
        os.environ["ASSAY_VAR_DIR"] = var
        os.environ["ASSAY_ENGINE_WORKERS"] = os.environ["ASSAY_DECODE_WORKERS"] = str(options.workers)
        os.environ["DATABASE_URL"] = embedded.use(Path(var) / "pg", durable=False)
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"
        os.environ["ASSAY_LOG_LEVEL"] = "ERROR"
        import django

        django.setup()
        Bench(options).run()


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--side", type=int, default=1024)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=1)
    return parser.parse_args()


class Bench:
    def __init__(self, options):
        from django.core.management import call_command

        from tests.factories import NOW, make_account, service_of
        from tests.pictures import encode, scene

        call_command("migrate", verbosity=0)
        self.options, self.now = options, NOW
        self.account = make_account()
        self.service = service_of(self.account, "baselineCheck_global")
        self.pictures = [
            encode(scene(seed, options.side, options.side), "JPEG", quality=85) for seed in range(8)
        ]
        self.fill_library()

    def fill_library(self) -> None:
        import numpy

        from config.accounts.revisions import bump
        from libraries.matching.fingerprints import Fingerprint
        from libraries.models import ImageFingerprint, ImageLibrary, LibraryImage

        made = {"account": self.account, "created_at": self.now, "updated_at": self.now}
        self.library = ImageLibrary.objects.create(name="bench", image_count=self.options.images, **made)
        chance = numpy.random.default_rng(1)
        number = bump(account_id=self.account.pk, kind="images")
        images = LibraryImage.objects.bulk_create(
            LibraryImage(
                account=self.account, library=self.library, sha256=chance.bytes(32), format="jpeg",
                width=1, height=1, bytes=1, quality=100, original="o", thumbnail="t", added_by="bench",
                added_at=self.now, revision=number,
            )
            for _number in range(self.options.images)
        )  # fmt: skip
        ImageFingerprint.objects.bulk_create(
            [ImageFingerprint.of(image, [Fingerprint(chance.bytes(32), 100, "plain")]) for image in images],
            batch_size=5000,
        )

    def run(self) -> None:
        from moderation.values import Rules

        self.publish(Rules().with_label("contraband_drug"))
        report("no engine, no library: decode, store", self.series())
        self.publish(Rules().with_label("contraband_drug", image_libraries=(self.library.pk,)))
        report("no engine: decode, fingerprints, library, store", self.series())
        full = Rules.from_json(self.first_rules)
        full = full.with_label("contraband_drug", on=True, image_libraries=(self.library.pk,))
        self.publish(full)
        spent: list[float] = []
        self.watch(spent)
        series = self.series(spent)
        report("all engines", series)
        outside = [took - engines for took, engines in zip(series, spent, strict=True)]
        report("all engines, outside of their inference", outside)
        with ThreadPoolExecutor(THREADS) as pool:
            began = time.perf_counter()
            list(pool.map(lambda number: self.moderate(number), range(self.options.count)))
            rate = self.options.count / (time.perf_counter() - began)
        print(f"{THREADS} threads, {self.options.workers} engine worker(s): {rate:.2f} pictures/s")

    def publish(self, rules) -> None:
        from tests.factories import publish

        if not hasattr(self, "first_rules"):
            self.first_rules = self.service.current_version.document
        publish(self.service, rules)

    def watch(self, spent: list[float]) -> None:
        """Add up what the workers say that each engine took."""
        from moderation.detectors import registry

        ask = registry._looker[0]

        def asked(names, content):
            answers = ask(names, content)
            self.last = sum(answer.milliseconds for answer in answers.values())
            return answers

        registry.use_looker(asked)

    def series(self, spent=None) -> list[float]:
        for number in range(4):
            self.moderate(number)
        taken = []
        for number in range(self.options.count):
            self.last = 0.0
            began = time.perf_counter()
            self.moderate(number)
            taken.append((time.perf_counter() - began) * 1000)
            if spent is not None:
                spent.append(self.last)
        return taken

    def moderate(self, number: int):
        from config.accounts import revisions
        from moderation.operations.moderate_images import ImageSource, moderate_image

        return moderate_image(
            account=self.account,
            revisions=revisions.read(self.account.pk),
            service_codes=["baselineCheck_global"],
            source=ImageSource(data=self.pictures[number % len(self.pictures)], name="bench.jpg"),
            now=self.now,
        )


def report(what: str, milliseconds: list[float]) -> None:
    ordered = sorted(milliseconds)
    tail = ordered[int(len(ordered) * 0.95)]
    print(f"{what}: p50 {statistics.median(ordered):.1f} ms, p95 {tail:.1f} ms")


if __name__ == "__main__":
    main()
