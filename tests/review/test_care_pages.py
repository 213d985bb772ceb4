"""The pages of care: leads set the policy and lift limits; what one saw is theirs and the leads' to see."""

import pytest
from django.urls import reverse

from config.accounts.roles import Role
from config.audit.models import AuditRecord
from review.models import CarePolicy, Waiver
from review.operations.care import capped_groups, care_policy_of, note_exposure
from tests.factories import NOW, make_account, make_platform_admin, make_user

pytestmark = pytest.mark.django_db
CARE, OWN = "/console/care/", "/console/my-exposure/"


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def reviewer(account):
    return make_user("rita", account=account)


@pytest.fixture
def lead(account):
    return make_user("lea", account=account, role=Role.ACCOUNT_ADMIN)


@pytest.fixture
def as_lead(client, lead):
    client.force_login(lead)
    return client


def page_of(user):
    return reverse("admin:reviewer_exposure", args=[user.pk])


class TestPolicy:
    FORM = {
        "break_after_minutes": 45, "break_minutes": 10, "blurred": ["terrorist", "abusive"],
        "cap_severe": 60, "cap_terrorist": 30, "cap_abusive": "", "cap_religion": 0,
    }  # fmt: skip

    def test_is_saved_in_seconds_and_audited(self, as_lead, account, lead):
        assert as_lead.post(CARE, self.FORM).status_code == 302

        policy = CarePolicy.objects.owned_by(account).get()
        assert policy.caps == {"": 3600, "terrorist": 1800, "religion": 0}
        assert policy.blurred == ["terrorist", "abusive"]
        assert (policy.break_after_minutes, policy.break_minutes) == (45, 10)
        told = AuditRecord.objects.owned_by(account).get(action="care.policy_set")
        assert told.actor_user == lead

    def test_that_changes_nothing_is_not_told_of(self, as_lead, account):
        as_lead.post(CARE, self.FORM)
        as_lead.post(CARE, self.FORM)

        assert AuditRecord.objects.owned_by(account).filter(action="care.policy_set").count() == 1

    def test_of_nothing_a_day_gives_none_of_a_type(self, as_lead, account, reviewer):
        as_lead.post(CARE, self.FORM)

        assert capped_groups(account, reviewer, NOW) == {"religion"}

    def test_comes_back_into_the_form(self, as_lead):
        as_lead.post(CARE, self.FORM)

        form = as_lead.get(CARE).context["form"]
        assert form["cap_severe"].value() == 60
        assert form["cap_abusive"].value() is None
        assert form["break_after_minutes"].value() == 45

    @pytest.mark.parametrize(
        "field, value",
        [("cap_terrorist", 1441), ("cap_severe", -1), ("cap_abusive", "many"), ("break_minutes", 0),
         ("break_minutes", 61), ("break_after_minutes", 9), ("break_after_minutes", 481)],
    )  # fmt: skip
    def test_that_makes_no_sense_is_refused_beside_its_field(self, as_lead, account, field, value):
        answer = as_lead.post(CARE, self.FORM | {field: value})

        assert answer.status_code == 400
        assert answer.context["form"].errors.keys() == {field}
        assert care_policy_of(account).pk is None

    @pytest.mark.parametrize(
        "role", [Role.REVIEWER, Role.RECHECKER, Role.POLICY_ADMIN, Role.AUDITOR, Role.VIEWER]
    )
    def test_is_for_leads_alone(self, client, account, reviewer, role):
        client.force_login(make_user(account=account, role=role))

        for address in (CARE, page_of(reviewer)):
            assert client.get(address).status_code == 403
        assert client.post(CARE, self.FORM).status_code == 403
        assert client.post(reverse("admin:care_waive", args=[reviewer.pk])).status_code == 403

    def test_page_names_people_in_the_order_of_the_alphabet(self, as_lead, account):
        make_user("zoe", account=account)
        busy = make_user("bert", account=account)
        note_exposure(account=account, user=busy, seen={"terrorist": 600}, now=NOW)

        names = [person["user"].username for person in as_lead.get(CARE).context["people"]]
        assert names == ["bert", "lea", "zoe"]


class TestExposurePage:
    @pytest.fixture(autouse=True)
    def _seen(self, account, reviewer):
        CarePolicy.objects.create(account=account, caps={"": 120, "abusive": 600})
        note_exposure(
            account=account, user=reviewer, seen={"terrorist": 150, "abusive": 60}, items=4, now=NOW
        )

    def test_shows_a_reviewer_their_own_days(self, client, reviewer):
        client.force_login(reviewer)
        context = client.get(OWN).context

        assert [(one["name"], one["used"], one["cap"], one["is_over"]) for one in context["limits"]] == [
            ("All that is severe", 2.5, 2, True),
            ("Abusive", 1, 10, False),
        ]
        today = context["chart"].bars[-1].day
        assert (today.severe, today.other) == (2.5, 1)
        assert context["table"][0] == (NOW.date(), [2.5, 1])
        assert "may_waive" not in context

    def test_of_a_colleague_is_nobodys_but_a_leads(self, client, account, reviewer):
        client.force_login(make_user(account=account))
        assert client.get(page_of(reviewer)).status_code == 403
        assert client.get(OWN).context["has_seen"] is False

        client.force_login(make_user(account=account, role=Role.ACCOUNT_ADMIN))
        assert client.get(page_of(reviewer)).context["budget"].used == {"terrorist": 150, "abusive": 60}

    def test_of_somebody_of_another_account_is_not_there(self, as_lead):
        assert as_lead.get(page_of(make_user(account=make_account()))).status_code == 404

    def test_of_a_platform_admin_who_worked_here_is_there(self, as_lead, account):
        admin = make_platform_admin()
        assert as_lead.get(page_of(admin)).status_code == 404

        note_exposure(account=account, user=admin, seen={"abusive": 1}, now=NOW)
        assert as_lead.get(page_of(admin)).status_code == 200

    def test_lets_a_lead_lift_a_limit(self, as_lead, account, reviewer, lead):
        assert capped_groups(account, reviewer, NOW)

        as_lead.post(
            reverse("admin:care_waive", args=[reviewer.pk]),
            {"what": "cap:", "minutes": "30", "reason": "Nobody else is here"},
        )

        waiver = Waiver.objects.owned_by(account).get()
        assert (waiver.user, waiver.given_by, waiver.group) == (reviewer, lead, "")
        assert (waiver.until - NOW).total_seconds() == 1800
        assert capped_groups(account, reviewer, NOW) == frozenset()
        assert "Nobody else is here" in as_lead.get(page_of(reviewer)).content.decode()

    def test_does_not_let_leads_lift_their_own(self, as_lead, account, lead):
        assert not as_lead.get(page_of(lead)).context["may_waive"]

        as_lead.post(reverse("admin:care_waive", args=[lead.pk]), {"what": "cap:", "reason": "I want to"})

        assert not Waiver.objects.exists()
