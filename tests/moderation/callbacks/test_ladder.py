"""The ladder against a literal clock."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from moderation.callbacks.ladder import MOST_ATTEMPTS, next_try, rest_after, retry_after_of

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MINUTE, HOUR = 60, 3600
STEPS = [5, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]


class Middle(random.Random):
    def uniform(self, a, b):
        return (a + b) / 2


def waits(dice) -> list[float]:
    clock, found = NOW, []
    for attempts in range(1, MOST_ATTEMPTS + 1):
        again = next_try(attempts=attempts, now=clock, dice=dice)
        if again is None:
            return found
        found.append((again - clock).total_seconds())
        clock = again
    raise AssertionError("The ladder has no end.")


class TestLadder:
    def test_is_this_one(self):
        assert waits(Middle()) == STEPS

    def test_ends_after_eleven_tries_in_some_seventy_six_hours(self):
        assert len(STEPS) + 1 == 11
        assert 75 * HOUR < sum(waits(Middle())) < 77 * HOUR

    def test_is_jittered_by_a_fifth(self):
        for seed in range(200):
            for wait, step in zip(waits(random.Random(seed)), STEPS, strict=True):
                assert 0.8 * step <= wait <= 1.2 * step

    def test_waits_as_long_as_the_receiver_asks(self):
        again = next_try(attempts=1, now=NOW, retry_after=120, dice=Middle())

        assert again == NOW + timedelta(seconds=120)

    def test_does_not_come_sooner_because_the_receiver_asks(self):
        assert next_try(attempts=2, now=NOW, retry_after=1, dice=Middle()) == NOW + timedelta(seconds=60)

    @pytest.mark.parametrize("asked", [10**8, 86_401])
    def test_waits_no_longer_than_a_day(self, asked):
        assert next_try(attempts=1, now=NOW, retry_after=asked) == NOW + timedelta(days=1)

    @pytest.mark.parametrize("asked", [-100, 0])
    def test_takes_a_moment_in_the_past_for_now(self, asked):
        assert next_try(attempts=1, now=NOW, retry_after=asked, dice=Middle()) == NOW + timedelta(seconds=5)


@pytest.mark.parametrize(
    "status, text, seconds",
    [
        (429, "120", 120),
        (502, "7", 7),
        (503, " 7 ", 7),
        (504, "7", 7),
        (429, "Sat, 21 Nov 2026 09:01:30 GMT", 90),
        (429, "Sat, 21 Nov 2026 08:00:00 GMT", -3600),
        (429, "", None),
        (429, "soon", None),
        (429, "-5", None),
        (429, "٣", None),
        (429, "9" * 400, 999_999_999),
        (500, "120", None),
        (200, "120", None),
    ],
)
def test_retry_after(status, text, seconds):
    assert retry_after_of(status=status, headers={"retry-after": text}, now=NOW) == seconds


def test_a_silent_receiver_is_left_alone_for_longer_and_longer():
    rests = [rest_after(silences=number, now=NOW) for number in range(10)]

    assert rests[:3] == [None, None, None]
    assert [(rest - NOW).total_seconds() for rest in rests[3:]] == [5, 10, 20, 40, 60, 60, 60]
    assert rest_after(silences=10**6, now=NOW) == NOW + timedelta(seconds=60)
