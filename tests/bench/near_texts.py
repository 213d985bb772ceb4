"""At which distance of their simhashes two texts are the same: real texts, and the same texts edited.

    python tests/bench/near_texts.py [--texts 4000]

Every text is compared with every other; pairs that are indeed much the same (an edit ratio of 0.75 or more)
are real duplicates in the set and no false hits. Edits are random: letters changed, dropped and put in.
"""

import argparse
import csv
import difflib
import random
import sys
import time
from functools import partial
from pathlib import Path

import numpy

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from libraries.matching.normalise import folded  # noqa: E402
from libraries.matching.simhash import NearTextIndex, simhash  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
FILES = {
    "Chinese forum": ("cold_train_dev/dev.csv", "TEXT"),
    "SMS": ("sms_spam_train/train.csv", None),
    "English posts": ("davidson/labeled_data.csv", "tweet"),
}
DISTANCES = (48, 56, 60, 64, 68, 72, 76, 79, 84)


def texts(path: Path, column: str | None) -> list[str]:
    with path.open(encoding="utf-8") as file:
        reader = csv.DictReader(file)
        names = {name.lower(): name for name in reader.fieldnames}
        wanted = column or next(name for name in ("text", "sms", "message", "sentence") if name in names)
        return [row[names[wanted.lower()]] for row in reader]


def edited(text: str, share: float, rng: random.Random) -> str:
    letters = list(text)
    for _ in range(max(1, round(len(letters) * share))):
        place = rng.randrange(len(letters))
        letters[place] = rng.choice(["", letters[place] + rng.choice(text), rng.choice(text)])
    return "".join(letters)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=int, default=4000)
    options = parser.parse_args()
    for name, (path, column) in FILES.items():
        rng = random.Random(1)
        unique = sorted({folded(text) for text in texts(DATA / path, column)})
        rng.shuffle(unique)
        chosen = [text for text in unique if len(text) >= 20][: options.texts]
        hashes = [simhash(text) for text in chosen]
        index = NearTextIndex()
        index.follow(enumerate(hashes), 1)
        near = {}
        for place, value in enumerate(hashes):
            for other, distance in index.find(value, within=max(DISTANCES)):
                if other > place:
                    near[place, other] = distance
        false = [
            distance
            for (one, other), distance in near.items()
            if difflib.SequenceMatcher(None, chosen[one], chosen[other], autojunk=False).ratio() < 0.75
        ]
        pairs = len(chosen) * (len(chosen) - 1) // 2
        print(f"\n{name}: {len(chosen)} texts, {pairs:,} pairs, {len(near) - len(false)} real duplicates")
        print(f"{'distance':<24}" + "".join(f"{distance:>8}" for distance in DISTANCES))
        print(f"{'false hits':<24}" + "".join(f"{sum(f <= d for f in false):>8}" for d in DISTANCES))
        for share in (0.02, 0.05, 0.1):
            for shortest, longest in ((20, 60), (60, 200), (200, 10_000)):
                some = [place for place, text in enumerate(chosen) if shortest <= len(text) < longest][:1000]
                if len(some) < 50:
                    continue
                moved = [
                    distance_of(hashes[place], simhash(edited(chosen[place], share, rng))) for place in some
                ]
                recall = "".join(f"{sum(m <= d for m in moved) / len(moved):>8.1%}" for d in DISTANCES)
                print(f"{f'{share:.0%} edited, {shortest}-{min(longest, 9999)}':<24}" + recall)
    text = " ".join(chosen)[:600]
    print(f"\nsimhash of 600 characters: {cost(lambda: simhash(text), 500) * 1e6:.0f} us")
    for count in (10_000, 100_000, 200_000):
        index = NearTextIndex()
        values = numpy.random.default_rng(1).bytes(32 * count)
        index.follow(((place, values[place * 32 : place * 32 + 32]) for place in range(count)), 1)
        print(f"find among {count:,}: {cost(partial(index.find, hashes[0]), 100) * 1e3:.2f} ms")


def distance_of(one: bytes, other: bytes | None) -> int:
    if other is None:
        return 256
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def cost(call, times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        taken.append(time.perf_counter() - began)
    return sorted(taken)[times // 2]


if __name__ == "__main__":
    main()
