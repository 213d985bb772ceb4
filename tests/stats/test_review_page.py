import csv
import io
import re

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from config.accounts.roles import Role
from config.audit.models import AuditRecord
from review.models import ReviewQueue
from stats.review_folding import fold_review
from tests.factories import make_account, make_key, make_user
from tests.stats.exported import export
from tests.stats.review_made import CONTACT, Review

pytestmark = pytest.mark.django_db
PAGE, ITEMS = "/console/review-statistics/", "/console/review-statistics/items/"
EXPORT, API = "/console/review-statistics/export/", "/api/v1/review/statistics"


@pytest.fixture
def review(db):
    return Review(make_account(), now=timezone.now())


@pytest.fixture
def signed_in(client, review):
    client.force_login(make_user(account=review.account, role=Role.ACCOUNT_ADMIN))
    return client


def page(client, **query):
    answer = client.get(PAGE, query)
    assert answer.status_code == 200
    return answer.content.decode()


def linked(html):
    """Every figure that leads to the items behind it."""
    found = re.findall(rf'<a href="({ITEMS}[^"]+)">([\d,]+)</a>', html)
    return [(link.replace("&amp;", "&"), int(count.replace(",", ""))) for link, count in found]


def listed(client, link):
    """All items of the list, page after page."""
    found = []
    while link:
        html = client.get(link).content.decode()
        found += re.findall(r'data-item="(\d+)"', html)
        older = re.findall(r'href="\?([^"]+)">Older', html)
        link = f"{ITEMS}?{older[0].replace('&amp;', '&')}" if older else ""
    return found


class TestPage:
    def test_says_what_was_done_in_each_queue(self, signed_in, review):
        review.decide(3, "block", CONTACT)
        review.decide(2, "pass")
        review.come_in(1)

        html = page(signed_in)

        assert re.search(r'data-figure="decided"><a [^>]+>5</a>', html)
        assert re.search(r'data-figure="opened">6<', html)
        assert "General" in html

    def test_tells_no_share_of_too_few(self, signed_in, review):
        review.decide(19, "block", CONTACT)

        told = r'data-figure="precision">–</p><p class="as-card-note">too few: 19 looked at'
        assert re.search(told, page(signed_in))

    def test_tells_a_share_with_its_interval_of_enough(self, signed_in, review):
        review.decide(18, "block", CONTACT)
        review.decide(2, "pass")

        html = page(signed_in)

        assert re.search(r'data-figure="precision">90.0%</p><p class="as-card-note">69.9% to 97.2%, 20', html)

    def test_every_figure_leads_to_exactly_the_items_behind_it(self, signed_in, review):
        review.a_busy_week()
        fold_review(now=review.now)

        found = linked(page(signed_in)) + linked(page(signed_in, service="chat_detection"))

        assert len(found) > 60
        assert [(link, count, len(set(listed(signed_in, link)))) for link, count in dict(found).items()] == [
            (link, count, count) for link, count in dict(found).items()
        ]

    def test_a_long_list_goes_on_page_after_page(self, signed_in, review):
        review.decide(120, "pass")

        assert len(set(listed(signed_in, f"{ITEMS}?what=decided"))) == 120
        assert len(set(listed(signed_in, f"{ITEMS}?machine=overruled"))) == 120

    def test_is_narrowed_to_a_queue(self, signed_in, review):
        review.decide(2, "pass")
        other = ReviewQueue.objects.create(account=review.account, name="Other", created_at=review.now)

        html = page(signed_in, queue=other.pk)

        assert re.search(r'data-figure="decided">0<', html)
        assert "Machine against people" not in html

    def test_by_month_a_column_leads_to_its_days(self, signed_in, review):
        review.decide(1, "pass")

        html = page(signed_in, by="month")

        assert html.count('class="rs-step"') == 6
        assert f"?by=day&amp;from={review.now:%Y-%m}-01" in html

    @pytest.mark.parametrize(
        "query", [{"from": "soon"}, {"by": "hour"}, {"queue": "42"}, {"service": "none"}]
    )
    def test_what_cannot_be_read_is_told_on_the_page(self, signed_in, query):
        assert 'role="alert"' in page(signed_in, **query)

    def test_is_for_those_who_may_see_statistics(self, client, review):
        client.force_login(make_user(account=make_account(), role=Role.VIEWER))

        assert re.search(r'data-figure="decided">0<', page(client))
        assert listed(client, f"{ITEMS}?what=decided") == []

    def test_never_names_a_person(self, signed_in, review):
        review.a_busy_week()

        html = page(signed_in) + signed_in.get(f"{ITEMS}?what=decided").content.decode()

        assert not any(f">{user.username}<" in html for user in review.users)


