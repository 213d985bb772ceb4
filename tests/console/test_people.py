import pytest
from django.urls import reverse

from config.accounts.models import Account, Membership, User
from config.accounts.operations import accounts
from config.audit.models import AuditRecord
from config.errors import NotAllowedNow
from tests.console.conftest import PASSWORD


def actions_of(account) -> list[str]:
    return list(AuditRecord.objects.owned_by(account).order_by("id").values_list("action", flat=True))


class TestMembers:
    @pytest.fixture
    def mei(self, db):
        return User.objects.create_user("mei", password=PASSWORD)

    def test_an_admin_adds_changes_and_removes(self, account, account_admin, mei):
        account_admin.post(reverse("admin:members"), {"username": "mei", "role": "reviewer"})
        member = Membership.objects.get(user=mei)
        account_admin.post(reverse("admin:member_role", args=[member.pk]), {"role": "rechecker"})
        member.refresh_from_db()
        assert member.role == "rechecker"

        account_admin.post(reverse("admin:member_remove", args=[member.pk]))

        assert not Membership.objects.filter(user=mei).exists()
        assert actions_of(account)[-3:] == ["member.set", "member.set", "member.removed"]

    def test_an_unknown_name_is_said_in_the_form(self, account_admin):
        answer = account_admin.post(reverse("admin:members"), {"username": "who", "role": "reviewer"})

        assert "There is no such user" in answer.content.decode()

    def test_the_last_admin_stays(self, make_member, signed_in):
        user = make_member("account_admin")
        client, member = signed_in(user), Membership.objects.get(user=user)

        answer = client.post(reverse("admin:member_remove", args=[member.pk]), follow=True)

        assert "at least one account admin" in answer.content.decode()
        assert Membership.objects.filter(pk=member.pk).exists()

    def test_an_unknown_role_is_a_message(self, account_admin, make_member):
        member = Membership.objects.get(user=make_member("viewer"))

        answer = account_admin.post(
            reverse("admin:member_role", args=[member.pk]), {"role": "emperor"}, follow=True
        )

        assert "This role does not exist" in answer.content.decode()

    def test_an_auditor_adds_nobody(self, make_member, signed_in, mei):
        client = signed_in(make_member("auditor"))

        answer = client.post(reverse("admin:members"), {"username": "mei", "role": "viewer"})

        assert answer.status_code == 403
        assert not Membership.objects.filter(user=mei).exists()


class TestAccounts:
    ADD = "/console/accounts/account/add/"

    @pytest.fixture
    def root(self, platform_admin, signed_in):
        return signed_in(platform_admin)

    def test_opening_one_is_audited_and_lets_the_apps_furnish_it(self, root, monkeypatch):
        furnished = []
        monkeypatch.setattr(accounts, "account_openers", [lambda **given: furnished.append(given["account"])])

        root.post(self.ADD, {"name": "New Town", "time_zone": "Asia/Shanghai", "is_active": "on"})

        opened = Account.objects.get(name="New Town")
        assert furnished == [opened]
        assert opened.time_zone == "Asia/Shanghai"
        assert actions_of(opened) == ["account.opened"]

    def test_an_opener_that_fails_opens_nothing(self, root, monkeypatch):
        def refuse(**_given):
            raise NotAllowedNow("No room.")

        monkeypatch.setattr(accounts, "account_openers", [refuse])

        answer = root.post(self.ADD, {"name": "New Town", "time_zone": "UTC", "is_active": "on"})

        assert "No room." in answer.content.decode()
        assert not Account.objects.filter(name="New Town").exists()

    def test_a_taken_uid_is_said_beside_the_field(self, root, account):
        answer = root.post(
            self.ADD, {"name": "Copy", "uid": account.uid, "time_zone": "UTC", "is_active": "on"}
        )

        assert answer.status_code == 200
        assert "uid" in answer.context["adminform"].form.errors

    def test_a_change_is_audited_with_before_and_after(self, root, account):
        address = reverse("admin:accounts_account_change", args=[account.pk])

        root.post(
            address, {"name": "Harbour", "time_zone": "UTC", "is_active": "on", "manual_review_on": "on"}
        )

        account.refresh_from_db()
        assert account.manual_review_on
        entry = AuditRecord.objects.owned_by(account).latest("id")
        page = root.get(reverse("admin:audit_auditrecord_change", args=[entry.pk])).content.decode()
        assert "Harbour Forum" in page
        assert "<ins>" in page

    def test_nobody_deletes_an_account(self, root, account):
        assert root.post(reverse("admin:accounts_account_delete", args=[account.pk])).status_code == 403


class TestUsers:
    @pytest.fixture
    def root(self, platform_admin, signed_in, account):
        return signed_in(platform_admin)

    def test_a_platform_admin_adds_and_changes_one(self, root, account):
        root.post(
            reverse("admin:accounts_user_add"),
            {"username": "mei", "password1": "long enough 9", "password2": "long enough 9"},
        )
        user = User.objects.get(username="mei")

        root.post(
            reverse("admin:accounts_user_change", args=[user.pk]),
            {
                "username": "mei",
                "email": "mei@example.org",
                "language": "zh-hans",
                "is_active": "on",
                "memberships-TOTAL_FORMS": "0",
                "memberships-INITIAL_FORMS": "0",
            },
        )

        user.refresh_from_db()
        assert (user.email, user.language) == ("mei@example.org", "zh-hans")
        assert actions_of(account)[-2:] == ["user.created", "user.changed"]

    def test_the_password_page_works(self, root, make_member):
        user = make_member("viewer")
        address = reverse("admin:auth_user_password_change", args=[user.pk])
        assert root.get(address).status_code == 200

        root.post(
            address, {"usable_password": "true", "password1": "long enough 9", "password2": "long enough 9"}
        )

        user.refresh_from_db()
        assert user.check_password("long enough 9")

    def test_a_missing_one_is_a_404(self, root):
        assert root.get(reverse("admin:accounts_user_change", args=[10**9])).status_code == 404
        assert root.get(reverse("admin:accounts_user_change", args=["x"])).status_code == 404


class TestProfile:
    def test_saves_the_person(self, make_member, signed_in):
        user = make_member("viewer")

        signed_in(user).post(reverse("admin:profile"), {"first_name": "Vera", "is_superuser": "on"})

        user.refresh_from_db()
        assert user.first_name == "Vera"
        assert not user.is_superuser

    def test_changes_the_password_and_keeps_the_session(self, make_member, signed_in):
        user = make_member("viewer")
        here, elsewhere = signed_in(user), signed_in(user)

        here.post(
            reverse("admin:profile"),
            {"old_password": PASSWORD, "new_password1": "long enough 9", "new_password2": "long enough 9"},
        )

        assert here.get("/console/").status_code == 200
        assert elsewhere.get("/console/").status_code == 302

    def test_asks_for_the_old_password(self, make_member, signed_in):
        user = make_member("viewer")

        answer = signed_in(user).post(
            reverse("admin:profile"),
            {"old_password": "guess", "new_password1": "long enough 9", "new_password2": "long enough 9"},
        )

        assert answer.status_code == 200
        user.refresh_from_db()
        assert user.check_password(PASSWORD)
