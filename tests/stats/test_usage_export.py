"""The usage report as a file: as the counters and the raw rows say, with exactly the asked columns."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from config.accounts import rates
from config.accounts.roles import Role
from config.audit.models import AuditRecord
from moderation.models import ModerationResult
from moderation.operations.moderate import ServiceUnknown
from moderation.results_asked import FilterInvalid
from stats.exports.usage_rows import ColumnUnknown
from stats.models import Export, UsageCounter
from stats.operations import fold
from stats.periods import RangeTooLong
from tests.factories import NOW, make_account, make_key, make_user
from tests.stats.exported import export, rows_of
from tests.stats.results import clean, hit

pytestmark = pytest.mark.django_db
HEADERS = ["Account UID", "Service", "Usage", "Date"]
NOVEMBER = "by=day&from=2026-11-01&to=2026-11-21"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def ann(account):
    return make_user("ann", account=account, role=Role.POLICY_ADMIN)


@pytest.fixture
def month(account):
    """Three weeks of two services, a part of them folded; one online test, which does not count."""
    for number in range(60):
        at = NOW - timedelta(hours=8 * number)
        source = ("api", "console")[number % 2]
        if number % 3:
            clean(account, at=at, source=source, took_us=2000)
        else:
            hit(account, "pt_to_contact", *(["ad_spam"] if number % 2 else []), at=at, source=source)
        if number % 4 == 0:
            hit(account, "political_flag", service="nickname_detection", at=at)
        if number == 30:
            fold(now=NOW)
    clean(account, at=NOW, source="test")


def recount(account) -> Counter:
    """Of the raw rows, without the counters."""
    rows = ModerationResult.objects.owned_by(account).exclude(source="test")
    return Counter(
        (code, at.astimezone(UTC).date().isoformat())
        for code, at in rows.values_list("service__code", "created_at")
    )


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
class TestTheReport:
    def test_equals_the_raw_rows_and_the_counters(self, account, ann, month, kind):
        rows = export(account, ann, "usage", NOVEMBER, format=kind)

        assert list(rows[0]) == HEADERS
        assert {row["Account UID"] for row in rows} == {account.uid}
        found = {(row["Service"], row["Date"]): int(row["Usage"]) for row in rows}
        assert found == recount(account)
        while fold(now=NOW):
            pass
        folded = UsageCounter.objects.owned_by(account).exclude(source="test")
        assert sum(found.values()) == sum(folded.values_list("calls", flat=True))

    def test_is_the_same_at_once_and_in_the_background(self, account, ann, month, kind):
        client = Client()
        client.force_login(ann)

        answer = client.post(
            reverse("admin:stats_export_new"),
            {"kind": "usage", "format": kind, "by": "day", "from": "2026-11-01", "to": "2026-11-21"},
        )

        at_once = rows_of(b"".join(answer.streaming_content), kind)
        rows = export(account, ann, "usage", NOVEMBER, format=kind)
        assert at_once == [list(rows[0]), *(list(row.values()) for row in rows)]
        assert not Export.objects.exclude(state="ready").exists()


class TestMoreColumns:
    def test_stand_behind_the_report_in_their_own_order(self, account, ann):
        hit(account, "pt_to_contact", "ad_spam", took_us=1500)
        hit(account, "pt_to_contact", took_us=500)
        clean(account, took_us=1000)
        columns = ["labels", "mean_ms", "hit_share", "hits", "service_name", "high"]

        [row] = export(account, ann, "usage", "", columns=columns)

        assert list(row)[:4] == HEADERS
        assert list(row)[4:] == [
            "Service name", "Hits", "High risk", "Hit share", "Mean milliseconds", "Labels with hits",
        ]  # fmt: skip
        assert (row["Usage"], row["Hits"], row["High risk"]) == ("3", "2", "2")
        assert (row["Mean milliseconds"], row["Hit share"]) == ("1.0", "0.666667")
        assert row["Labels with hits"] == "pt_to_contact 2, ad_spam 1"

    def test_by_source_each_has_a_row_with_its_own_labels(self, account, ann, month):
        rows = export(account, ann, "usage", NOVEMBER, columns=["source", "labels", "hits"])

        assert {row["Source"] for row in rows} == {"API", "Console"}
        assert sum(int(row["Usage"]) for row in rows) == sum(recount(account).values())
        for row in rows:
            labels = dict(part.rsplit(" ", 1) for part in row["Labels with hits"].split(", ") if part)
            assert sum(map(int, labels.values())) >= int(row["Hits"])
            assert ("ad_spam" in labels) <= (row["Source"] == "Console")

    def test_are_there_by_hour_but_for_labels(self, account, ann):
        hit(account, at=NOW)
        asked = "by=hour&from=2026-11-21&to=2026-11-21"

        [row] = export(account, ann, "usage", asked, columns=["hits"])

        assert (row["Date"], row["Hits"]) == ("2026-11-21T09:00", "1")
        with pytest.raises(ColumnUnknown):
            export(account, ann, "usage", asked, columns=["labels"])

    def test_that_nobody_knows_are_refused(self, account, ann):
        with pytest.raises(ColumnUnknown):
            export(account, ann, "usage", columns=["salary"])


class TestFilters:
    @pytest.mark.parametrize(
        "query, calls",
        [
            (NOVEMBER, 75),
            (f"{NOVEMBER}&service=nickname_detection", 15),
            (f"{NOVEMBER}&service=nickname_detection&service=comment_detection", 75),
            (f"{NOVEMBER}&source=console", 30),
            (f"{NOVEMBER}&source=test", 1),
            (f"{NOVEMBER}&content_type=image", 0),
            (f"{NOVEMBER}&content_type=text,image&service=nickname_detection", 15),
            ("by=month&from=2026-11&to=2026-11", 75),
        ],
    )
    def test_leave_out_what_was_not_asked_for(self, account, ann, month, query, calls):
        assert sum(int(row["Usage"]) for row in export(account, ann, "usage", query)) == calls

    @pytest.mark.parametrize(
        "query, error",
        [
            ("service=none_such", ServiceUnknown),
            ("source=nowhere", FilterInvalid),
            ("from=2025-11-01&to=2026-11-21", RangeTooLong),
        ],
    )
    def test_that_cannot_be_are_refused(self, account, ann, query, error):
        with pytest.raises(error):
            export(account, ann, "usage", query)

    def test_days_are_those_of_the_account(self, account, ann):
        account.time_zone = "Asia/Shanghai"
        account.save()
        clean(account, at=datetime(2026, 11, 20, 17, tzinfo=UTC))

        [row] = export(account, ann, "usage")

        assert row["Date"] == "2026-11-21"


def test_a_year_is_more_than_the_page_shows_and_comes_in_the_background(account, ann):
    clean(account, at=NOW - timedelta(days=360))
    client = Client()
    client.force_login(ann)
    asked = {"kind": "usage", "format": "csv", "by": "day", "from": "2025-11-22", "to": "2026-11-21"}

    answer = client.post(reverse("admin:stats_export_new"), asked | {"columns": ["hits"]})

    assert answer.headers["Location"] == reverse("admin:stats_exports")
    made = Export.objects.get()
    assert (made.kind, made.columns, made.query) == (
        "usage",
        ["hits"],
        "by=day&from=2025-11-22&to=2026-11-21",
    )


class TestByApi:
    @pytest.fixture
    def call(self, account):
        rates._lots.clear()
        token = make_key(account).token
        client = Client(headers={"Authorization": f"Bearer {token}"})
        return client.get

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_a_short_range_is_the_answer(self, account, month, call, kind):
        answer = call(f"/api/v1/usage/report?{NOVEMBER}&format={kind}&column=hits")

        headers, *rows = rows_of(b"".join(answer.streaming_content), kind)
        assert headers == [*HEADERS, "Hits"]
        assert {(row[1], row[3]): int(row[2]) for row in rows} == recount(account)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert AuditRecord.objects.owned_by(account).filter(action="usage.exported").exists()

    def test_a_long_range_is_an_export(self, call):
        answer = call("/api/v1/usage/report?from=2026-01-01&to=2026-11-21")

        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "range_too_long")
