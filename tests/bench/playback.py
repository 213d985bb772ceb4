"""How soon a download under way ends once its recording is blocked, and what it takes of memory.

    python -m tests.bench.playback [--times 5] [--mb 120]

A client reads some 12 MB a second; the recording is blocked by the API in between. One web with default
settings, local storage, an embedded database.
"""

import argparse
import contextlib
import os
import statistics
import tempfile
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")

import django

django.setup()

from config import embedded  # noqa: E402
from tests.films import small_film  # noqa: E402
from tests.ground.live import LiveAssay  # noqa: E402
from tests.live.test_playback import Library, Reader, resident  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--mb", type=int, default=120)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as after:
        var = Path(folder)
        url = embedded.use(var / "pg", durable=False)
        live = LiveAssay(url, var)
        after.callback(live.stop_all)
        live.prepare()
        live.start_web()
        film = var / "film.mp4"
        film.write_bytes(small_film())
        seeded = live.script("tests.live.prepare_media", action="open")
        library = Library(live, seeded["ours"], film)
        before, cut, late = resident(live), [], []
        for _number in range(asked.times):
            kept = library.keep(fill=asked.mb * 2**20)
            reader = Reader(library.address(kept["media_id"]))
            reader.wait_for(2 * 2**20)
            library.audit(kept["media_id"], "blocked")
            at, had = time.monotonic(), reader.length
            reader.join(60)
            assert reader.length < kept["bytes"], "It was not cut."
            cut.append(reader.ended - at)
            late.append((reader.length - had) / 2**20)
            library.remove(kept)
        print(f"cut after the block was answered: {statistics.median(cut):.2f} s, at most {max(cut):.2f} s")
        print(f"read since: {statistics.median(late):.1f} MB, at most {max(late):.1f} MB of {asked.mb} MB")
        print(f"memory of the web grew by {(resident(live) - before) / 2**20:.1f} MB")


if __name__ == "__main__":
    main()
