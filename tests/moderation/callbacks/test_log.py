"""The log of deliveries finds what somebody would find who read every row."""

import random
from datetime import timedelta

import pytest

from moderation.callbacks.log import AskedOfLog, newest_deliveries
from moderation.models import Callback
from moderation.results_query import Place
from tests.factories import make_account
from tests.ground import proofs
from tests.moderation.callbacks.conftest import NOW

EVENTS = ["result.created", "review.decided", "review.rechecked"]


@pytest.fixture
def crowd(account, make_endpoint):
    """Callbacks of three endpoints in every state; several at a moment, and not in the order of their ids."""
    dice = random.Random(3)
    stranger = make_account()
    told = [make_endpoint().endpoint for _n in range(3)] + [make_endpoint(account=stranger).endpoint]
    made = []
    for number in range(240):
        endpoint, at = dice.choice(told), NOW - timedelta(minutes=dice.randrange(90))
        state = dice.choice(Callback.State.values)
        made.append(
            Callback(
                account=endpoint.account, endpoint=endpoint, event_id=f"evt_{number % 200}",
                event=dice.choice(EVENTS), subject=f"result:{number}", body=b"{}",
                data_id=f"post-{number % 9}", state=state, due_at=at, created_at=at,
                finished_at=None if state == "due" else at,
            )
        )  # fmt: skip
    Callback.objects.bulk_create(made, ignore_conflicts=True)
    return list(Callback.objects.owned_by(account)), told


def passes(one: Callback, asked: AskedOfLog) -> bool:
    return (
        (not asked.endpoint_id or one.endpoint_id == asked.endpoint_id)
        and (not asked.events or one.event in asked.events)
        and (not asked.states or one.state in asked.states)
        and (not asked.event_id or one.event_id == asked.event_id)
        and (not asked.data_id or one.data_id == asked.data_id)
        and (not asked.starts_at or one.created_at >= asked.starts_at)
        and (not asked.ends_at or one.created_at < asked.ends_at)
    )


class TestNewestDeliveries:
    def test_are_what_a_walk_over_all_rows_finds(self, account, crowd):
        dice, (every, told) = random.Random(9), crowd
        found_any = 0
        for _round in range(proofs.of(300, part=120)):
            asked = AskedOfLog(
                endpoint_id=dice.choice([None, None, *(one.pk for one in told[:3])]),
                events=tuple(dice.sample(EVENTS, dice.choice([0, 0, 1, 2]))),
                states=tuple(dice.sample(Callback.State.values, dice.choice([0, 1, 2]))),
                event_id=dice.choice(["", "", "", "", f"evt_{dice.randrange(200)}"]),
                data_id=dice.choice(["", "", "", "", f"post-{dice.randrange(9)}"]),
                starts_at=dice.choice([None, None, NOW - timedelta(minutes=dice.randrange(90))]),
                ends_at=dice.choice([None, None, NOW - timedelta(minutes=dice.randrange(40))]),
            )
            expected = sorted(
                (one for one in every if passes(one, asked)),
                key=lambda one: (one.created_at, one.pk),
                reverse=True,
            )
            limit, at = dice.choice([3, 20, 300]), dice.randrange(-1, 30)
            after = None
            if 0 <= at < len(expected):
                after = Place(expected[at].created_at, expected[at].pk)
                expected = expected[at + 1 :]
            found = newest_deliveries(asked, account=account, after=after, limit=limit)
            assert [one.pk for one in found] == [one.pk for one in expected[:limit]], asked
            found_any += bool(found)
        assert found_any > 40
