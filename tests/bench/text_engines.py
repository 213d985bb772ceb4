"""How well the text engines and fresh heads judge public texts: `python -m tests.bench.text_engines [rows]`.

A head is fitted to the first part of each data set and measured on the rest, which it has not seen. The texts
are shuffled once: these sets carry no time, so that this says less of tomorrow than a head's own page does.
"""

import csv
import os
import random
import sys
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")

import numpy  # noqa: E402

from moderation.detectors.patterns.engine import PatternEngine  # noqa: E402
from moderation.detectors.profanity import ProfanityEngine  # noqa: E402
from moderation.detectors.sentences import SentenceEncoder  # noqa: E402
from moderation.learning.fitting import fit_head  # noqa: E402
from moderation.learning.measures import at, average_precision, wilson  # noqa: E402

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
ROWS = 1600
FEW = 40
SETS = {
    "davidson (en, abuse)": ("davidson/labeled_data.csv", "tweet", "class", {"0", "1"}),
    "olid (en, offensive)": ("olid_train/olid-training-v1.0.tsv", "tweet", "subtask_a", {"OFF"}),
    "cold (zh, abuse)": ("cold_train_dev/train.csv", "TEXT", "label", {"1"}),
    "sms (en, spam)": ("sms_spam_train/train.csv", "text", "label", {"spam"}),
}
HEAD = f"{'data':<22}{'judge':<26}{'n':>6}{'true':>6}  {'from':>4} {'precision':<21}{'recall':<21}{'AP':>6}"


def main(count: int) -> None:
    profanity, patterns, encoder = ProfanityEngine(), PatternEngine(), SentenceEncoder()
    for engine in (profanity, patterns, encoder):
        engine.setup()
    print(HEAD)
    for name, (place, text, label, wanted) in SETS.items():
        rows = read(DATA / place, text, label, wanted)[:count]
        texts, truth = [row[0] for row in rows], numpy.array([row[1] for row in rows])
        half = count // 2
        tell(name, "profanity", truth[half:], worst(profanity, texts[half:]), 80)
        tell(name, "patterns", truth[half:], worst(patterns, texts[half:]), 60)
        began = time.perf_counter()
        points = encoder.embed(texts).astype(numpy.float32)
        each = (time.perf_counter() - began) / len(texts) * 1000
        for amount in (few(truth[:half]), numpy.arange(half)):
            began = time.perf_counter()
            head = fit_head(points[amount], truth[amount], numpy.arange(len(amount)))
            took = time.perf_counter() - began
            said = f"head of {int(truth[amount].sum())} + {int((~truth[amount]).sum())}"
            tell(
                name,
                said,
                truth[half:],
                head.score(points[half:]),
                60,
                f"fit {took:.1f} s, {each:.0f} ms a text",
            )


def read(path: Path, text: str, label: str, wanted: set[str]) -> list[tuple[str, bool]]:
    tabs = path.suffix == ".tsv"
    quoting = csv.QUOTE_NONE if tabs else csv.QUOTE_MINIMAL
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t" if tabs else ",", quoting=quoting)
        rows = [(row[text], row[label] in wanted) for row in reader]
    random.Random(3).shuffle(rows)
    return rows


def few(truth) -> numpy.ndarray:
    """What a young account has: 40 positives and five times as many others."""
    positive, negative = numpy.nonzero(truth)[0][:FEW], numpy.nonzero(~truth)[0][: 5 * FEW]
    return numpy.sort(numpy.concatenate([positive, negative]))


def worst(engine, texts: list[str]) -> list[float]:
    return [max((hit.score for hit in engine.inspect(text)), default=0.0) for text in texts]


def tell(name: str, judge: str, truth, scores, least: float, note: str = "") -> None:
    found = at(scores, truth, least)
    precision, all_true = average_precision(scores, truth), int(truth.sum())
    print(
        f"{name:<22}{judge:<26}{len(truth):>6}{all_true:>6}  {least:>4.0f} "
        f"{share(found.right, found.hits):<21}{share(found.right, all_true):<21}{precision:>6.3f}  {note}",
        flush=True,
    )


def share(right: int, of: int) -> str:
    interval = wilson(right, of)
    return f"{right / of:.3f} [{interval[0]:.3f}–{interval[1]:.3f}]" if interval else "–"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
