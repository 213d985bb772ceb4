"""Feedback on results: by people in the console, by clients over the API."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from config.accounts import authentication, rates
from config.accounts.roles import Role
from config.audit.models import AuditRecord
from config.uuid7 import uuid7
from moderation.learning.examples import gather
from moderation.operations.human_verdict import LabelUnknown
from review.models import Feedback
from review.operations.feedback import (
    FeedbackGiven,
    FeedbackMismatch,
    FeedbackUnknown,
    FeedbackWithdrawn,
    NoteTooLong,
    feedback_counts,
    feedback_samples,
    give_feedback,
    withdraw_feedback,
)
from tests.factories import NOW, make_account, make_key, make_user
from tests.moderation.results_made import image_service, store

pytestmark = pytest.mark.django_db
WRONG, MISSED = "false_positive", "missed_violation"


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def ann(account):
    return make_user("ann", account=account)


@pytest.fixture
def hit(account):
    return store(account, "pt_to_contact", "contraband_gambling")


@pytest.fixture
def clean(account):
    return store(account)


def say(result, kind, actor, label="", note="", now=NOW):
    return give_feedback(result=result, kind=kind, label=label, note=note, actor=actor, now=now)


class TestGivingFeedback:
    def test_keeps_who_said_what_and_when(self, hit, ann):
        feedback = say(hit, WRONG, ann, "pt_to_contact", " A quoted number ")

        assert (feedback.kind, feedback.label, feedback.note) == (WRONG, "pt_to_contact", "A quoted number")
        assert (feedback.giver, feedback.given_at, feedback.level) == (ann, NOW, "high")
        told = AuditRecord.objects.owned_by(hit.account).filter(action="feedback.given").get()
        assert told.actor_user == ann and '"pt_to_contact"' in told.body

    def test_changes_no_verdict(self, hit, ann):
        say(hit, WRONG, ann)

        hit.refresh_from_db()
        assert (hit.level, hit.human_outcome) == ("high", "")

    def test_said_twice_stands_once(self, hit, ann):
        assert say(hit, WRONG, ann, note="a") == say(hit, WRONG, ann, note="a")
        assert AuditRecord.objects.filter(action="feedback.given").count() == 1

    def test_of_another_mind_is_told_to_withdraw_first(self, hit, ann):
        say(hit, WRONG, ann, "pt_to_contact")

        with pytest.raises(FeedbackGiven):
            say(hit, WRONG, ann, "contraband_gambling")

    def test_of_both_kinds_may_stand(self, hit, ann):
        say(hit, WRONG, ann, "pt_to_contact")
        say(hit, MISSED, ann, "contraband_drug")

        assert Feedback.objects.open().count() == 2

    @pytest.mark.parametrize(
        ("kind", "label", "error"),
        [
            ("praise", "", FeedbackUnknown),
            (WRONG, "contraband_drug", FeedbackMismatch),
            (MISSED, "", FeedbackMismatch),
            (MISSED, "no_such_label", LabelUnknown),
            (MISSED, "pt_to_contact", FeedbackMismatch),
        ],
    )
    def test_that_does_not_fit_is_refused(self, hit, ann, kind, label, error):
        with pytest.raises(error):
            say(hit, kind, ann, label)

    def test_calls_no_safe_result_a_false_positive(self, clean, ann):
        with pytest.raises(FeedbackMismatch):
            say(clean, WRONG, ann)

    def test_takes_no_endless_note(self, clean, ann):
        with pytest.raises(NoteTooLong):
            say(clean, MISSED, ann, "pt_to_contact", "x" * 501)


class TestWithdrawing:
    def test_keeps_the_history(self, hit, ann, account):
        ben = make_user("ben", account=account)
        first = say(hit, WRONG, ann)
        withdraw_feedback(feedback=first, actor=ben, now=NOW + timedelta(hours=1))
        say(hit, WRONG, ann, "pt_to_contact", now=NOW + timedelta(hours=2))

        assert [one.withdrawer for one in Feedback.objects.order_by("id")] == [ben, None]
        assert AuditRecord.objects.filter(action="feedback.withdrawn", actor_user=ben).count() == 1

    def test_twice_is_told(self, hit, ann):
        feedback = say(hit, WRONG, ann)
        withdraw_feedback(feedback=feedback, actor=ann, now=NOW)

        with pytest.raises(FeedbackWithdrawn):
            withdraw_feedback(feedback=feedback, actor=ann, now=NOW)


class TestWhatTheDatabaseRefuses:
    @pytest.fixture
    def row(self, hit, ann):
        return {
            "account": hit.account, "result": hit, "request_id": hit.request_id, "service": hit.service,
            "content_type": "text", "level": "high", "kind": WRONG, "given_by": ann, "given_at": NOW,
        }  # fmt: skip

    @pytest.mark.parametrize(
        "changes",
        [
            {"kind": MISSED},
            {"given_by": None},
            {"withdrawn_at": NOW},
        ],
    )
    def test_is_what_makes_no_sense(self, row, changes):
        with pytest.raises(IntegrityError), transaction.atomic():
            Feedback.objects.create(**row | changes)

    def test_is_a_second_open_one_of_a_kind(self, row):
        Feedback.objects.create(**row)

        with pytest.raises(IntegrityError), transaction.atomic():
            Feedback.objects.create(**row)


def test_learning_and_figures_see_only_what_stands(account, hit, clean, ann):
    say(hit, WRONG, ann, "pt_to_contact")
    say(clean, MISSED, ann, "contraband_drug")
    withdraw_feedback(feedback=say(hit, MISSED, ann, "contraband_drug"), actor=ann, now=NOW)
    store(make_account(), "pt_to_contact")

    samples = [(one.kind, one.label, one.result.content) for one in feedback_samples(account=account)]
    counts = feedback_counts(account=account, starts_at=NOW, ends_at=NOW + timedelta(days=1))

    assert samples == [(WRONG, "pt_to_contact", "a text"), (MISSED, "contraband_drug", "a text")]
    assert counts == [
        {"kind": WRONG, "label": "pt_to_contact", "given": 1},
        {"kind": MISSED, "label": "contraband_drug", "given": 1},
    ]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_disagree_at_once_one_is_told():
    account = make_account()
    hit = store(account, "pt_to_contact", "contraband_gambling")
    people = [make_user(account=account) for _number in range(2)]
    start, told = threading.Barrier(2), []

    def speak(person, label):
        start.wait()
        try:
            say(hit, WRONG, person, label)
        except FeedbackGiven as error:
            told.append(error)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=speak, args=pair)
        for pair in zip(people, ["pt_to_contact", "contraband_gambling"], strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(told) == Feedback.objects.open().count() == 1


class TestTheApi:
    @pytest.fixture(autouse=True)
    def fresh_process(self):
        authentication._known.clear()
        rates._lots.clear()

    @pytest.fixture
    def call(self, account):
        key = make_key(account)
        headers = {"Authorization": f"Bearer {key.token}"}

        def send(method, result, body=None, query=""):
            return getattr(Client(), method)(
                f"/api/v1/results/{result.request_id}/feedback{query}",
                data=json.dumps(body or {}) if method == "post" else None,
                content_type="application/json",
                headers=headers,
            )

        return send

    def test_gives_lists_and_withdraws(self, call, hit):
        given = call("post", hit, {"kind": WRONG, "label": "pt_to_contact", "note": "quoted"})
        again = call("post", hit, {"kind": WRONG, "label": "pt_to_contact", "note": "quoted"})
        withdrawn = call("delete", hit, query=f"?kind={WRONG}")
        listed = call("get", hit)

        assert given.status_code == 200 and given.json() == again.json()
        assert given.json()["withdrawn_at"] is None
        assert withdrawn.json()["withdrawn_at"]
        assert listed.json() == {"feedback": [withdrawn.json()]}
        assert Feedback.objects.get().given_by_key is not None

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ({"kind": "praise"}, "feedback_unknown"),
            ({}, "invalid"),
            ({"kind": MISSED}, "feedback_mismatch"),
            ({"kind": MISSED, "label": "no_such_label"}, "label_unknown"),
            ({"kind": WRONG, "note": "x" * 501}, "feedback_note_too_long"),
        ],
    )
    def test_refuses_by_code(self, call, hit, body, code):
        answer = call("post", hit, body)

        assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)

    def test_withdraws_nothing_that_was_not_given(self, call, hit):
        assert call("delete", hit, query=f"?kind={MISSED}").status_code == 404
        assert call("delete", hit).json()["error"]["code"] == "feedback_unknown"

    def test_asks_which_service_is_meant(self, account, call):
        request = uuid7()
        first, _second = (
            store(
                account, "pornographic_adultContent", service=image_service(account, code), request_id=request
            )
            for code in ("albums", "avatars")
        )

        unclear = call("post", first, {"kind": WRONG})
        clear = call("post", first, {"kind": WRONG}, "?service=avatars")

        assert unclear.json()["error"]["code"] == "service_ambiguous"
        assert clear.json()["service"] == "avatars"

    def test_does_not_reach_another_accounts_result(self, call):
        assert call("post", store(make_account(), "pt_to_contact"), {"kind": WRONG}).status_code == 404

    def test_needs_the_right_to_write(self, account, hit):
        token = make_key(account, scopes=["results:read"]).token

        answer = Client().post(
            f"/api/v1/results/{hit.request_id}/feedback",
            data=json.dumps({"kind": WRONG}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )

        assert answer.json()["error"]["code"] == "scope_missing"


class TestTheConsole:
    def sign_in(self, account, role):
        client = Client()
        client.force_login(make_user(account=account, role=role))
        return client

    def address(self, result, kind):
        return reverse("admin:review_feedback", args=[result.pk]) + f"?kind={kind}"

    def test_viewers_and_auditors_may_not_give_any(self, account, hit):
        for role in (Role.VIEWER, Role.AUDITOR):
            client = self.sign_in(account, role)
            assert client.get(self.address(hit, WRONG)).status_code == 403
            assert client.post(self.address(hit, WRONG), {}).status_code == 403

    def test_a_missed_violation_needs_its_label(self, account, clean):
        client = self.sign_in(account, Role.REVIEWER)

        refused = client.post(self.address(clean, MISSED), {"note": "look again"})
        client.post(self.address(clean, MISSED), {"label": "contraband_drug", "note": "look again"})

        assert refused.status_code == 400 and "look again" in refused.text
        assert Feedback.objects.get().label == "contraband_drug"

    def test_leads_back_to_our_own_pages_only(self, account, hit):
        client = self.sign_in(account, Role.REVIEWER)
        detail = reverse("admin:moderation_moderationresult_change", args=[hit.pk])

        for back, lands in [("/console/results/?level=high", "/console/results/?level=high"),
                            ("https://evil.example/", detail), ("//evil.example/", detail)]:  # fmt: skip
            answer = client.post(self.address(hit, WRONG), {"back": back})
            assert answer.headers["Location"] == lands

    def test_of_another_account_is_not_there(self, account):
        foreign = store(make_account(), "pt_to_contact")
        given = say(foreign, WRONG, make_user(account=foreign.account))
        client = self.sign_in(account, Role.ACCOUNT_ADMIN)

        assert client.get(self.address(foreign, WRONG)).status_code == 404
        withdraw = reverse("admin:review_feedback_withdraw", args=[given.pk])
        assert client.post(withdraw).status_code == 404
        given.refresh_from_db()
        assert given.withdrawn_at is None


class TestLearning:
    """Feedback is a lesson for the account's own heads until a person decides."""

    def lessons(self, account, label="pt_to_contact"):
        return {one.pk: one.is_positive for one in gather(account=account, label=label) if one.is_judged}

    def test_what_was_missed_is_an_example_and_what_was_wrong_is_none(self, account, ann):
        wrong, whole, missed, other = (
            store(account, "pt_to_contact"),
            store(account, "pt_to_contact", "contraband_gambling"),
            store(account),
            store(account, "contraband_gambling"),
        )
        say(wrong, WRONG, ann, label="pt_to_contact")
        say(whole, WRONG, ann)
        say(missed, MISSED, ann, label="pt_to_contact")
        say(other, WRONG, ann, label="contraband_gambling")

        assert self.lessons(account) == {wrong.pk: False, whole.pk: False, missed.pk: True}

    def test_what_was_withdrawn_teaches_nothing(self, account, ann):
        feedback = say(store(account), MISSED, ann, label="pt_to_contact")
        withdraw_feedback(feedback=feedback, actor=ann, now=NOW)

        assert self.lessons(account) == {}
