"""What evasions are seen through, at what price in false alarms: run by hand, prints tables.

    python -m tests.bench.evasion [--part chinese|english|lists|cost]

Reads ../shared/data: the CNTP development slice (MIT), COLD (Apache-2.0), the SMS collection, word lists.
Words are the toxic entities of CNTP's base with two characters or more. "Seen" is the share of changed texts
in which at least one of their words is found.
"""

import argparse
import csv
import json
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from config import embedded  # noqa: E402
from libraries.matching.keyword_index import KeywordIndex  # noqa: E402
from libraries.matching.variants import VARIANTS  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
if not DATA.exists():
    DATA = ROOT.parent.parent / "shared" / "data"
CHANGES = {
    "as it is": None,
    "traditional": "Traditional_transform",
    "full pinyin": "pinyin_full_transform",
    "initials": "pinyin_transform",
    "homophones": "homo_toxi_transform",
    "split": "chaizi_transform",
    "look-alikes": "radical_transform",
    "emoji": "Emoji_toxic_transform",
    "shuffled": "Swap_transform",
}
SAFE = ("pinyin", "initials", "split", "emoji")
SETUPS = {
    "substring": None,
    "default": (),
    **{f"+{way}": (way,) for way in VARIANTS},
    "+safe four": SAFE,
    "+all six": VARIANTS,
}
CLEAN = 6000


def cntp(name: str) -> list[dict]:
    return json.loads((DATA / "cntp_dev" / f"{name}.json").read_text(encoding="utf-8"))


def table(path: str) -> list[dict]:
    with (DATA / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def clean_texts() -> dict[str, list[str]]:
    cold = [row for part in ("train", "dev") for row in table(f"cold_train_dev/{part}.csv")]
    return {
        "CNTP non-toxic": [row["original_text"] for row in cntp("non_toxic_base")],
        "COLD label 0": [row["TEXT"] for row in cold if row["label"] == "0"][:CLEAN],
        "SMS ham": [row["text"] for row in table("sms_spam_train/train.csv") if row["label"] in ("ham", "0")],
    }


class Substring:
    """What a plain search finds."""

    def __init__(self, words):
        self.words = words

    def find(self, text: str) -> set[str]:
        return {word for word in self.words if word in text}


class Ours:
    def __init__(self, words, ways):
        entries = [(word, 1, number) for number, word in enumerate(words)]
        self.index = KeywordIndex.build(entries, variants={1: frozenset(ways)} if ways else {})

    def find(self, text: str) -> set[str]:
        return {hit.keyword for hit in self.index.find(text)}


def made(setup: str, words):
    ways = SETUPS[setup]
    return Substring(words) if ways is None else Ours(words, ways)


def chinese() -> None:
    base = cntp("toxic_base")
    words = sorted({word for row in base for word in row["toxic_entity"] if len(word) > 1})
    finders = {setup: made(setup, words) for setup in SETUPS}
    print(f"Words: {len(words)}, of two characters: {sum(len(word) == 2 for word in words)}\n")
    heads = ["changed by", "texts", *SETUPS]
    rows = []
    for change, name in CHANGES.items():
        texts = [
            (row.get("perturbed_text", row["original_text"]), {*row["toxic_entity"]} & {*words})
            for row in (cntp(name) if name else base)
            if name is None or row["perturbed_text"] != row["original_text"]
        ]
        texts = [(text, meant) for text, meant in texts if meant]
        seen = [sum(bool(one.find(text) & meant) for text, meant in texts) for one in finders.values()]
        rows.append([change, len(texts), *[f"{number / len(texts):.0%}" for number in seen]])
    show(heads, rows)
    print("\nFalse alarms: clean texts in which anything is found that a substring search does not find\n")
    rows = []
    for name, texts in clean_texts().items():
        known = [finders["substring"].find(text) for text in texts]
        more = [
            sum(bool(one.find(text) - had) for text, had in zip(texts, known, strict=True))
            for one in finders.values()
        ]
        rows.append([name, len(texts), *[f"{number / len(texts):.2%}" for number in more]])
    show(["texts", "number", *SETUPS], rows)


ENGLISH = (
    "fuck shit bitch asshole bastard dickhead whore nigger faggot cunt viagra cocaine heroin casino porn"
)
SENTENCES = ("you are such a {} man", "{}!", "get your {} here", "well, {}, what else")
LOOKS = str.maketrans("aceiopsxy", "асеіорѕху")
WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x61, 0x7B)})
BOLD = str.maketrans({chr(0x61 + number): chr(0x1D41A + number) for number in range(26)})
LEET = str.maketrans("aeiost", "431057")
COMBINED = "\u0301"


def middle(word: str) -> int:
    return len(word) // 2


EVASIONS = {
    "as it is": lambda word: word,
    "capitals": str.upper,
    "mIxEd": lambda word: "".join(c.upper() if n % 2 else c for n, c in enumerate(word)),
    "spaces": " ".join,
    "dots": ".".join,
    "dashes": "-".join,
    "underscores": "_".join,
    "one dash": lambda word: f"{word[: middle(word)]}-{word[middle(word) :]}",
    "one space": lambda word: f"{word[: middle(word)]} {word[middle(word) :]}",
    "zero width": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "Cyrillic letters": lambda word: word.translate(LOOKS),
    "full width": lambda word: word.translate(WIDE),
    "mathematical bold": lambda word: word.translate(BOLD),
    "accents": lambda word: "".join(c + COMBINED for c in word),
    "leet": lambda word: word.translate(LEET),
    "one leet letter": lambda word: next(
        (word.replace(c, s, 1) for c, s in zip("aeios", "@3!0$", strict=True) if c in word), word
    ),
    "drawn out": lambda word: word.replace(word[1], word[1] * 4, 1),
    "starred out": lambda word: word[0] + "*" * min(2, len(word) - 2) + word[1 + min(2, len(word) - 2) :],
    "one letter missing": lambda word: word[:1] + word[2:],
    "reversed": lambda word: word[::-1],
    "glued to another word": lambda word: f"mega{word}",
}


