import csv
import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from config.accounts.roles import Role
from config.audit.models import AuditRecord
from stats.operations import fold
from tests.factories import make_account, make_user, service_of
from tests.stats.results import clean, hit

pytestmark = pytest.mark.django_db
PAGE, EXPORT, RESULTS = "/console/usage/", "/console/usage/export/", "/console/results/"


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def signed_in(client, account):
    client.force_login(make_user(account=account, role=Role.VIEWER))
    return client


@pytest.fixture
def today():
    return timezone.now()


def fill(account, now, *, days=3):
    for back in range(days):
        for _number in range(2):
            clean(account, at=now - timedelta(days=back))
        hit(account, "pt_to_contact", "customized", at=now - timedelta(days=back))
    hit(account, "pt_to_sites", service="chat_detection", at=now)


def page(client, **query):
    answer = client.get(PAGE, query)
    assert answer.status_code == 200
    return answer.content.decode()


def tags(html, name, css):
    return re.findall(rf"<{name}[^>]*class=\"[^\"]*\b{css}\b[^\"]*\"[^>]*>", html)


class TestUsagePage:
    def test_shows_a_column_per_day(self, signed_in, account, today):
        fill(account, today)

        html = page(signed_in)

        assert len(tags(html, "g", "usage-column")) == 14
        assert len(tags(html, "rect", "usage-hits")) == 3
        assert f"{today:%Y-%m-%d %a}\nCalls: 4\nHit: 2 (50.0%)\nDid not hit: 2\n" in html

    def test_columns_lead_to_the_results_behind_them(self, signed_in, account, today):
        fill(account, today)

        day = f"{RESULTS}?from={today:%Y-%m-%d}&amp;to={today:%Y-%m-%d}&amp;source=api%2Cconsole"
        html = page(signed_in)

        assert f'<a href="{day}" tabindex="-1"><rect class="usage-area"' in html
        assert (
            f'<a href="{day}&amp;label=%21%3DnonLabel" tabindex="-1"><rect class="usage-part usage-hits"'
            in html
        )
        assert f'<a href="{day}&amp;level=none" tabindex="-1"><rect class="usage-part usage-clean"' in html

    def test_shows_a_tile_per_label_the_largest_first(self, signed_in, account, today):
        fill(account, today)

        html = page(signed_in)

        tiles = re.findall(r'label=(\w+)" tabindex="-1"><g class="usage-tile usage-hue-(\d)"', html)
        assert tiles == [("customized", "2"), ("pt_to_contact", "1"), ("pt_to_sites", "1")]

    def test_can_be_read_as_tables(self, signed_in, account, today):
        fill(account, today)

        html = page(signed_in)

        assert html.count("<table") == 5
        assert html.count('<th scope="row"') == 3 + 2 + 2 + 3 + 2

    def test_by_month_a_column_leads_to_its_days(self, signed_in, account, today):
        fill(account, today, days=1)

        html = page(signed_in, by="month")

        assert len(tags(html, "g", "usage-column")) == 6
        assert f"?by=day&amp;from={today:%Y-%m}-01&amp;to={today:%Y-%m}-" in html

    def test_takes_only_the_services_asked_for(self, signed_in, account, today):
        fill(account, today)
        chat = service_of(account, "chat_detection")

        html = page(signed_in, service="chat_detection")

        assert f"{today:%Y-%m-%d %a}\nCalls: 1\nHit: 1 " in html
        assert f"service={chat.code}" in html
        assert "customized" not in html

    def test_compares_with_the_days_before(self, signed_in, account, today):
        for _number in range(2):
            clean(account, at=today - timedelta(days=7))
        for _number in range(3):
            clean(account, at=today)

        html = page(signed_in, **{"from": f"{today - timedelta(days=6):%Y-%m-%d}"})

        assert "+50.0%" in html and "before: 2" in html

    def test_of_an_account_without_calls_says_what_to_do(self, signed_in):
        assert "POST /api/v1/texts/moderations" in page(signed_in)

    def test_of_a_range_without_calls_says_so(self, signed_in, account, today):
        clean(account, at=today - timedelta(days=40))

        assert "No calls in this range" in page(signed_in)

    @pytest.mark.parametrize(
        "query, said",
        [
            ({"from": "2026-01-01", "to": "2026-06-01"}, "The range is too long"),
            ({"from": "nonsense"}, "A range is two days"),
            ({"service": "unknown"}, "no such service"),
        ],
        ids=["too long", "no date", "no service"],
    )
    def test_what_is_wrong_is_said_beside_the_form(self, signed_in, query, said):
        html = page(signed_in, **query)

        assert said in html and 'name="from"' in html

    def test_runs_under_the_content_security_policy(self, signed_in, account, today):
        fill(account, today)
        answer = signed_in.get(PAGE)
        svgs = re.findall(r"<svg class=\"usage.*?</svg>", answer.content.decode(), re.DOTALL)

        assert "style-src 'self'" in answer.headers["Content-Security-Policy"]
        assert len(svgs) == 2 + 2
        assert not [svg for svg in svgs if "style=" in svg or "<script" in svg]

    def test_is_chinese_for_who_reads_chinese(self, signed_in, account, today):
        fill(account, today)
        signed_in.post("/console/language/", {"language": "zh-hans"})

        html = page(signed_in)

        assert "引流" in html or "联系方式" in html

    def test_costs_the_same_for_little_and_for_much(
        self, signed_in, account, today, django_assert_num_queries, django_assert_max_num_queries
    ):
        hit(account, at=today)
        page(signed_in)
        with django_assert_max_num_queries(20) as little:
            page(signed_in)
        fill(account, today, days=10)
        fold(now=today)
        fill(account, today, days=4)

        with django_assert_num_queries(len(little)):
            page(signed_in)

    def test_is_for_those_who_may_see_figures(self, client):
        client.force_login(make_user(account=None))

        assert client.get(PAGE).status_code in (302, 403)
        assert client.get(EXPORT).status_code in (302, 403)


