"""`python -m tests.bench.film`: how long a minute of film takes, by stage, with one worker and with two.

Without `--file`, of a minute of 1280 x 720 at 30 frames a second that is drawn here. Beside it what decoding
every frame in this process takes, with nothing else done; a busy machine slows both.
"""

import argparse
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")

import django

django.setup()

import av  # noqa: E402
import numpy  # noqa: E402
import psutil  # noqa: E402
from django.conf import settings  # noqa: E402

from moderation.media.film import reading  # noqa: E402
from moderation.media.recordings import format_of  # noqa: E402
from moderation.workers import pools  # noqa: E402
from tests.moderation.media.film.films import film, sine  # noqa: E402

WINDOW_MS = 20_000
TIMES = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    data = read(options)
    format = format_of(data[:4096], "video")
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors, {len(data):,} bytes")
        took, plain = best(lambda: decoded(file), time.process_time)
        print(f"every frame decoded here, and nothing else: {took:.2f} s, {plain:.2f} of a processor")
        for count in options.workers:
            pools.films().stop()
            settings.ASSAY_FILM_WORKERS = count
            pools.films.cache_clear()
            report(file, format, count, plain)
    pools.films().stop()


def read(options) -> bytes:
    if options.file:
        with open(options.file, "rb") as file:
            return file.read()
    return drawn(options.seconds)


def drawn(seconds: int) -> bytes:
    """Scenes of four seconds in which something moves, with the grain of a camera."""
    random = numpy.random.default_rng(1)
    small = [random.integers(0, 255, (45, 80, 3), numpy.uint8) for _scene in range(seconds // 4 + 1)]
    scenes = [numpy.kron(one, numpy.ones((16, 16, 1), numpy.uint8)) for one in small]
    grain = random.integers(-6, 7, (8, 720, 1280, 1), numpy.int16)

    def paint(at: int) -> numpy.ndarray:
        moved = numpy.roll(scenes[at // 4000], at // 20, axis=1).astype(numpy.int16)
        return numpy.clip(moved + grain[at // 33 % 8], 0, 255).astype(numpy.uint8)

    return film(
        moments=[number * 1000 // 30 for number in range(seconds * 30)], paint=paint, size=(1280, 720),
        rate=30, options={"preset": "veryfast", "crf": "24", "bf": "2"}, sound=sine,
    )  # fmt: skip


def decoded(file) -> None:
    file.seek(0)
    with av.open(file, "r", format="mp4") as container:
        container.streams.video[0].codec_context.thread_count = 1
        for _frame in container.decode(video=0):
            pass


def report(file, format, count: int, plain: float) -> None:
    facts = reading.probe(file, format=format, content_type="video")
    starts = range(0, facts.duration_ms, WINDOW_MS)
    windows = [range(start, min(start + WINDOW_MS, facts.duration_ms)) for start in starts]

    def shots(window: range) -> int:
        return len(reading.shots(file, format=format, window=window, every_ms=1000, most=200, cuts=True))

    def sound(window: range) -> int:
        return len(reading.sound(file, format=format, window=window))

    length = facts.duration_ms / 1000
    print(f"{facts.width} x {facts.height}, {facts.frame_rate:g} frames/s, {length:.0f} s, workers: {count}")
    with ThreadPoolExecutor(count) as threads:
        stages = {
            "probe": lambda: reading.probe(file, format=format, content_type="video"),
            "shots": lambda: sum(threads.map(shots, windows)),
            "sound": lambda: sum(threads.map(sound, windows)),
            "cover": lambda: reading.cover(file, format=format),
        }
        for name, work in stages.items():
            took, used = best(work, processor)
            print(
                f"  {name:6} {60 * took / length:6.2f} s a minute, {length / took:6.0f} times as fast as it"
                f" plays; {60 * used / length:6.2f} s of a processor, {used / plain:5.2f} of plain decoding"
            )


def processor() -> float:
    """What the workers have used of it."""
    state = pools.films().place.read_state()
    times = [psutil.Process(worker.pid).cpu_times() for worker in (state.workers if state else [])]
    return sum(one.user + one.system for one in times)


def best(work, used) -> tuple[float, float]:
    found = []
    for _time in range(TIMES):
        began, before = time.perf_counter(), used()
        work()
        found.append((time.perf_counter() - began, used() - before))
    return min(found)


if __name__ == "__main__":
    main()
