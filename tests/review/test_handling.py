"""Handling time: medians and quartiles of kinds of work, none where there are few, none of people."""

from datetime import timedelta
from statistics import quantiles
from uuid import uuid4

import pytest

from config.accounts import authentication, rates
from config.accounts.roles import Role
from review import handling
from review.handling import BY, LEAST, handling_times
from review.models import Decision, ReviewItem, ReviewQueue
from tests.factories import NOW, make_account, make_item, make_key, make_user

pytestmark = pytest.mark.django_db
PAGE, API = "/console/handling-time/", "/api/v1/review/handling"


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def reviewer(account):
    return make_user("rita-the-reviewer", account=account)


@pytest.fixture
def decided(account, reviewer):
    """Items decided in these milliseconds; one result is enough to stand behind them all."""
    service = make_item(account).service

    def decided(times, *, queue=None, group="", content_type="text", **kwargs):
        for ms in times:
            item = ReviewItem.objects.create(
                account=account, request_id=uuid4(), service=service, queue=queue, content_type=content_type,
                group=group, level="high", priority=1, created_at=NOW, due_at=NOW, urgent_at=NOW,
                state="decided", outcome="pass", decided_at=NOW,
            )  # fmt: skip
            given = {"reviewer": reviewer, "outcome": "pass", "decided_at": NOW, "handling_ms": ms}
            Decision.objects.create(account=account, item=item, **given | kwargs)

    return decided


def times(account, by="queue", days=30):
    _whole, parts = handling_times(account=account, by=[by], days=days, now=NOW)
    return {row.name: row for row in parts[by]}


class TestFigures:
    def test_are_the_median_and_the_quartiles(self, account, decided):
        measured = [(number * 7919) % 9001 for number in range(37)]
        decided(measured)

        row = times(account)["Without a queue"]
        assert [row.lower, row.median, row.upper] == quantiles(measured, n=4, method="inclusive")
        whole, parts = handling_times(account=account, by=BY, days=30, now=NOW)
        assert (whole.n, whole.median) == (37, row.median)
        assert [[one.n for one in rows] for rows in parts.values()] == [[37]] * 3
        assert handling_times(account=account, by=[], days=30, now=NOW) == (whole, {})

    def test_are_of_the_newest_decisions_where_there_are_many(self, account, decided, monkeypatch):
        monkeypatch.setattr(handling, "MOST", 30)
        decided([9000] * 30, decided_at=NOW - timedelta(days=1))
        decided([1000] * 30)

        assert [(row.n, row.upper) for row in times(account).values()] == [(30, 1000)]

    def test_are_told_apart_by_queue_type_and_content(self, account, decided):
        pictures = ReviewQueue.objects.create(account=account, name="Pictures", created_at=NOW)
        decided([1000] * 20, queue=pictures, group="terrorist", content_type="image")
        decided([5000] * 25, group="abusive")

        assert {name: row.median for name, row in times(account).items()} == {
            "Pictures": 1000,
            "Without a queue": 5000,
        }
        assert {row.key: row.n for row in times(account, "group").values()} == {
            "terrorist": 20,
            "abusive": 25,
        }
        assert {row.key: row.median for row in times(account, "content_type").values()} == {
            "image": 1000,
            "text": 5000,
        }

    def test_are_not_given_of_few(self, account, decided):
        decided([1000] * (LEAST - 1))
        row = times(account)["Without a queue"]
        assert (row.n, row.is_too_few, row.median) == (LEAST - 1, True, None)

        decided([1000])
        assert times(account)["Without a queue"].median == 1000

    def test_leave_out_what_was_undone_rechecked_not_measured_or_long_ago(self, account, decided):
        decided([1000] * 20)
        decided([9000], undone_at=NOW)
        decided([9000], stage="recheck")
        decided([None])
        decided([9000], decided_at=NOW - timedelta(days=30))

        assert times(account)["Without a queue"].n == 20

    def test_are_an_accounts_own(self, account, decided):
        decided([1000] * 20)

        assert times(make_account()) == {}


class TestPage:
    @pytest.fixture(autouse=True)
    def _clock(self, monkeypatch):
        monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)

    def test_shows_figures_and_says_where_there_are_too_few(self, client, account, decided):
        decided([90_000] * 20, group="terrorist")
        decided([2500] * 3, group="abusive")
        client.force_login(make_user("lea", account=account, role=Role.ACCOUNT_ADMIN))

        text = client.get(PAGE).content.decode()
        assert "1 min 30 s" in text
        assert "too few" in text
        assert "2.5 s" not in text
        assert "rita-the-reviewer" not in text

    @pytest.mark.parametrize("role", [Role.REVIEWER, Role.RECHECKER, Role.VIEWER, Role.AUDITOR])
    def test_is_for_leads(self, client, account, role):
        client.force_login(make_user(account=account, role=role))

        assert client.get(PAGE).status_code == 403


class TestApi:
    @pytest.fixture
    def ask(self, client, account, monkeypatch):
        monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
        authentication._known.clear()
        rates._lots.clear()
        token = make_key(account, scopes=["stats:read"]).token

        def ask(**params):
            return client.get(API, params, headers={"Authorization": f"Bearer {token}"})

        return ask

    def test_answers_as_the_page_does(self, ask, decided):
        decided([1000, 2000, 3000, 4000, 5000] * 4, group="terrorist")
        decided([1000], group="abusive")

        answer = ask(by="group", days=7).json()

        assert answer["all"] == {
            "decisions": 21, "too_few": False,
            "lower_quartile_ms": 2000, "median_ms": 3000, "upper_quartile_ms": 4000,
        }  # fmt: skip
        assert [
            (row["key"], row["decisions"], row["too_few"], row["median_ms"]) for row in answer["rows"]
        ] == [
            ("terrorist", 20, False, 3000),
            ("abusive", 1, True, None),
        ]

    @pytest.mark.parametrize("params", [{"by": "reviewer"}, {"days": "0"}, {"days": "91"}, {"days": "x"}])
    def test_refuses_what_it_does_not_have_and_people_above_all(self, ask, params):
        answer = ask(**params)

        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "filter_invalid")
        assert "reviewer" not in BY

    def test_needs_the_scope(self, client, account):
        authentication._known.clear()
        token = make_key(account, scopes=["results:read"]).token

        assert client.get(API, headers={"Authorization": f"Bearer {token}"}).status_code == 403
