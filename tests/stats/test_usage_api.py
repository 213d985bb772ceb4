from datetime import timedelta

import pytest
from django.utils import timezone

from config.accounts import authentication, rates
from stats.operations import fold
from tests.factories import make_account, make_key
from tests.stats.results import clean, hit

pytestmark = pytest.mark.django_db
URL = "/api/v1/usage"


@pytest.fixture(autouse=True)
def fresh_process():
    authentication._known.clear()
    rates._lots.clear()


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def ask(client, account):
    own = make_key(account, scopes=["stats:read"]).token

    def get(token=own, **query):
        return client.get(URL, query, headers={"Authorization": f"Bearer {token}"})

    return get


class TestUsage:
    def test_answers_with_figures_by_day_and_service(self, ask, account):
        now = timezone.now()
        hit(account, "pt_to_contact", "customized", at=now)
        fold(now=now)
        clean(account, at=now)
        hit(account, "pt_to_contact", service="chat_detection", at=now)

        answer = ask()

        body = answer.json()
        assert answer.status_code == 200
        assert body["account_uid"] == account.uid
        assert body["total"] == {"calls": 3, "hits": 2, "high": 2, "medium": 0, "low": 0}
        assert sorted((row["service"], row["date"], row["calls"]) for row in body["usage"]) == [
            ("chat_detection", f"{now:%Y-%m-%d}", 1),
            ("comment_detection", f"{now:%Y-%m-%d}", 2),
        ]
        assert [(one["label"], one["hits"]) for one in body["labels"]] == [
            ("pt_to_contact", 2),
            ("customized", 1),
        ]
        assert sum(one["share"] for one in body["labels"]) == pytest.approx(1, abs=1e-5)

    def test_takes_a_range_and_services(self, ask, account):
        now = timezone.now()
        for days in (0, 1, 2):
            clean(account, at=now - timedelta(days=days))
        hit(account, service="chat_detection", at=now)
        yesterday = f"{now - timedelta(days=1):%Y-%m-%d}"

        body = ask(**{"from": yesterday, "service": "comment_detection"}).json()

        assert (body["from"], body["to"]) == (yesterday, f"{now:%Y-%m-%d}")
        assert body["total"]["calls"] == 2

    def test_by_month_dates_are_months(self, ask, account):
        now = timezone.now()
        clean(account, at=now)

        assert [row["date"] for row in ask(by="month").json()["usage"]] == [f"{now:%Y-%m}"]

    @pytest.mark.parametrize(
        "query, code, field",
        [
            ({"from": "2026-13-01"}, "range_invalid", "from"),
            ({"by": "week"}, "range_invalid", "by"),
            ({"from": "2026-01-01", "to": "2026-06-01"}, "range_too_long", "from"),
            ({"service": "nobody"}, "service_unknown", "service"),
        ],
    )
    def test_refuses_what_it_cannot_answer(self, ask, query, code, field):
        answer = ask(**query)

        assert answer.status_code == 400
        assert (answer.json()["error"]["code"], answer.json()["error"]["field"]) == (code, field)

    def test_needs_its_scope(self, ask, account):
        assert ask(token=make_key(account, scopes=["results:read"]).token).status_code == 403

    def test_is_in_the_published_description(self, client):
        assert b"/api/v1/usage" in client.get("/api/openapi").content
