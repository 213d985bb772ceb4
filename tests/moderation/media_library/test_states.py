"""Whether a recording is played follows from a table, and people have the last word in every row of it."""

from itertools import product

import pytest

from moderation.media.asset_states import (
    shown_automated,
    state_of,
    status_when_begun,
    status_when_cancelled,
)
from moderation.models import MediaAsset

STATUSES = MediaAsset.ReviewStatus.values
UNSEEN = ["not_started", "reviewing", "re_reviewing"]


@pytest.mark.parametrize(
    "status, automated, first", list(product(STATUSES, ["", *MediaAsset.Automated.values], [False, True]))
)
def test_people_override_the_machine_always(status, automated, first):
    assert state_of("pass", status, automated, first) == "normal"
    assert state_of("block", status, automated, first) == "flagged"


@pytest.mark.parametrize("status, first", list(product(STATUSES, [True, False])))
@pytest.mark.parametrize(
    "automated, state", [("violation", "flagged"), ("suspected", "reviewing"), ("normal", "normal")]
)
def test_what_the_machine_said_last_stands_while_it_looks_again_and_when_that_fails(
    automated, state, status, first
):
    assert state_of("", status, automated, first) == state


@pytest.mark.parametrize("status", UNSEEN)
def test_what_nobody_has_looked_at_is_played_first_or_not_as_the_installation_wishes(status):
    assert state_of("", status, "", True) == "normal"
    assert state_of("", status, "", False) == "reviewing"


@pytest.mark.parametrize("first", [True, False])
def test_what_no_machine_could_look_at_waits_for_people(first):
    """Else a file that breaks the review on purpose would be played."""
    assert state_of("", "failed", "", first) == "reviewing"


@pytest.mark.parametrize(
    "before, begun, cancelled",
    [
        ("not_started", "reviewing", "not_started"),
        ("succeeded", "re_reviewing", "succeeded"),
        ("failed", "re_reviewing", "failed"),
    ],
)
def test_a_review_that_is_cancelled_leaves_things_as_they_were(before, begun, cancelled):
    assert status_when_begun(before) == begun
    assert status_when_cancelled(begun, "normal" if before == "succeeded" else "") == cancelled


def test_of_a_review_that_failed_nothing_is_shown():
    assert shown_automated("failed", "violation") == ""
    assert shown_automated("re_reviewing", "violation") == "violation"
