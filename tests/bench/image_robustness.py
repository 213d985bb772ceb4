"""How many edited pictures are known again, and how many unrelated ones are taken for each other.

    python tests/bench/image_robustness.py [--drawn 120] [--pictures FOLDER]

The set is what photos there are in ../shared/data, those of the folder if one is named, and drawn scenes with
the statistics of photos (see tests/bench/pictures.py). Each edit is of the picture as it was saved; its query
fingerprints are looked up in an index of all library fingerprints. A pair is an edited picture and another
picture of the library; photos of the same sheet of paper are no pair.
"""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

import numpy

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from libraries.matching.fingerprints import library_fingerprints, query_fingerprints  # noqa: E402
from libraries.matching.image_index import ImageIndex  # noqa: E402
from tests.bench.edits import EDITS  # noqa: E402
from tests.bench.pictures import pictures  # noqa: E402


def indexed(stored) -> ImageIndex:
    index = ImageIndex()
    rows = ((one.value, place, 1, one.quality, one.kind) for place, each in enumerate(stored) for one in each)
    index.build(rows, revision=1)
    return index


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--drawn", type=int, default=120)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    known = list(pictures(options.drawn, options.pictures))
    groups = [group for _name, group, _picture in known]
    stored = [library_fingerprints(numpy.asarray(picture)) for _name, _group, picture in known]
    index, whole = indexed(stored), indexed([each[:1] for each in stored])
    photos = sum(not group.startswith("drawn") for group in groups)
    print(f"{len(known)} pictures, {photos} of them photos; {index.size / len(known):.1f} fingerprints each")

    print(f"{'recall by':<28}{'whole':>8}{'all':>8}")

    related = Counter(groups)
    recalls, plain, pairs, false, hashes, seconds = [], [], 0, Counter(), 0, 0.0
    for edit_name, edit in EDITS.items():
        found = alone = 0
        for place, (name, group, picture) in enumerate(known):
            edited = edit(picture, numpy.random.default_rng([place, len(recalls)]))
            pixels = numpy.asarray(edited)
            began = time.thread_time()
            asked = query_fingerprints(pixels)
            seconds += time.thread_time() - began
            hashes += len(asked)
            matches = {match.image_id: match for match in index.find(asked)}
            found += place in matches
            near = [one.image_id for one in whole.find(asked[:1])]
            alone += place in near
            pairs += len(known) - related[group]
            for other, wrong in matches.items():
                if groups[other] != group:
                    false[f"{wrong.kind} - {wrong.library_kind}"] += 1
                    if options.verbose:
                        print("   false:", name, edit_name, "=", known[other][0], wrong)
        recalls.append(found / len(known))
        plain.append(alone / len(known))
        print(f"{edit_name:<28}{plain[-1]:>8.0%}{recalls[-1]:>8.0%}", flush=True)
    print(f"{'mean':<28}{numpy.mean(plain):>8.1%}{numpy.mean(recalls):>8.1%}")
    asked_for = len(known) * len(EDITS)
    print(
        f"false pairs: {false.total()} of {pairs:,}: {false.total() / pairs * 1e6:.1f} per million",
        dict(false),
    )
    print(f"{hashes / asked_for:.1f} fingerprints and {seconds / asked_for * 1e3:.2f} ms of CPU a query")


if __name__ == "__main__":
    main()