def english() -> None:
    words = ENGLISH.split()
    finders = {"substring": Substring(words), "default": Ours(words, ())}
    rows = []
    for name, change in EVASIONS.items():
        texts = [
            (sentence.format(change(word)), word)
            for word in words
            if name == "as it is" or change(word) != word
            for sentence in SENTENCES
        ]
        seen = [sum(word in one.find(text) for text, word in texts) for one in finders.values()]
        rows.append([name, len(texts), *[f"{number / len(texts):.0%}" for number in seen]])
    show(["written with", "texts", *finders], rows)
    ham = clean_texts()["SMS ham"]
    alarms = Counter(word for text in ham for word in finders["default"].find(text))
    plain = Counter(word for text in ham for word in finders["substring"].find(text))
    print(f"\nIn {len(ham)} ham messages: default finds {dict(alarms)}, substring {dict(plain)}")


def lists() -> None:
    """Import the word lists through the product, then look for their words in clean texts."""
    import django

    os.environ["DATABASE_URL"] = embedded.use(ROOT / "var" / "pg-bench", durable=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from config.accounts import revisions
    from config.accounts.operations.accounts import open_account
    from libraries.matching import cache
    from libraries.operations.keyword_imports import carry_on, start_import
    from libraries.operations.vocabularies import create_vocabulary

    call_command("migrate", verbosity=0)
    now = timezone.now()
    account = open_account(name="bench", actor=None, now=now)
    sources = {
        "sensitive_lexicon_zh": sorted((DATA / "wordlists/sensitive_lexicon_zh").glob("*.txt")),
        "ldnoobw": [DATA / "wordlists/ldnoobw/en", DATA / "wordlists/ldnoobw/zh"],
    }
    made_of, rows, total = {}, [], Counter()
    for source, files in sources.items():
        vocabulary = create_vocabulary(
            account=account, name=source, description="", actor=None, now=timezone.now()
        )
        made_of[vocabulary.pk] = source
        for file in files:
            start = time.perf_counter()
            held = start_import(
                vocabulary=vocabulary,
                file_name=file.name,
                data=file.read_bytes(),
                confirm=True,
                actor=None,
                now=now,
            )
            checked = time.perf_counter()
            carry_on(held.pk)
            held.refresh_from_db()
            took = time.perf_counter() - checked
            rows.append(
                [f"{source}/{file.name}", held.lines, *[held.counts.get(code, 0) for code in OUTCOMES]]
                + [f"{checked - start:.2f}", f"{took:.2f}"]
            )
            total += Counter(held.counts)
    rows.append(["in all", sum(total.values()), *[total[code] for code in OUTCOMES], "", ""])
    show(["file", "lines", *OUTCOMES, "upload s", "import s"], rows)
    start = time.perf_counter()
    index = cache.keyword_index(account.pk, revisions.read(account.pk).vocabularies)
    print(f"\nLoading {index.size} patterns took {time.perf_counter() - start:.2f} s\n")
    for name, texts in clean_texts().items():
        for vocabulary_id, source in made_of.items():
            found = [
                {hit.keyword for hit in index.find(text) if hit.vocabulary_id == vocabulary_id}
                for text in texts
            ]
            worst = Counter(word for words in found for word in words).most_common(12)
            without = sum(bool({word for word in words if len(word) > 1}) for words in found)
            print(
                f"{name}, {source}: {sum(map(bool, found)) / len(texts):.1%} of {len(texts)} clean texts hit,"
                f" {without / len(texts):.1%} by words of two characters or more; most by {worst}"
            )


OUTCOMES = ("added", "repeated", "keyword_too_long", "keyword_special_characters", "keyword_empty")


def cost() -> None:
    """CPU time of a look through one text, by what 20,000 Chinese keywords are looked for in."""
    dice = random.Random(7)
    common = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
    words = sorted({"".join(dice.choices(common, k=dice.randint(2, 6))) for _number in range(20_000)})
    texts = clean_texts()
    texts = texts["COLD label 0"][:2000] + texts["SMS ham"][:1000]
    rows = []
    for setup, ways in SETUPS.items():
        if ways is None:
            continue
        start = time.process_time()
        finder = Ours(words, ways)
        built = time.process_time() - start
        best = min(look_through(finder.index, texts) for _round in range(3))
        rows.append([setup, f"{built:.2f}", f"{best * 1e6 / len(texts):.0f}"])
    show(["", "build s", "us a text"], rows)


def look_through(index, texts) -> float:
    start = time.process_time()
    for text in texts:
        index.find(text)
    return time.process_time() - start


def show(heads, rows) -> None:
    rows = [[str(cell) for cell in row] for row in [heads, *rows]]
    widths = [max(len(row[place]) for row in rows) for place in range(len(heads))]
    for row in rows:
        first, *rest = [cell.ljust(width) if not place else cell.rjust(width) for place, (cell, width) in
                        enumerate(zip(row, widths, strict=True))]  # fmt: skip
        print("  ".join([first, *rest]))


PARTS = {"chinese": chinese, "english": english, "lists": lists, "cost": cost}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=PARTS)
    asked = parser.parse_args()
    for name, part in PARTS.items():
        if asked.part in (None, name):
            print(f"\n== {name}\n")
            part()


if __name__ == "__main__":
    main()
