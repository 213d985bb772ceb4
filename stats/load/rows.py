"""The rows of one batch: results, and what followed from each. Made in other processes: no database here."""

import math
import random
from bisect import bisect
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from uuid import UUID

import numpy as np

from review.models.items import urgency
from stats.load.copying import NULL, Rows, columns, escaped
from stats.load.days import Hour
from stats.load.plan import NONE, SOURCES, Kind, Plan, Verdict
from stats.load.telling import Teller

RESULTS, LABELS = "moderation_moderationresult", "moderation_resultlabel"
ITEMS, DECISIONS, FEEDBACK = "review_reviewitem", "review_decision", "review_feedback"
COLUMNS = {
    RESULTS: columns(
        "id account_id request_id service_id version_id content_type data_id author_id context content media"
        " level labels uncovered scores source took_us created_at human_outcome human_label human_decided_at"
    ),
    LABELS: columns(
        "account_id result_id label level service_id content_type result_level source human_outcome"
        " created_at"
    ),
    ITEMS: columns(
        "id account_id result_id task_id request_id mode queue_id service_id content_type data_id author_id"
        " language level label group digest state priority created_at due_at urgent_at expires_at"
        " claimed_by_id lease_until rounds outcome decided_label decided_by_id decided_at recheck_outcome"
        " recheck_label rechecked_at cancelled_at"
    ),
    DECISIONS: columns(
        "id account_id item_id round stage reviewer_id outcome label category reason note handling_ms"
        " event_id decided_at undone_at"
    ),
    FEEDBACK: columns(
        "account_id result_id request_id service_id content_type level kind label note given_by_id given_at"
    ),
}
# How many of a level go to people, and how many people find to be right.
REVIEWED = {"high": 0.55, "medium": 0.9, "low": 0.4, NONE: 0.02}
CONFIRMED = {"high": 0.85, "medium": 0.55, "low": 0.25, NONE: 0.04}
PRIORITIES = {"high": 1, "medium": 2, "low": 3, NONE: 4}
KEPT = timedelta(days=7)
BACKLOG = timedelta(days=2)
MISSED = "pt_to_contact"


def rows_of(plan: Plan, hours: list[Hour]) -> dict[str, tuple[int, bytes]]:
    """By table, how many rows there are and what COPY is to read."""
    batch = Batch(plan, random.Random(plan.seed * 1_000_003 + hours[0].first))  # noqa: S311 (nothing is secret)
    batch.add(hours)
    return batch.rows.packed()


class Drawn:
    """All that is left to chance for each row of a batch, drawn at once, for one by one it takes longest."""

    def __init__(self, plan: Plan, hours: list[Hour], seed: int):
        dice = np.random.default_rng(seed)
        count, first = sum(hour.count for hour in hours), hours[0].first
        self.numbers = np.arange(first + 1, first + count + 1)
        began = np.repeat(
            [int(hour.starts_at.timestamp()) * 1_000_000 for hour in hours], [h.count for h in hours]
        )
        step = np.repeat([h.seconds * 1_000_000 / h.count for h in hours], [h.count for h in hours])
        place = np.concatenate([np.arange(hour.count) for hour in hours])
        self.moments = began + ((place + dice.random(count)) * step).astype(np.int64)
        weights = np.cumsum([kind.weight for kind in plan.kinds])
        self.kinds = np.searchsorted(weights, dice.random(count) * weights[-1], side="right")
        shares = np.cumsum([share for _source, share in SOURCES])
        self.sources = np.searchsorted(shares, dice.random(count) * shares[-1], side="right")
        # Zipf's law: as many rows of the first author as of the second and third together, and so on.
        authors = next(iter(plan.sides.values())).authors
        self.authors = np.exp(dice.random(count) * math.log(authors)).astype(np.int64)
        self.authors[dice.random(count) > 0.95] = 0
        # Some content is judged by several services, or again once it was changed.
        drawn = dice.random(count)
        self.data_ids = np.where(drawn < 0.4, self.numbers - self.numbers % 4, self.numbers)
        self.data_ids[drawn < 0.3] = 0
        self.chances = [dice.random(count) for _n in range(5)]
        self.noise = dice.bytes(count * 9).hex()

    def __iter__(self) -> Iterator[tuple]:
        stamps = np.datetime_as_string(self.moments.astype("datetime64[us]"))
        return zip(
            self.numbers.tolist(), self.moments.tolist(), stamps.tolist(), self.kinds.tolist(),
            self.sources.tolist(), self.authors.tolist(), self.data_ids.tolist(),
            *(one.tolist() for one in self.chances), strict=True,
        )  # fmt: skip