class TestExport:
    def expected(self, account, today):
        day = f"{today:%Y-%m-%d}"
        yesterday = f"{today - timedelta(days=1):%Y-%m-%d}"
        return [
            [account.uid, "comment_detection", 3, yesterday],
            [account.uid, "chat_detection", 1, day],
            [account.uid, "comment_detection", 3, day],
        ]

    def rows_of_csv(self, answer):
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        header, *rows = csv.reader(io.StringIO(text))
        return header, sorted(rows, key=lambda row: (row[3], row[1]))

    def test_csv_holds_what_was_called(self, signed_in, account, today):
        fill(account, today, days=2)

        answer = signed_in.get(EXPORT, {"format": "csv"})

        header, rows = self.rows_of_csv(answer)
        assert header == ["Account UID", "Service", "Usage", "Date"]
        assert rows == [list(map(str, row)) for row in self.expected(account, today)]
        assert answer.headers["Content-Disposition"].endswith(f'{today:%Y-%m-%d}.csv"')

    def test_excel_holds_the_same(self, signed_in, account, today):
        fill(account, today, days=2)

        answer = signed_in.get(EXPORT, {"format": "xlsx"})

        sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
        header, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert header == ["Account UID", "Service", "Usage", "Date"]
        assert sorted(rows, key=lambda row: (row[3], row[1])) == self.expected(account, today)

    def test_by_month_dates_are_months(self, signed_in, account, today):
        fill(account, today, days=1)

        _header, rows = self.rows_of_csv(signed_in.get(EXPORT, {"by": "month"}))

        assert {row[3] for row in rows} == {f"{today:%Y-%m}"}

    def test_stands_in_the_audit_trail(self, signed_in, account):
        signed_in.get(EXPORT, {"format": "xlsx", "service": "chat_detection"})

        entry = AuditRecord.objects.owned_by(account).get(action="usage.exported")
        assert '"format": "xlsx"' in entry.body and "chat_detection" in entry.body

    @pytest.mark.parametrize("query", [{"format": "pdf"}, {"from": "nonsense"}, {"service": "unknown"}])
    def test_what_cannot_be_exported_is_said_and_not_recorded(self, signed_in, account, query):
        answer = signed_in.get(EXPORT, query)

        assert answer.status_code == 302
        assert not AuditRecord.objects.owned_by(account).filter(action="usage.exported").exists()


class TestDashboard:
    def test_shows_today_beside_yesterday(self, signed_in, account, today):
        hit(account, at=today)
        clean(account, at=today)
        clean(account, at=today - timedelta(days=1))

        html = signed_in.get("/console/").content.decode()

        assert "Calls today" in html and "yesterday 1" in html
        assert "50.0%" in html
        assert len(tags(html, "g", "usage-column")) == 14
