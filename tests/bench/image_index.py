"""The image index beside brute force and beside python-threatexchange's index.

    python tests/bench/image_index.py [--sizes 100000 1000000] [--checked 10000] [--rounds 400]

Exactness: what `find` returns for random hashes and for stored ones with 0 to 40 bits changed is compared
with what comparing with every row returns. Speed: both indexes are asked in turn in one run, with one hash
and with ten; theirs is the deserialised copy, as the service built on it serves, with one thread, which on a
busy machine is its quickest.
"""

import argparse
import pickle
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import faiss
import numpy
from threatexchange.signal_type.pdq.pdq_index import PDQIndex

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from libraries.matching.fingerprints import Fingerprint  # noqa: E402
from libraries.matching.image_index import ImageIndex  # noqa: E402

REACH = 31
PER_IMAGE = 10


def made(count: int, rng) -> numpy.ndarray:
    return rng.integers(0, 2**64, (count, 4), dtype=numpy.uint64)


def moved(hashes: numpy.ndarray, count: int, farthest: int, rng) -> numpy.ndarray:
    """Half of them stored hashes with up to so many bits changed, half new ones."""
    bits = numpy.unpackbits(hashes[rng.integers(0, len(hashes), count)].view(numpy.uint8), axis=1)
    changes = rng.integers(0, farthest + 1, count)
    order = rng.random((count, 256)).argsort(axis=1)
    bits ^= (order < changes[:, None]).astype(numpy.uint8)
    near = numpy.packbits(bits, axis=1).view(numpy.uint64)
    near[::2] = made(len(near[::2]), rng)
    return near


def near_rows(columns: list[numpy.ndarray], query: numpy.ndarray) -> dict[int, int]:
    """The truth: distance by row, by comparing with every row."""
    distances = sum(
        numpy.bitwise_count(column ^ word).astype(numpy.uint16)
        for column, word in zip(columns, query, strict=True)
    )
    rows = numpy.flatnonzero(distances <= REACH)
    return dict(zip(rows.tolist(), distances[rows].tolist(), strict=True))


def asked(hashes: numpy.ndarray) -> list[Fingerprint]:
    return [Fingerprint(one.tobytes(), 100, "plain") for one in hashes]


def mismatches(index: ImageIndex, hashes: numpy.ndarray, queries: numpy.ndarray) -> tuple[int, int]:
    columns = [numpy.ascontiguousarray(hashes[:, place]) for place in range(4)]
    wrong = found = 0
    for query in queries:
        best: dict[int, int] = {}
        for row, distance in near_rows(columns, query).items():
            image = row // PER_IMAGE
            best[image] = min(distance, best.get(image, 256))
        matches = {match.image_id: match.distance for match in index.find(asked([query]))}
        wrong += matches != best
        found += len(best)
    return wrong, found


def timed(call: Callable) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def median_ms(times: list[float]) -> float:
    return float(numpy.median(times)) * 1e3


def resident() -> float:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--checked", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=400)
    options = parser.parse_args()
    faiss.omp_set_num_threads(1)
    for size in options.sizes:
        measure(size, options)


def measure(size: int, options) -> None:
    rng = numpy.random.default_rng(size)
    hashes = made(size, rng)
    rows = ((one.tobytes(), place // PER_IMAGE, 1, 100, "plain") for place, one in enumerate(hashes))
    index = ImageIndex()
    before = resident()
    load = timed(lambda: index.build(rows, 1))
    ours_held = resident() - before
    rebuild = timed(index.shelves.sorted_out)
    print(f"\n{size:,} hashes: loaded in {load:.2f} s, bands anew {rebuild:.2f} s, {ours_held:.0f} MiB")

    wrong, found = mismatches(index, hashes, moved(hashes, options.checked, 40, rng))
    print(
        f"exactness: {wrong} of {options.checked:,} queries differ from brute force ({found:,} images found)"
    )

    before = resident()
    theirs = PDQIndex()
    build = timed(lambda: theirs.add_all((one.tobytes().hex(), place) for place, one in enumerate(hashes)))
    theirs = pickle.loads(pickle.dumps(theirs))  # noqa: S301
    print(f"theirs: built in {build:.2f} s, {resident() - before:.0f} MiB (at most)")

    for name, count in (("one hash", 1), ("ten hashes", 10)):
        mine, others = [], []
        for _ in range(options.rounds):
            queries = moved(hashes, count, 31, rng)
            prints, texts = asked(queries), [one.tobytes().hex() for one in queries]
            mine.append(timed(lambda: index.find(prints)))  # noqa: B023
            # One by one, which is quicker for it than all at once.
            others.append(timed(lambda: [theirs.query(text) for text in texts]))  # noqa: B023
        ratio = median_ms(others) / median_ms(mine)
        print(f"{name:<12}{median_ms(mine):>8.3f} ms, theirs {median_ms(others):>8.3f} ms: {ratio:.1f} times")

    mine, others = [], []
    for place in range(50):
        one = made(PER_IMAGE, rng)
        change = [(size + place, [(value.tobytes(), size + place, 1, 100, "plain") for value in one])]
        mine.append(timed(lambda: index.follow(change, 2 + place)))  # noqa: B023
        others.append(timed(lambda: theirs.add(one[0].tobytes().hex(), -1)))  # noqa: B023
        query = one[:1]
        assert index.find(asked(query))[0].image_id == size + place
        # Theirs puts off a part of the work to the next search.
        others[-1] += timed(lambda: theirs.query(query[0].tobytes().hex()))  # noqa: B023
    print(f"add one image of ten hashes {median_ms(mine):.2f} ms; theirs one hash {median_ms(others):.1f} ms")


if __name__ == "__main__":
    main()
