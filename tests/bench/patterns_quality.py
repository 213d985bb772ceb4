"""How often the pattern engine is right, on public texts: `python -m tests.bench.patterns_quality`."""

import csv
import os
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")

from moderation.detectors.patterns.engine import PatternEngine  # noqa: E402

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
MEDIUM = 60


def main() -> None:
    engine = PatternEngine()
    engine.setup()
    spam = rows(DATA / "sms_spam_train" / "train.csv")
    texts = {
        "SMS, spam (should hit)": [text for text, label in spam if label in ("1", "spam")],
        "SMS, ham (should not)": [text for text, label in spam if label in ("0", "ham")],
        "Chinese forum, not advertising": [
            text for text, _label in rows(DATA / "cold_train_dev" / "dev.csv")
        ],
    }
    print(f"{'texts':<34}{'count':>8}{'hit':>8}{'us each':>10}")
    for name, found in texts.items():
        began = time.perf_counter()
        hits = sum(any(hit.score >= MEDIUM for hit in engine.inspect(text)) for text in found)
        each = (time.perf_counter() - began) / max(len(found), 1) * 1e6
        print(f"{name:<34}{len(found):>8}{hits / max(len(found), 1):>8.1%}{each:>10.0f}")


def rows(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8") as file:
        reader = csv.DictReader(file)
        text = next(
            name for name in reader.fieldnames if name.lower() in ("text", "sms", "message", "content")
        )
        label = next(name for name in reader.fieldnames if name.lower() in ("label", "labels", "spam"))
        return [(row[text], row[label].strip()) for row in reader]


if __name__ == "__main__":
    main()