class Batch:
    def __init__(self, plan: Plan, dice: random.Random):
        self.plan, self.dice, self.rows = plan, dice, Rows()
        self.items, self.decisions = self.rows.table(ITEMS), self.rows.table(DECISIONS)
        self.feedback = self.rows.table(FEEDBACK)
        self.teller = Teller(plan, dice, self.rows)

    def add(self, hours: list[Hour]) -> None:
        plan, drawn = self.plan, Drawn(self.plan, hours, self.dice.getrandbits(60))
        results, labels = self.rows.table(RESULTS), self.rows.table(LABELS)
        shares = [list(accumulate(kind.verdict_weights)) for kind in plan.kinds]
        middles = [f"{kind.service_id}\t{kind.version_id}\t{kind.content_type}" for kind in plan.kinds]
        sources, base, noise, seen = [one for one, _share in SOURCES], plan.bases.results, drawn.noise, 0
        for number, passed, at, which, source, author, data_id, *chances in drawn:
            kind, stamp, tail = plan.kinds[which], f"{passed // 1000:012x}", noise[seen : seen + 18]
            seen += 18
            request = f"{stamp[:8]}-{stamp[8:]}-7{tail[:3]}-a{tail[3:6]}-{tail[6:]}"
            author = f"user-{author}" if author else ""
            data_id = f"post-{data_id}" if data_id else ""
            outcome, label, decided = "", "", NULL
            if kind.is_for_people:
                verdict, content, took = None, kind.clean[int(len(kind.clean) * chances[0])], 0
                source, level, told, scores = "manual", NONE, "[]", "{}"
            else:
                verdict = kind.verdicts[bisect(shares[which], chances[1] * shares[which][-1])]
                level, told, scores = verdict.level, verdict.json, verdict.scores
                offered = kind.clean if level == NONE else kind.risky
                content = offered[int(len(offered) * chances[0])]
                took, source = kind.took_us[int(1024 * chances[2])], sources[source]
            if verdict is None or source != "test" and chances[3] < REVIEWED[level]:
                about = About(
                    number,
                    base + number,
                    kind,
                    moment(passed),
                    request,
                    data_id,
                    author,
                    level,
                    content,
                    verdict,
                )
                outcome, label, decided = self.review(about)
            results.append(
                f"{base + number}\t{kind.account_id}\t{request}\t{middles[which]}\t{data_id}\t{author}\t{{}}"
                f"\t{content.text}\t{content.media}\t{level}\t{told}\t[]\t{scores}\t{source}\t{took}\t{at}"
                f"\t{outcome}\t{label}\t{decided}"
            )
            if verdict is None:
                continue
            for code, its_level in verdict.labels:
                labels.append(
                    f"{kind.account_id}\t{base + number}\t{code}\t{its_level}\t{kind.service_id}"
                    f"\t{kind.content_type}\t{level}\t{source}\t{outcome}\t{at}"
                )
            if level != NONE and source == "api" and chances[4] < 0.4:
                self.teller.of_result(number, kind, verdict, request, data_id, moment(passed))
            if chances[4] > (0.98 if level != NONE else 0.9996):
                self.give_feedback(kind, base + number, request, level, verdict, at)

    def review(self, about: "About") -> tuple[str, str, str]:
        """An item for people, and what they said: the result's human outcome, label and time."""
        plan, dice, kind = self.plan, self.dice, about.kind
        side = plan.sides[kind.account_id]
        queue_id, minutes = side.queues[min(int(dice.expovariate(0.8)), len(side.queues) - 1)]
        worst = about.verdict.worst if about.verdict else ""
        priority = PRIORITIES[about.level]
        due_at = about.at + timedelta(minutes=minutes)
        urgent_at = urgency(created_at=about.at, due_at=due_at, priority=priority)
        mode = "human_only" if kind.is_for_people else dice.choices(("audit", "human_machine"), (60, 40))[0]
        life = self.life_of(about, worst, side.reviewers)
        item_id = plan.bases.items + about.number
        digest = f"\\\\x{dice.getrandbits(256):064x}"
        expires_at = about.at + KEPT if mode == "audit" else NULL
        values = (
            item_id, kind.account_id, about.result_id, UUID(int=dice.getrandbits(128)), about.request, mode,
            queue_id, kind.service_id, kind.content_type, about.data_id, about.author,
            about.content.language, about.level, worst, plan.groups.get(worst, ""), digest, life.state,
            priority, about.at, due_at, urgent_at, expires_at, *life.columns,
        )  # fmt: skip
        self.items.append("\t".join(map(str, values)))
        for place, word in enumerate(life.words):
            self.decide(item_id, about, place, word)
        last = life.words[-1] if life.words else None
        return (last.outcome, last.label, str(last.at)) if last else ("", "", NULL)

    def life_of(self, about: "About", worst: str, reviewers: tuple[int, ...]) -> "Life":
        dice, now = self.dice, self.plan.now
        delay = timedelta(minutes=dice.lognormvariate(5.3, 1.2))
        drawn = dice.random()
        if about.at + delay > now or about.at + BACKLOG > now and drawn < 0.3:
            if drawn < 0.02:
                return Life.claimed(dice.choice(reviewers), now + timedelta(minutes=9))
            return Life("waiting")
        if drawn > 0.96:
            return Life.cancelled(about.at + delay) if drawn > 0.993 else Life("expired")
        first = self.word(about, worst, about.at + delay, reviewers)
        again_at = first.at + timedelta(minutes=dice.lognormvariate(7, 1))
        if again_at > now or dice.random() > 0.05:
            return Life.decided(first)
        recheck = self.word(about, worst, again_at, reviewers)
        if dice.random() < 0.8:
            recheck = recheck.agreeing_with(first)
        return Life.decided(first, recheck)

    def word(self, about: "About", worst: str, at: datetime, reviewers: tuple[int, ...]) -> "Word":
        dice = self.dice
        outcome = "block" if dice.random() < CONFIRMED[about.level] else "pass"
        label = (worst if worst and dice.random() < 0.85 else MISSED) if outcome == "block" else ""
        return Word(outcome, label, at, dice.choice(reviewers), int(dice.lognormvariate(9.2, 0.7)))

    def decide(self, item_id: int, about: "About", place: int, word: "Word") -> None:
        event_id = self.teller.of_decision(about, place, word)
        stage = "recheck" if place else "decision"
        handling = word.handling_ms if self.dice.random() < 0.9 else NULL
        self.decisions.append(
            f"{self.plan.bases.decisions + 2 * about.number + place}\t{about.kind.account_id}\t{item_id}"
            f"\t{place + 1}\t{stage}\t{word.by}\t{word.outcome}\t{word.label}\t\t\t\t{handling}\t{event_id}"
            f"\t{word.at}\t{NULL}"
        )

    def give_feedback(self, kind: Kind, result_id: int, request: str, level: str, verdict: Verdict, at: str):
        side = self.plan.sides[kind.account_id]
        is_missed = level == NONE
        label = MISSED if is_missed else self.dice.choice(("", verdict.worst))
        self.feedback.append(
            f"{kind.account_id}\t{result_id}\t{request}\t{kind.service_id}\t{kind.content_type}\t{level}"
            f"\t{'missed_violation' if is_missed else 'false_positive'}\t{label}"
            f"\t{escaped('Seen by a moderator of the forum')}\t{self.dice.choice(side.reviewers)}\t{at}"
        )


def moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)


class About:
    """One result on its way to people."""

    __slots__ = (
        "number", "result_id", "kind", "at", "request", "data_id", "author", "level", "content", "verdict",
    )  # fmt: skip

    def __init__(self, number, result_id, kind, at, request, data_id, author, level, content, verdict):
        self.number, self.result_id, self.kind, self.at, self.request = number, result_id, kind, at, request
        self.data_id, self.author, self.level = data_id, author, level
        self.content, self.verdict = content, verdict


class Word:
    """What somebody said of an item."""

    __slots__ = ("outcome", "label", "at", "by", "handling_ms")

    def __init__(self, outcome: str, label: str, at: datetime, by: int, handling_ms: int):
        self.outcome, self.label, self.at, self.by, self.handling_ms = outcome, label, at, by, handling_ms

    def agreeing_with(self, other: "Word") -> "Word":
        return Word(other.outcome, other.label, self.at, self.by, self.handling_ms)


class Life:
    """How an item stands: its state, the columns from `claimed_by` on, and what was said."""

    __slots__ = ("state", "columns", "words")

    def __init__(self, state: str, columns: Iterable = (), words: tuple[Word, ...] = ()):
        self.state, self.words = state, words
        self.columns = tuple(columns) or (NULL, NULL, 0, "", "", NULL, NULL, "", "", NULL, NULL)

    @classmethod
    def claimed(cls, by: int, until: datetime) -> "Life":
        return cls("claimed", (by, until, 0, "", "", NULL, NULL, "", "", NULL, NULL))

    @classmethod
    def cancelled(cls, at: datetime) -> "Life":
        return cls("cancelled", (NULL, NULL, 0, "", "", NULL, NULL, "", "", NULL, at))

    @classmethod
    def decided(cls, first: Word, recheck: Word | None = None) -> "Life":
        again = (recheck.outcome, recheck.label, recheck.at) if recheck else ("", "", NULL)
        words = (first, recheck) if recheck else (first,)
        columns = (NULL, NULL, len(words), first.outcome, first.label, first.by, first.at, *again, NULL)
        return cls("decided", columns, words)
