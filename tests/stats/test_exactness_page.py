"""The page on which people see whether the figures are right, and the command for those without a browser."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from config.accounts import authentication, rates
from config.accounts.roles import Role
from stats.exactness.checks import check_day
from stats.models import UsageCheck, UsageCounter, UsageDrift
from stats.operations import fold
from stats.periods import DAY, Period
from stats.reads import total
from tests.factories import make_account, make_key, make_user
from tests.stats.results import clean, hit

PAGE = "/console/usage/exactness/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def yesterday(account, now):
    """A day on which one call of three is counted twice."""
    at = now - timedelta(days=1)
    hit(account, "customized", at=at)
    clean(account, at=at)
    clean(account, service="chat_detection", at=at)
    fold(now=now)
    UsageCounter.objects.filter(service__code="chat_detection").update(calls=2)
    return at.date()


def sign_in(client, account, role):
    client.force_login(make_user(account=account, role=role))
    return client


def text_of(client):
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


class TestPage:
    def test_says_so_where_nothing_was_looked_at(self, client, account):
        assert "No day was looked at yet" in text_of(sign_in(client, account, Role.VIEWER))

    def test_shows_both_numbers_of_what_differs(self, client, account, yesterday, now):
        check_day(account=account, day=yesterday, now=now)

        page = text_of(sign_in(client, account, Role.VIEWER))

        assert 'data-figure="differing">1<' in page
        assert "chat_detection" in page and '<span class="as-tag as-tag-bad">+1</span>' in page
        assert f'data-day="{yesterday}"' in page
        assert "stats_exactness_mend" not in page and "Mend</button>" not in page

    def test_counts_a_day_anew_when_asked(self, client, account, yesterday):
        answer = sign_in(client, account, Role.VIEWER).post(
            f"{PAGE}check/", {"day": str(yesterday)}, follow=True
        )

        assert f"{yesterday} differs: see below." in answer.content.decode()
        assert UsageCheck.objects.get().state == "drift"

    def test_mends_a_day(self, client, account, yesterday, now):
        check_day(account=account, day=yesterday, now=now)
        sign_in(client, account, Role.ACCOUNT_ADMIN)
        assert "Mend</button>" in text_of(client)

        answer = client.post(f"{PAGE}mend/", {"day": str(yesterday)}, follow=True)

        page = answer.content.decode()
        assert f"{yesterday} is exact." in page and 'id="exactness-mended"' in page
        assert total(account=account, period=Period(DAY, yesterday, yesterday)).calls == 3
        assert not UsageDrift.objects.standing().exists()

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER, Role.POLICY_ADMIN, Role.AUDITOR])
    def test_only_those_who_manage_statistics_mend(self, client, account, yesterday, role):
        answer = sign_in(client, account, role).post(f"{PAGE}mend/", {"day": str(yesterday)})

        assert answer.status_code == 403
        assert UsageCounter.objects.get(service__code="chat_detection").calls == 2

    @pytest.mark.parametrize("day", ["", "yesterday", "2026-02-30", "9999-01-01", "3026-01-01"])
    def test_takes_only_days_up_to_today(self, client, account, day):
        sign_in(client, account, Role.ACCOUNT_ADMIN)

        for path in ("check/", "mend/"):
            answer = client.post(PAGE + path, {"day": day}, follow=True)
            assert "A range is two days" in answer.content.decode()
        assert not UsageCheck.objects.exists()

    def test_a_notice_stands_over_every_page_until_it_is_mended(self, client, account, yesterday, now):
        sign_in(client, account, Role.ACCOUNT_ADMIN)
        notice = "The figures of 1 day differ"
        assert notice not in client.get("/console/").content.decode()
        check_day(account=account, day=yesterday, now=now)

        assert notice in client.get("/console/").content.decode()

    def test_of_another_account_nothing_is_shown(self, client, account, yesterday, now):
        check_day(account=account, day=yesterday, now=now)

        assert "No day was looked at yet" in text_of(sign_in(client, make_account(), Role.VIEWER))


class TestCommand:
    def run(self, *arguments):
        out, errors = StringIO(), StringIO()
        call_command("usage_reconcile", *arguments, stdout=out, stderr=errors)
        return out.getvalue(), errors.getvalue()

    def test_names_what_differs_and_fails(self, account, yesterday):
        errors = StringIO()
        with pytest.raises(CommandError, match="1 figures differ in 7 days"):
            call_command("usage_reconcile", f"--account={account.uid}", stdout=StringIO(), stderr=errors)

        assert f"{yesterday} chat_detection api calls" in errors.getvalue()
        assert "2 counted, 1 recounted" in errors.getvalue()

    def test_mends_when_told_to(self, account, yesterday):
        out, _errors = self.run("--repair")
        assert f"{yesterday}: 1 figures mended" in out

        out, errors = self.run(f"--from={yesterday}", f"--to={yesterday}")
        assert "1 days, nothing differs." in out
        assert "3 calls counted, 3 results exist, 0 are gone" in out
        assert errors == ""

    def test_refuses_what_makes_no_sense(self, account):
        with pytest.raises(CommandError, match="no account with UID nobody"):
            self.run("--account=nobody")
        with pytest.raises(CommandError, match="later than"):
            self.run("--from=2026-11-02", "--to=2026-11-01")


class TestApi:
    @pytest.fixture(autouse=True)
    def fresh_process(self):
        authentication._known.clear()
        rates._lots.clear()

    def ask(self, client, account, **query):
        token = make_key(account, scopes=["stats:read"]).token
        return client.get("/api/v1/usage/exactness", query, headers={"Authorization": f"Bearer {token}"})

    def test_tells_days_and_what_differs(self, client, account, yesterday, now):
        check_day(account=account, day=yesterday, now=now)

        body = self.ask(client, account).json()

        (day,), (difference,) = body["days"], body["differences"]
        assert (day["date"], day["state"], day["counted"], day["results"]) == (str(yesterday), "drift", 4, 3)
        assert (difference["service"], difference["figure"]) == ("chat_detection", "calls")
        assert (difference["counted"], difference["recounted"]) == (2, 1)

    def test_tells_only_of_the_range_and_the_account(self, client, account, yesterday, now):
        check_day(account=account, day=yesterday, now=now)
        before = yesterday - timedelta(days=1)

        assert self.ask(client, account, **{"from": before, "to": before}).json()["days"] == []
        assert self.ask(client, make_account()).json()["differences"] == []
        assert self.ask(client, account, **{"from": "soon"}).status_code == 400


def test_drift_is_told_to_probes_and_metrics(client, account, yesterday, now, settings):
    check_day(account=account, day=yesterday, now=now - timedelta(seconds=settings.ASSAY_READY_MAX_AGE + 60))

    body = client.get("/readyz").json()

    assert body["status"] == "late"
    assert body["waiting"]["usage_drift"]["count"] == 1
    assert 'assay_waiting{kind="usage_drift"} 1.0' in client.get("/metrics").content.decode()
