from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.utils import timezone

from config.accounts import authentication, rates
from stats.api.usage import usage_body
from stats.asked import read_asked
from stats.operations import fold
from stats.refusals import tally
from tests.factories import make_account, make_key, service_of
from tests.moderation.results_made import image_service
from tests.stats.results import clean, hit, store_result

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

    def get(path="", token=own, **query):
        return client.get(f"{URL}{path}", query, headers={"Authorization": f"Bearer {token}"})

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

    def test_by_hour_dates_are_hours_of_the_account_s_clock(self, ask, account):
        account.time_zone = "Asia/Kathmandu"
        account.save()
        now = timezone.now().astimezone(ZoneInfo("Asia/Kathmandu"))
        clean(account, at=now)
        fold(now=now)
        clean(account, at=now)

        (row,) = ask(by="hour").json()["usage"]

        assert (row["date"], row["calls"]) == (f"{now:%Y-%m-%dT%H}:00", 2)

    def test_an_hour_that_happens_twice_has_two_rows(self, account, settings):
        account.time_zone = "Europe/Berlin"
        account.save()
        first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        for hours in (0, 1, 1):
            clean(account, at=first + timedelta(hours=hours))
        fold(now=first)
        query = QueryDict("by=hour&from=2026-10-25&to=2026-10-25&compare=nothing")

        body = usage_body(account, read_asked(query, account=account, now=timezone.now()), timezone.now())

        assert [(row["date"], row["calls"]) for row in body["usage"]] == [
            ("2026-10-25T02:00+02:00", 1),
            ("2026-10-25T02:00+01:00", 2),
        ]

    def test_says_what_came_from_where(self, ask, account):
        now = timezone.now()
        image = image_service(account)
        for source, service in [("api", None), ("api", image), ("console", None), ("test", None)]:
            store_result(service or service_of(account), "high", "pt_to_contact", at=now, source=source)

        body, of_tests = ask().json(), ask(source="test").json()
        of_images = ask(content_type="image,audio").json()

        assert [(one["source"], one["hits"]) for one in body["sources"]] == [("api", 2), ("console", 1)]
        assert [(one["content_type"], one["calls"]) for one in body["content_types"]] == [
            ("text", 2),
            ("image", 1),
        ]
        assert of_tests["total"]["calls"] == of_tests["labels"][0]["hits"] == 1
        assert of_images["total"]["calls"] == of_images["labels"][0]["hits"] == 1

    def test_compares_with_an_earlier_period(self, ask, account):
        now = timezone.now()
        day = f"{now:%Y-%m-%d}"
        for days, labels in [
            (0, ["pt_to_contact"]),
            (1, ["pt_to_sites"]),
            (7, ["pt_to_contact", "pt_to_sites"]),
        ]:
            hit(account, *labels, at=now - timedelta(days=days))
        one_day = {"from": day, "to": day}

        before, alike = ask(**one_day).json(), ask(compare="alike", **one_day).json()

        assert before["before"]["total"]["calls"] == alike["before"]["total"]["calls"] == 1
        assert before["before"]["from"] == f"{now - timedelta(days=1):%Y-%m-%d}"
        assert alike["before"]["from"] == f"{now - timedelta(days=7):%Y-%m-%d}"
        assert [one["share_before"] for one in before["labels"] + alike["labels"]] == [0.0, 0.5]
        assert ask(compare="nothing", **one_day).json()["before"] is None

    def test_what_is_not_over_is_compared_up_to_the_same_hour(self, account):
        zone = ZoneInfo(account.time_zone)
        now = datetime(2026, 11, 21, 12, 40, tzinfo=zone)
        for hour in (9, 12, 18):
            clean(account, at=now.replace(day=20, hour=hour, minute=10))
        today = QueryDict("from=2026-11-21&to=2026-11-21")
        body = usage_body(account, read_asked(today, account=account, now=now), now)

        assert body["before"]["total"]["calls"] == 2

    @pytest.mark.parametrize(
        "query, code, field",
        [
            ({"by": "hour", "from": "2026-01-01", "to": "2026-01-09"}, "range_too_long", "from"),
            ({"content_type": "smell"}, "filter_invalid", "content_type"),
            ({"source": "manual"}, "filter_invalid", "source"),
            ({"compare": "everything"}, "filter_invalid", "compare"),
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
        assert b"/api/v1/usage/latency" in client.get("/api/openapi").content


class TestLatency:
    def test_is_said_together_and_by_service(self, ask, account):
        now = timezone.now()
        for took in (1_000, 1_000, 1_000, 900_000):
            clean(account, at=now, took_us=took)
        fold(now=now)
        clean(account, service="chat_detection", at=now, took_us=50_000)

        body = ask("/latency").json()

        assert body["all"]["calls"] == 5
        assert [one["service"] for one in body["services"]] == ["comment_detection", "chat_detection"]
        slow, fast = body["services"]
        assert slow["p50_ms"] == pytest.approx(1, rel=0.2) and slow["p99_ms"] == pytest.approx(900, rel=0.2)
        assert fast["p50_ms"] == pytest.approx(50, rel=0.2)

    def test_of_nothing_is_null(self, ask):
        body = ask("/latency").json()

        assert body["all"] is None and body["services"] == []


class TestErrors:
    def test_are_the_calls_that_were_refused(self, ask, client, account):
        tally.written.clear()
        key = make_key(account).token
        for body in [{"service": "nobody", "content": "a"}] * 2 + [{"content": "a"}]:
            client.post(
                "/api/v1/texts/moderations",
                body,
                content_type="application/json",
                headers={"Authorization": f"Bearer {key}"},
            )

        body = ask("/errors").json()

        assert body["total"] == 3
        assert body["errors"][0] == {"code": "service_unknown", "status": 400, "calls": 2}
        assert sum(one["calls"] for one in body["by_date"]) == 3
        assert ask("/errors", by="hour").json()["by_date"][0]["date"] == body["to"]