class TestExport:
    def test_has_a_row_per_day_and_queue(self, signed_in, review):
        review.decide(2, "block", CONTACT, handling_ms=4_000)

        answer = signed_in.get(EXPORT, {"format": "csv"})
        rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))

        assert [(row["Queue"], row["Came in"], row["Blocked"]) for row in rows] == [("General", "2", "2")]
        assert rows[0]["Mean active time (s)"] == "4.0"
        assert AuditRecord.objects.filter(action="review_statistics.exported").count() == 1

    def test_has_a_row_per_service_and_label(self, signed_in, review):
        review.decide(20, "block", CONTACT)

        answer = signed_in.get(EXPORT, {"format": "xlsx", "of": "labels"})
        sheet = load_workbook(io.BytesIO(b"".join(answer))).active
        headers, row = [[cell.value for cell in line] for line in sheet.iter_rows()]
        told = dict(zip(headers, row, strict=True))

        assert (told["Label"], told["Flagged, looked at"], told["Confirmed"]) == (CONTACT, 20, 1)
        assert told["Confirmed, from"] == 0.8389

    @pytest.mark.parametrize(
        ("kind", "told"),
        [
            ("review", {"Queue": "General", "Blocked": "3", "Passed": "1"}),
            ("machine", {"Label": CONTACT, "Blocked under this label": "3", "Passed by people": "1"}),
        ],
    )
    def test_comes_as_an_export_like_others(self, review, kind, told):
        review.decide(3, "block", CONTACT)
        review.decide(1, "pass")

        [row] = export(review.account, review.users[0], kind, "by=month", now=review.now)

        assert {name: row[name] for name in told} == told


class TestApi:
    def test_tells_what_the_page_tells(self, client, review):
        review.decide(18, "block", CONTACT, handling_ms=4_000)
        review.decide(2, "pass", handling_ms=4_000)
        token = make_key(review.account, scopes=["stats:read"]).token

        body = client.get(API, headers={"Authorization": f"Bearer {token}"}).json()

        assert (body["total"]["decided"], body["total"]["blocked"]) == (20, 18)
        assert body["handling"]["measured"] == 20
        assert 3.4 < body["handling"]["median_seconds"] < 4.1
        [label] = body["labels"]
        assert label["label"] == CONTACT
        assert label["precision"] == {"share": 0.9, "interval": [0.698966, 0.972134], "of": 20}
        assert body["queues"][0]["overturn"] == {"share": None, "interval": None, "of": 0}

    def test_needs_its_scope(self, client, review):
        token = make_key(review.account, scopes=["results:read"]).token

        assert client.get(API, headers={"Authorization": f"Bearer {token}"}).status_code == 403


class TestDashboard:
    def test_leads_see_how_review_does(self, signed_in, review):
        review.decide(20, "block", CONTACT)

        html = signed_in.get("/console/").content.decode()

        assert "Decided today" in html and "83.9% to 100.0%, 30 days" in html

    def test_reviewers_are_not_shown_it(self, client, review):
        client.force_login(make_user(account=review.account, role=Role.REVIEWER))

        assert "Decided today" not in client.get("/console/").content.decode()
