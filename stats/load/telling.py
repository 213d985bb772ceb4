"""What clients were told of invented content: events, callbacks, and the attempts to deliver them."""

import json
import random
from datetime import datetime, timedelta

from stats.load.copying import NULL, Rows, columns, escaped
from stats.load.plan import Kind, Plan, Verdict

EVENTS, CALLBACKS, ATTEMPTS = "moderation_event", "moderation_callback", "moderation_callbackattempt"
COLUMNS = {
    EVENTS: columns("id account_id event_id type subject payload transaction created_at"),
    CALLBACKS: columns(
        "id account_id event_id endpoint_id event subject dialect body data_id request_id state attempts rung"
        " due_at created_at finished_at"
    ),
    ATTEMPTS: columns(
        "id account_id callback_id number started_at took_ms status error_code response_excerpt address"
        " signed"
    ),
}
# Of one result there are at most the machine's event, a decision's and a recheck's.
SLOTS, MOST_TRIES = 3, 8
STAGES = ("review.decided", "review.rechecked")


class Teller:
    def __init__(self, plan: Plan, dice: random.Random, rows: Rows):
        self.plan, self.dice = plan, dice
        self.events, self.callbacks = rows.table(EVENTS), rows.table(CALLBACKS)
        self.attempts = rows.table(ATTEMPTS)

    def of_result(
        self, number, kind: Kind, verdict: Verdict, request: str, data_id: str, at: datetime
    ) -> None:
        labels = [{"label": code, "level": level, "confidence": 90.0} for code, level in verdict.labels]
        payload = {
            "request_id": request, "data_id": data_id, "service": kind.service,
            "content_type": kind.content_type, "machine": {"level": verdict.level, "labels": labels,
            "uncovered": []}, "created_at": at.isoformat(),
        }  # fmt: skip
        self.tell(number, 0, kind.account_id, "result.created", payload, at)

    def of_decision(self, about, place: int, word) -> str:
        """The event's id, where an event was written."""
        if self.dice.random() > 0.6:
            return ""
        payload = {
            "request_id": about.request, "data_id": about.data_id, "service": about.kind.service,
            "content_type": about.kind.content_type,
            "review": {"outcome": word.outcome, "label": word.label, "decided_at": word.at.isoformat()},
        }  # fmt: skip
        return self.tell(about.number, 1 + place, about.kind.account_id, STAGES[place], payload, word.at)

    def tell(self, number: int, slot: int, account_id: int, event: str, payload: dict, at: datetime) -> str:
        dice, bases = self.dice, self.plan.bases
        event_id = f"evt_{int(at.timestamp() * 1000):012x}7{dice.getrandbits(74):019x}"
        subject, body = f"result:{payload['request_id']}", json.dumps(payload)
        place = number * SLOTS + slot
        self.events.append(
            f"{bases.events + place}\t{account_id}\t{event_id}\t{event}\t{subject}\t{escaped(body)}"
            f"\t{self.plan.transaction}\t{at}"
        )
        endpoints = self.plan.sides[account_id].endpoints
        endpoint = endpoints[min(int(dice.expovariate(1.2)), len(endpoints) - 1)]
        state, tries, finished = self.fate(at)
        callback_id = bases.callbacks + place
        self.callbacks.append(
            f"{callback_id}\t{account_id}\t{event_id}\t{endpoint}\t{event}\t{subject}\tstandard"
            f"\t\\\\x{body.encode().hex()}\t{payload['data_id']}\t{payload['request_id']}\t{state}\t{tries}"
            f"\t{tries}\t{at}\t{at}\t{finished}"
        )
        for one in range(tries):
            self.attempt(account_id, callback_id, place * MOST_TRIES + one, one, at, state, tries)
        return event_id

    def fate(self, at: datetime) -> tuple[str, int, str]:
        drawn = self.dice.random()
        if at + timedelta(hours=6) > self.plan.now and drawn < 0.2:
            # Long enough ahead that nobody delivers what was never true.
            return "due", 0, NULL
        if drawn < 0.96:
            return "delivered", 1, str(at + timedelta(seconds=1))
        if drawn < 0.985:
            return "delivered", 2, str(at + timedelta(minutes=1))
        if drawn < 0.99:
            return "cancelled", 0, str(at)
        return "dead", MOST_TRIES, str(at + timedelta(days=1))

    def attempt(self, account_id, callback_id, place, one, at: datetime, state: str, tries: int) -> None:
        is_good = state == "delivered" and one == tries - 1
        status, error, said = (200, "", "ok") if is_good else (503, "bad_status", "try again later")
        self.attempts.append(
            f"{self.plan.bases.attempts + place}\t{account_id}\t{callback_id}\t{one + 1}"
            f"\t{at + timedelta(seconds=1 + 60 * one)}\t{self.dice.randint(8, 400)}\t{status}\t{error}"
            f"\t{said}\t203.0.113.7\t{{}}"
        )
