"""Who sees which page: the roles' table, the sidebar, and other accounts' rows."""

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from config.accounts.models import Membership
from config.accounts.operations.keys import issue_key
from config.accounts.roles import Role
from config.audit.models import AuditRecord
from config.console import navigation
from tests.console.conftest import NOW

ROLES = [*Role.values, "platform_admin", "nobody"]
EVERYBODY = set(ROLES)
PLATFORM = {"platform_admin"}
PAGES = {
    "index": EVERYBODY,
    "profile": EVERYBODY,
    "api_keys": {"account_admin", "auditor", *PLATFORM},
    "api_key_new": {"account_admin", *PLATFORM},
    "members": {"account_admin", "auditor", *PLATFORM},
    "audit_auditrecord_changelist": {"account_admin", "auditor", *PLATFORM},
    "accounts_account_changelist": PLATFORM,
    "accounts_account_add": PLATFORM,
    "accounts_user_changelist": PLATFORM,
    "accounts_user_add": PLATFORM,
}


@pytest.fixture
def client_of(make_member, platform_admin, signed_in, django_user_model):
    def client_of(role):
        if role == "platform_admin":
            return signed_in(platform_admin)
        if role == "nobody":
            return signed_in(django_user_model.objects.create_user("stranger"))
        return signed_in(make_member(role))

    return client_of


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_its_pages_only(role, account, client_of):
    client = client_of(role)

    answers = {page: client.get(reverse(f"admin:{page}")).status_code for page in PAGES}

    assert answers == {page: 200 if role in allowed else 403 for page, allowed in PAGES.items()}


@pytest.mark.parametrize("role", ROLES)
def test_the_sidebar_offers_what_a_role_may_open(role, account, client_of):
    client = client_of(role)
    shown = {
        item["link"]
        for group in client.get("/console/").context["sidebar_navigation"]
        for item in group["items"]
    }

    for item in navigation._items.values():
        address = reverse(f"admin:{item.url_name}")
        # Without the manual review service its pages are not there at all.
        refused = (403, 404) if item.needs_manual_review else (403,)
        assert client.get(address).status_code in ((200,) if address in shown else refused), address


def test_visitors_are_sent_to_the_door(db, client):
    for page in PAGES:
        answer = client.get(reverse(f"admin:{page}"))
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("admin:login"))


def test_exactly_one_entry_is_marked_as_the_present_page(account_admin):
    addresses = [reverse("admin:members"), reverse("admin:api_key_new")]
    record = AuditRecord.objects.first()
    addresses.append(reverse("admin:audit_auditrecord_change", args=[record.pk]))

    for address in addresses:
        sidebar = account_admin.get(address).context["sidebar_navigation"]
        assert [item["active"] for group in sidebar for item in group["items"]].count(True) == 1


class TestOtherAccounts:
    @pytest.fixture
    def foreign(self, other_account, make_member):
        user = make_member("account_admin", of=other_account, username="theirs")
        return {
            "record": AuditRecord.objects.owned_by(other_account).first().pk,
            "key": issue_key(account=other_account, name="theirs", actor=None, now=NOW).key.pk,
            "member": Membership.objects.get(user=user).pk,
        }

    @pytest.mark.parametrize(
        "page, what",
        [
            ("audit_auditrecord_change", "record"),
            ("audit_auditrecord_history", "record"),
            ("audit_auditrecord_delete", "record"),
            ("api_key_rotate", "key"),
            ("api_key_revoke", "key"),
        ],
    )
    def test_a_foreign_row_is_not_there(self, account_admin, foreign, page, what):
        address = reverse(f"admin:{page}", args=[foreign[what]])

        assert account_admin.get(address).status_code in {404, 403 if "delete" in page else 404}
        assert account_admin.post(address).status_code in {404, 403}

    @pytest.mark.parametrize("page", ["member_role", "member_remove"])
    def test_a_foreign_member_is_not_there(self, account_admin, foreign, page):
        address = reverse(f"admin:{page}", args=[foreign["member"]])

        assert account_admin.post(address, {"role": "viewer"}).status_code == 404
        assert Membership.objects.get(pk=foreign["member"]).role == "account_admin"

    def test_a_missing_row_and_a_foreign_row_answer_alike(self, account_admin, foreign):
        theirs = account_admin.get(reverse("admin:audit_auditrecord_change", args=[foreign["record"]]))
        missing = account_admin.get(reverse("admin:audit_auditrecord_change", args=[10**9]))

        assert theirs.status_code == missing.status_code == 404

    def test_lists_show_no_foreign_row(self, account_admin, other_account, foreign):
        for page in ["audit_auditrecord_changelist", "api_keys", "members"]:
            body = account_admin.get(reverse(f"admin:{page}")).content.decode()
            assert "theirs" not in body
            assert other_account.uid not in body


class TestSwitchingAccounts:
    def test_takes_the_person_to_the_other_account(self, make_member, other_account, signed_in):
        user = make_member("viewer")
        Membership.objects.create(user=user, account=other_account, role="auditor", created_at=NOW)
        client = signed_in(user)

        client.post(reverse("admin:switch_account"), {"account": other_account.pk})

        assert client.get("/console/").context["current_account"] == other_account
        assert client.get(reverse("admin:audit_auditrecord_changelist")).status_code == 200

    @pytest.mark.parametrize("chosen", ["foreign", "0", "", "x", "²", "9" * 30])
    def test_refuses_what_is_not_offered(self, make_member, account, other_account, signed_in, chosen):
        client = signed_in(make_member("account_admin"))

        answer = client.post(
            reverse("admin:switch_account"), {"account": other_account.pk if chosen == "foreign" else chosen}
        )

        assert answer.status_code == 404
        assert client.get("/console/").context["current_account"] == account


def test_times_are_those_of_the_account(account, account_admin):
    account.time_zone = "Asia/Shanghai"
    account.save()
    entry = AuditRecord.objects.owned_by(account).first()

    body = account_admin.get(reverse("admin:audit_auditrecord_changelist")).content.decode()

    assert entry.at == NOW
    assert "2026-11-21 17:00:00" in body
    assert timezone.get_current_timezone_name() == "UTC"


def test_only_pages_made_for_the_console_are_taken():
    labels = {model._meta.app_label for model in admin.site._registry}

    assert not labels & {"auth", "django_q", "sessions"}


def test_no_row_is_looked_for_by_its_model_and_id_alone(platform_admin, signed_in):
    """Django would look for a row of any model there, also of one whose ids are no numbers."""
    client = signed_in(platform_admin)
    kinds = ContentType.objects.values_list("pk", flat=True)

    assert {client.get(f"/console/r/{pk}/27/").status_code for pk in kinds} == {404}
