"""Lists: constant queries, no counting over everything, paging by id."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.accounts.models import User
from config.accounts.operations.accounts import open_account, set_member
from config.accounts.operations.keys import issue_key
from config.audit.models import AuditRecord
from config.audit.records import record
from config.console import paging
from tests.console.conftest import NOW


def one_more(what, account, number):
    if what == "accounts_account_changelist":
        open_account(name=f"Account {number}", actor=None, now=NOW)
    elif what == "accounts_user_changelist":
        User.objects.create_user(f"user {number}")
    elif what == "api_keys":
        issue_key(account=account, name=f"key {number}", actor=None, now=NOW)
    elif what == "members":
        user = User.objects.create_user(f"user {number}")
        set_member(account=account, user=user, role="viewer", actor=None, now=NOW)
    else:
        record(account=account, actor=None, action=f"test.{number}", subject="test:1", now=NOW)


LISTS = [
    "accounts_account_changelist",
    "accounts_user_changelist",
    "audit_auditrecord_changelist",
    "api_keys",
    "members",
]


@pytest.mark.parametrize("page", LISTS)
def test_one_row_and_four_cost_the_same_queries(page, account, platform_admin, signed_in):
    client, address = signed_in(platform_admin), reverse(f"admin:{page}")
    one_more(page, account, 0)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address)
    for number in range(1, 4):
        one_more(page, account, number)

    with CaptureQueriesContext(connection) as more:
        client.get(address)

    assert len(more) == len(few)


class TestKeyset:
    ADDRESS = "/console/audit/auditrecord/"

    @pytest.fixture
    def many(self, account):
        for number in range(120):
            record(account=account, actor=None, action=f"test.{number % 2}", subject="test:1", now=NOW)
        return list(AuditRecord.objects.owned_by(account).order_by("-id").values_list("pk", flat=True))

    def walk(self, client, query=""):
        seen, address = [], self.ADDRESS + query
        while address:
            listed = client.get(address).context["cl"]
            seen += [entry.pk for entry in listed.result_list]
            address = listed.older_url and self.ADDRESS + listed.older_url
        return seen

    def test_walks_every_row_once(self, account_admin, many):
        newest = list(AuditRecord.objects.order_by("-id").values_list("pk", flat=True))

        assert self.walk(account_admin) == newest

    def test_keeps_the_filters_on_the_way(self, account_admin, many):
        assert len(self.walk(account_admin, "?action=test.1")) == 60

    @pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "²", "1 OR 1=1"])
    def test_takes_nonsense_as_no_cursor(self, account_admin, many, before):
        assert account_admin.get(self.ADDRESS, {"before": before}).status_code == 200

    def test_neither_counts_nor_skips(self, account_admin, many):
        with CaptureQueriesContext(connection) as queries:
            account_admin.get(self.ADDRESS, {"before": many[10]})

        said = " ".join(query["sql"] for query in queries)
        assert "COUNT(" not in said
        assert "OFFSET" not in said

    def test_the_list_comes_without_the_body_of_each_record(self, account_admin, many):
        assert "previous_hash" not in account_admin.get(self.ADDRESS).content.decode()


def test_counting_stops_at_the_cap(db, monkeypatch):
    monkeypatch.setattr(paging, "COUNT_CAP", 3)
    User.objects.bulk_create([User(username=f"user {number}") for number in range(5)])

    with CaptureQueriesContext(connection) as queries:
        paginator = paging.BigTablePaginator(User.objects.order_by("pk"), 2)
        assert paginator.count == 3

    assert paginator.is_capped
    assert "LIMIT 4" in queries[0]["sql"]


@pytest.mark.parametrize(
    "days, found",
    [
        ({"at_from": "2026-11-21"}, True),
        ({"at_to": "2026-11-21"}, True),
        ({"at_from": "2026-11-22"}, False),
        ({"at_to": "2026-11-20"}, False),
        ({"at_from": "x", "at_to": "9999-12-31"}, True),
    ],
)
def test_days_are_those_of_the_account(account, account_admin, days, found):
    account.time_zone = "Pacific/Kiritimati"
    account.save()

    answer = account_admin.get(TestKeyset.ADDRESS, days)

    assert bool(answer.context["cl"].result_list) is found
