"""What the rows of a batch are drawn from: plain values, so that another process can make them."""

import json
import math
import random
from dataclasses import dataclass, field
from datetime import datetime

from moderation.models.content import ContentType
from moderation.values import EXEMPT, NO_RISK
from stats.load import words
from stats.load.copying import escaped

NONE, LOW, MEDIUM, HIGH = "none", "low", "medium", "high"
LEVELS = ((NONE, 88.0), (LOW, 5.5), (MEDIUM, 4.0), (HIGH, 2.5))
MOST_CONTENTS, MOST_VERDICTS = 1500, 400
# Medians in milliseconds.
TOOK = {"text": 4, "image": 90, "audio": 9_000, "video": 25_000}
SOURCES = (("api", 96.0), ("console", 3.0), ("test", 1.0))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a machine says, as it stands in the row. `labels`: code and level of those that get a row."""

    level: str
    labels: tuple[tuple[str, str], ...]
    json: str
    scores: str

    @property
    def worst(self) -> str:
        return self.labels[0][0] if self.level != NONE else ""


@dataclass(frozen=True, slots=True)
class Content:
    text: str
    media: str
    language: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A service of an account, and what comes through it. Of one for people there are no verdicts."""

    account_id: int
    service_id: int
    version_id: int
    service: str
    content_type: str
    weight: float
    is_for_people: bool
    clean: tuple[Content, ...]
    risky: tuple[Content, ...]
    verdicts: tuple[Verdict, ...]
    verdict_weights: tuple[float, ...]
    took_us: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """Who works for an account, and whom it tells."""

    reviewers: tuple[int, ...]
    queues: tuple[tuple[int, int], ...]  # with the minutes to decide in
    endpoints: tuple[int, ...]
    authors: int


@dataclass(frozen=True, slots=True)
class Bases:
    """After which ids new ones begin."""

    results: int = 0
    items: int = 0
    decisions: int = 0
    events: int = 0
    callbacks: int = 0
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    now: datetime
    seed: int
    kinds: tuple[Kind, ...]
    sides: dict[int, Side]
    groups: dict[str, str]
    bases: Bases
    transaction: int
    results: int
    extras: dict = field(default_factory=dict)


def verdicts_of(
    dice: random.Random, labels: list[str], engine: str
) -> tuple[tuple[Verdict, ...], tuple[float, ...]]:
    """Few labels make up most hits: the share of the nth is one nth."""
    made: list[tuple[Verdict, float]] = [(clean_verdict(dice, engine), LEVELS[0][1] / 40) for _n in range(40)]
    made.append((exempt_verdict(), 0.15))
    ranks = [1 / place for place in range(1, len(labels) + 1)]
    shares = dict(LEVELS)
    each = (LEVELS[1][1] + LEVELS[2][1] + LEVELS[3][1]) / MOST_VERDICTS
    for _n in range(MOST_VERDICTS if labels else 0):
        count = min(dice.choices((1, 2, 3), (80, 15, 5))[0], len(labels))
        codes = list(dict.fromkeys(dice.choices(labels, ranks, k=count)))
        level = dice.choices((LOW, MEDIUM, HIGH), [shares[one] for one in (LOW, MEDIUM, HIGH)])[0]
        made.append((risky_verdict(dice, codes, level, engine), each))
    # The rarest are met as well, now and then.
    for code in labels:
        made.append((risky_verdict(dice, [code], dice.choice((LOW, MEDIUM, HIGH)), engine), 0.002))
    return tuple(verdict for verdict, _w in made), tuple(weight for _v, weight in made)


def clean_verdict(dice: random.Random, engine: str) -> Verdict:
    labels = [{"label": NO_RISK, "level": NONE, "confidence": None, "evidence": []}]
    return Verdict(NONE, (), as_json(labels), scores(engine, {"spam": round(dice.uniform(0, 30), 2)}))


def exempt_verdict() -> Verdict:
    evidence = [{"source": "exemption", "detector": "samples", "score": 100.0, "sample": 1, "distance": 0}]
    labels = [{"label": EXEMPT, "level": NONE, "confidence": None, "evidence": evidence}]
    return Verdict(NONE, ((EXEMPT, NONE),), as_json(labels), "{}")


def risky_verdict(dice: random.Random, codes: list[str], level: str, engine: str) -> Verdict:
    floor = {LOW: 50, MEDIUM: 70, HIGH: 88}[level]
    told, rows = [], []
    for place, code in enumerate(codes):
        here = level if place == 0 else dice.choice((LOW, level))
        score = round(dice.uniform(floor, min(floor + 18, 100)) - place, 2)
        evidence = [
            {"source": "engine", "detector": engine, "score": score, "raw": code, "start": 4, "end": 19}
        ]
        told.append({"label": code, "level": here, "confidence": score, "evidence": evidence})
        rows.append((code, here))
    return Verdict(
        level, tuple(rows), as_json(told), scores(engine, {one["label"]: one["confidence"] for one in told})
    )


def scores(engine: str, raw: dict) -> str:
    return as_json({engine: {"version": "1", "raw": raw}})


def as_json(value) -> str:
    return escaped(json.dumps(value, ensure_ascii=False))


def contents_of(dice: random.Random, content_type: str, *, is_risky: bool) -> tuple[Content, ...]:
    return tuple(
        content_of(dice, content_type, is_risky=is_risky)
        for _n in range(MOST_CONTENTS if content_type == ContentType.TEXT else MOST_CONTENTS // 3)
    )


def content_of(dice: random.Random, content_type: str, *, is_risky: bool) -> Content:
    if content_type == ContentType.TEXT:
        spoken = words.language(dice)
        return Content(escaped(words.text(dice, spoken=spoken, is_risky=is_risky)), "{}", spoken)
    name = f"https://files.example.com/{dice.getrandbits(40):010x}.{FORMATS[content_type]}"
    return Content(name, as_json(facts_of(dice, content_type)), "")


FORMATS = {"image": "jpg", "audio": "mp3", "video": "mp4"}


def facts_of(dice: random.Random, content_type: str) -> dict:
    """Of a file that was not kept: there is no key among them."""
    facts = {
        "sha256": f"{dice.getrandbits(256):064x}",
        "format": FORMATS[content_type],
        "bytes": int(dice.lognormvariate(12, 1)),
    }
    if content_type != ContentType.AUDIO:
        facts |= {"width": dice.choice((640, 1080, 1920)), "height": dice.choice((480, 720, 1080))}
    if content_type == ContentType.IMAGE:
        return facts | {"frames": 1, "pdq": f"{dice.getrandbits(256):064x}", "text": ""}
    return facts | {"duration_ms": int(dice.lognormvariate(10.5, 1))}


def times_of(dice: random.Random, content_type: str) -> tuple[int, ...]:
    middle = math.log(TOOK[content_type] * 1000)
    return tuple(int(dice.lognormvariate(middle, 0.6)) for _n in range(1024))


def zipf(count: int, slope: float = 1.0) -> list[float]:
    return [1 / place**slope for place in range(1, count + 1)]
