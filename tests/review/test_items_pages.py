"""The Audit and the Recheck page without a browser: who sees what, and what their buttons answer."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.accounts.roles import Role
from review.models import Decision, ReviewItem
from review.operations.decisions import decide
from tests.factories import RISKY, make_account, make_result, make_user
from tests.review.items_made import keep_item

pytestmark = pytest.mark.django_db
AUDIT, RECHECK = reverse("admin:review_audit"), reverse("admin:review_recheck")
AUDIT_ACT, RECHECK_ACT = reverse("admin:review_audit_act"), reverse("admin:review_recheck_act")
UNDO = reverse("admin:review_items_undo")
JSON = {"headers": {"Accept": "application/json"}}


@pytest.fixture
def account():
    account = make_account()
    account.manual_review_on = True
    account.save()
    return account


@pytest.fixture
def reviewer(account):
    return make_user("ann", account=account)


@pytest.fixture
def rechecker(account):
    return make_user("rex", account=account, role=Role.RECHECKER)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def rows(answer) -> list[str]:
    assert answer.status_code == 200
    return [piece.item.data_id for piece in answer.context["pieces"]]


def fresh(account, data_id="", *, back=0, **asked) -> ReviewItem:
    return keep_item(account, data_id=data_id, at=timezone.now() - timedelta(minutes=back), **asked)


class TestTheAuditPage:
    def test_shows_what_waits_newest_first(self, account, reviewer):
        make_result(account, RISKY, data_id="older", now=timezone.now() - timedelta(minutes=5))
        make_result(account, f"{RISKY}!", data_id="newer", now=timezone.now())
        fresh(account, "done", standing="pass", by=reviewer)
        fresh(account, "manual", mode="human_machine")

        assert rows(signed_in(reviewer).get(AUDIT)) == ["newer", "older"]

    def test_goes_on_with_older_ones_and_back(self, account, reviewer):
        for number in range(50):
            fresh(account, f"post-{number}", back=number)
        client = signed_in(reviewer)

        first = client.get(AUDIT)
        second = client.get(f"{AUDIT}?{first.context['older']}")

        assert rows(first) == [f"post-{number}" for number in range(48)]
        assert rows(second) == ["post-48", "post-49"]
        assert "49 to 50, newest first" in second.text

    def test_costs_as_many_queries_for_many_rows_as_for_one(
        self, account, reviewer, django_assert_max_num_queries
    ):
        for number in range(30):
            fresh(account, f"post-{number}", standing="pass", by=reviewer)
        client = signed_in(reviewer)
        client.get(AUDIT)

        with django_assert_max_num_queries(18):
            client.get(f"{AUDIT}?content_type=text&result=pass")

    def test_says_what_cannot_be_read(self, account, reviewer):
        fresh(account, "post")

        answer = signed_in(reviewer).get(f"{AUDIT}?content_type=text&request_id=42")

        assert rows(answer) == []
        assert "A request id is a UUID." in answer.text

    def test_is_for_those_who_decide(self, account):
        assert signed_in(make_user(account=account, role=Role.VIEWER)).get(AUDIT).status_code == 403

    def test_shows_hostile_text_as_text(self, account, reviewer):
        make_result(account, f"{RISKY} <script>alert(1)</script>\u202egnp", now=timezone.now())

        answer = signed_in(reviewer).get(AUDIT)

        assert "<script>alert" not in answer.text
        assert "&lt;script&gt;alert(1)" in answer.text and "RLO" in answer.text


class TestTheRecheckPage:
    def test_is_not_there_without_the_manual_review_service(self, account, rechecker):
        client = signed_in(rechecker)
        assert client.get(RECHECK).status_code == 200
        account.manual_review_on = False
        account.save()

        assert RECHECK not in client.get("/console/").text
        assert client.get(RECHECK, **JSON).status_code in (403, 404)
        make_result(account, RISKY, now=timezone.now())
        item, ann = ReviewItem.objects.get(), make_user(account=account)
        decide(account=account, item_id=item.pk, reviewer=ann, outcome="pass", now=timezone.now())
        refused = client.post(RECHECK_ACT, {"pass": item.pk}, **JSON)
        assert refused.json()["error"]["code"] == "manual_review_off"
        assert Decision.objects.count() == 1

    def test_shows_manual_items_in_every_state_and_audit_ones_when_asked(self, account, reviewer, rechecker):
        fresh(account, "waits", mode="human_machine", back=1)
        fresh(account, "passed", mode="human_only", standing="pass", by=reviewer, back=2)
        fresh(account, "audited", mode="audit", standing="block", by=reviewer, back=3)
        client = signed_in(rechecker)

        assert rows(client.get(RECHECK)) == ["waits", "passed"]
        assert rows(client.get(f"{RECHECK}?mode=audit")) == ["audited"]
        assert rows(client.get(f"{RECHECK}?content_type=text&result=pass")) == ["passed"]

    def test_disables_own_decisions_with_the_reason(self, account, rechecker):
        fresh(account, mode="human_machine", standing="pass", by=rechecker)

        [piece] = signed_in(rechecker).get(RECHECK).context["pieces"]

        assert "You decided this yourself" in piece.hindrance

    def test_is_for_those_who_recheck(self, account, reviewer):
        assert signed_in(reviewer).get(RECHECK).status_code == 403


class TestAnAction:
    def test_answers_a_script_with_the_pieces_and_what_undoes_it(self, account, reviewer):
        make_result(account, RISKY, now=timezone.now())
        item = ReviewItem.objects.get()

        told = signed_in(reviewer).post(AUDIT_ACT, {"pass": item.pk}, **JSON).json()

        decision = Decision.objects.get()
        assert told["said"] == "1 item passed." and told["refused"] == ""
        assert told["tokens"] == str(decision.pk)
        assert f'data-piece="{item.pk}"' in told["pieces"][str(item.pk)]

    def test_goes_back_to_the_list_and_nowhere_else(self, account, reviewer):
        make_result(account, RISKY, now=timezone.now())
        item, client = ReviewItem.objects.get(), signed_in(reviewer)

        answer = client.post(AUDIT_ACT, {"pass": item.pk, "back": "https://evil.example/"})
        assert answer["Location"] == f"{AUDIT}?done={Decision.objects.get().pk}"

        undone = client.post(
            UNDO, {"tokens": Decision.objects.get().pk, "back": f"{AUDIT}?result=pass&done=1"}
        )
        assert undone["Location"] == f"{AUDIT}?result=pass"
        assert ReviewItem.objects.get().state == "claimed"

    def test_with_nothing_chosen_or_a_foreign_item_does_nothing(self, account, reviewer):
        foreign, client = fresh(make_account(), "foreign"), signed_in(reviewer)

        assert client.post(AUDIT_ACT, {"outcome": "pass"}, **JSON).status_code == 400
        assert client.post(AUDIT_ACT, {"pass": foreign.pk}, **JSON).status_code == 404
        both = client.post(AUDIT_ACT, {"outcome": "pass", "items": [foreign.pk, 999999]}, **JSON).json()

        assert both["pieces"] == {} and both["refused"]
        assert not Decision.objects.exists()

    def test_of_a_recheck_tells_whoever_looked_at_an_older_decision(self, account, reviewer, rechecker):
        make_result(account, RISKY, now=timezone.now())
        item, now = ReviewItem.objects.get(), timezone.now()
        seen = decide(account=account, item_id=item.pk, reviewer=reviewer, outcome="pass", now=now)
        other = signed_in(make_user(account=account, role=Role.RECHECKER))
        pressed = {"block": f"{item.pk}-{seen.pk}", "outcome": "block", "category": "ad"}

        first = other.post(RECHECK_ACT, pressed, **JSON)
        late = signed_in(rechecker).post(RECHECK_ACT, {"pass": f"{item.pk}-{seen.pk}"}, **JSON)

        assert first.status_code == 200, first.content
        assert late.status_code == 409 and late.json()["error"]["code"] == "already_rechecked"
        assert ReviewItem.objects.get().effective_outcome == "block"


def test_details_of_another_account_are_not_there(account, reviewer):
    foreign = fresh(make_account(), "foreign")

    assert signed_in(reviewer).get(reverse("admin:review_item", args=[foreign.pk])).status_code == 404


def test_details_show_what_was_decided_on_the_same_content_and_take_notes(account, reviewer):
    make_result(account, RISKY, now=timezone.now())
    first = ReviewItem.objects.get()
    decide(account=account, item_id=first.pk, reviewer=reviewer, outcome="pass", now=timezone.now())
    twin = fresh(account, "twin")
    ReviewItem.objects.filter(pk=twin.pk).update(digest=first.digest)
    client, address = signed_in(reviewer), reverse("admin:review_item", args=[twin.pk])

    note = {"note": "Look <b>twice", "back": address}
    noted = client.post(reverse("admin:review_item_note", args=[twin.pk]), note)
    page = client.get(address)

    assert noted["Location"] == address
    assert [piece.item.pk for piece in page.context["same"]] == [first.pk]
    assert "Look &lt;b&gt;twice" in page.text and "ann" in page.text
