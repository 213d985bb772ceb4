"""What people say of recordings of the library: the same, whichever way they come to say it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from config.accounts.roles import Role
from config.audit.models import AuditRecord
from config.audit.records import faults
from moderation.callbacks.events import read_events
from moderation.models import Callback, Event, MediaAsset, MediaAudit, ModerationResult
from moderation.operations.assets import remove_asset
from moderation.values import Level
from review.models import Decision, ReviewItem
from review.operations.decisions import decide
from review.operations.media_audits import Audit, AuditsMissing, AuditsTooMany, create_audits, history_of
from review.operations.recheck import recheck
from review.operations.undo import undo
from tests.assets import fresh, make_asset, reviewed
from tests.factories import (
    NOW,
    make_account,
    make_endpoint,
    make_item,
    make_key,
    make_user,
    publish,
    service_of,
)
from tests.review.sending import send_all

pytestmark = pytest.mark.django_db
SERVICES = ("videoDetection", "videoManualCheck")
LATER = NOW + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def kept_here(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def account():
    account = make_account()
    for code in SERVICES:
        service = service_of(account, code)
        publish(service, replace(service.current_version.rules, send_delay=0))
    return account


@pytest.fixture
def ann(account):
    return make_user("ann", account=account)


@pytest.fixture
def lead(account):
    return make_user("lead", account=account, role=Role.RECHECKER)


@pytest.fixture
def asset(account):
    return make_asset(account, data_id="video-81")


@pytest.fixture
def suspected(asset):
    """A machine found something, and people are to look: there is an open item."""
    rules = replace(service_of(asset.account).current_version.rules, review_levels=frozenset([Level.MEDIUM]))
    return reviewed(asset, "suspected", labels=["pt_qrCode"], rules=rules)


def audit(asset, actor, status="blocked", *, now=NOW, **words):
    [outcome] = create_audits(
        account=asset.account, audits=[Audit(asset.media_id, status, **words)], actor=actor, now=now
    )
    if outcome.refusal:
        raise outcome.refusal
    return outcome.audit


def told(kind="media.audited") -> list[dict]:
    return [event.payload for event in Event.objects.filter(type=kind).order_by("id")]


def stands(asset) -> tuple[str, str]:
    asset = fresh(asset)
    return asset.final, asset.state


class TestAnAudit:
    def test_decides_the_open_item_of_the_newest_result(self, suspected, ann):
        item = ReviewItem.objects.get()
        made = audit(suspected, ann, reason="A phone number is said", comment="At 0:07")

        decision = Decision.objects.get()
        assert (decision.item, decision.outcome, decision.label) == (item, "block", "pt_qrCode")
        assert (decision.reason, decision.note) == ("A phone number is said", "At 0:07")
        assert (made.decision_id, made.auditor, made.user) == (decision.pk, "ann", ann)
        assert stands(suspected) == ("block", "flagged")
        assert ModerationResult.objects.get().human_outcome == "block"

    def test_of_a_recording_that_no_machine_has_reviewed_has_an_item_of_its_own(self, asset, ann):
        audit(asset, ann, "normal", reason="Seen whole")

        item = ReviewItem.objects.get()
        assert (item.mode, item.state, item.outcome, item.data_id) == (
            "human_only",
            "decided",
            "pass",
            "video-81",
        )
        assert item.result.media["key"] == asset.key
        assert not item.result.is_judged
        assert stands(asset) == ("pass", "normal")

    def test_overrides_what_the_machine_found(self, asset, ann):
        found = reviewed(asset, "violation", labels=["pt_qrCode"])
        assert found.state == "flagged"

        audit(found, ann, "normal")

        assert stands(found) == ("pass", "normal")
        assert fresh(found).automated == "violation"

    def test_may_be_made_again_by_the_same_person_or_key_and_the_last_one_counts(self, asset, account):
        key = make_key(account).key
        for status in ("normal", "blocked", "normal", "blocked"):
            audit(asset, key, status)

        assert stands(asset) == ("block", "flagged")
        assert [one.status for one in history_of(asset).order_by("-id")] == ["blocked", "normal"] * 2
        assert [one["final"] for one in told()] == ["pass", "block"] * 2
        assert {one.auditor for one in asset.audits.all()} == {f"key:{key.prefix}"}

    def test_blocks_under_what_a_person_says_or_the_machine_found_or_in_general(self, account, ann):
        found = reviewed(make_asset(account), "violation", labels=["pt_qrCode_lib", "object_landmark"])
        audit(found, ann, category="porn")
        audit(found, ann, label="contraband_drug", now=LATER)
        audit(make_asset(account, kind="audio"), ann)
        labels = dict(Decision.objects.order_by("id").values_list("category", "label"))

        assert labels["porn"].startswith(("porn", "sexual"))
        assert labels[""] == "contraband_drug"
        assert "text_and_image_violation" in labels

    def test_writes_the_books_and_keeps_their_chain(self, suspected, ann):
        audit(suspected, ann)

        entry = AuditRecord.objects.get(action="review.decided")
        assert f'"media_id": "{suspected.media_id}"' in entry.body
        assert '"final": "block"' in entry.body
        assert list(faults(account=suspected.account)) == []

    def test_says_all_that_was_said(self, asset, ann):
        made = audit(asset, ann, reason="r" * 128, comment="c" * 512)

        assert (made.reason, made.comment) == ("r" * 128, "c" * 512)


class TestManyAudits:
    def test_are_a_hundred_at_once_each_told_once(self, account, ann):
        assets = [make_asset(account) for _number in range(100)]
        asked = [
            Audit(one.media_id, "blocked" if number % 2 else "normal") for number, one in enumerate(assets)
        ]
        outcomes = create_audits(account=account, audits=asked, actor=ann, now=NOW)

        assert [one.media_id for one in outcomes] == [one.media_id for one in assets]
        assert not any(one.refusal for one in outcomes)
        assert [one["media_id"] for one in told()] == [one.media_id for one in assets]
        assert MediaAsset.objects.filter(state="flagged").count() == 50
        assert MediaAudit.objects.count() == Decision.objects.count() == 100

    def test_are_refused_each_for_itself(self, account, ann):
        good, held, foreign, gone = (make_asset(one) for one in (account, account, make_account(), account))
        bob = make_user("bob", account=account)
        audit(held, ann)
        undo(account=account, decision_ids=[Decision.objects.get().pk], actor=ann, now=NOW)
        remove_asset(asset=gone, actor=None, now=NOW)
        asked = [
            Audit(good.media_id, "blocked"),
            Audit(good.media_id, "normal"),
            Audit(held.media_id, "normal"),
            Audit(foreign.media_id, "normal"),
            Audit(gone.media_id, "normal"),
            Audit("nothing", "normal"),
            Audit(good.media_id + "x", "perhaps"),
            Audit(make_asset(account).media_id, "normal", reason="r" * 129),
            Audit(make_asset(account).media_id, "blocked", category="no such"),
            Audit(make_asset(account).media_id, "normal"),
        ]
        outcomes = create_audits(account=account, audits=asked, actor=bob, now=NOW)

        assert [one.refusal and one.refusal.code for one in outcomes] == [
            None,
            "audit_twice",
            "held_by_another",
            "not_found",
            "not_found",
            "not_found",
            "audit_status_unknown",
            "audit_text_too_long",
            "category_unknown",
            None,
        ]
        # What was refused left nothing behind, not even the question.
        assert ReviewItem.objects.filter(state="waiting").count() == 0
        assert fresh(foreign).final == ""

    def test_are_at_least_one_and_at_most_a_hundred(self, account, ann):
        with pytest.raises(AuditsMissing):
            create_audits(account=account, audits=[], actor=ann, now=NOW)
        with pytest.raises(AuditsTooMany):
            create_audits(account=account, audits=[Audit("x", "normal")] * 101, actor=ann, now=NOW)


class TestADecisionInTheWorkbench:
    def test_does_the_same(self, suspected, ann):
        item = ReviewItem.objects.get()
        decide(
            account=suspected.account, item_id=item.pk, reviewer=ann, outcome="block",
            label="pt_qrCode", reason="Said aloud", note="0:07", now=NOW,
        )  # fmt: skip

        [made] = suspected.audits.all()
        assert (made.status, made.reason, made.comment, made.user) == ("blocked", "Said aloud", "0:07", ann)
        assert stands(suspected) == ("block", "flagged")
        [event] = told()
        assert event["audit"]["status"] == "blocked"
        assert (event["media_id"], event["state"], event["final"]) == (suspected.media_id, "flagged", "block")

    def test_is_undone_and_the_recording_falls_back_to_what_the_machine_said(self, suspected, ann):
        item = ReviewItem.objects.get()
        made = decide(account=suspected.account, item_id=item.pk, reviewer=ann, outcome="pass", now=NOW)
        assert stands(suspected) == ("pass", "normal")
        read_events(account=suspected.account, after=None, limit=10, now=LATER)

        undo(account=suspected.account, decision_ids=[made.pk], actor=ann, now=LATER)

        assert stands(suspected) == ("", "reviewing")
        [withdrawn] = suspected.audits.all()
        assert withdrawn.withdrawn_at == LATER
        first, correction = told()
        assert correction["audit"] is None
        assert correction["supersedes"] == withdrawn.event_id
        assert correction["state"] == "reviewing"

    def test_that_is_rechecked_adds_another(self, suspected, ann, lead):
        item = ReviewItem.objects.get()
        decide(account=suspected.account, item_id=item.pk, reviewer=ann, outcome="pass", now=NOW)
        made = recheck(
            account=suspected.account, item_id=item.pk, reviewer=lead, outcome="block",
            label="pt_qrCode", now=LATER,
        )  # fmt: skip
        assert stands(suspected) == ("block", "flagged")
        assert [one.status for one in suspected.audits.order_by("id")] == ["normal", "blocked"]
        first, second = told()
        assert second["supersedes"] == suspected.audits.order_by("id")[0].event_id

        undo(account=suspected.account, decision_ids=[made.pk], actor=lead, now=LATER)

        assert stands(suspected) == ("pass", "normal")
        assert told()[-1]["audit"]["status"] == "normal"

    def test_on_anything_else_touches_no_recording(self, account, ann):
        item = make_item(account)
        decide(account=account, item_id=item.pk, reviewer=ann, outcome="pass", now=NOW)

        assert not MediaAudit.objects.exists()
        assert told() == []


class TestTelling:
    def test_reaches_each_endpoint_once(self, suspected, ann):
        for dialect in ("standard", "vod", "vendor"):
            make_endpoint(suspected.account, dialect=dialect, events=["media.audited"])
        audit(suspected, ann, reason="A phone number")

        standard, vod, vendor = send_all(LATER)
        assert standard["type"] == "media.audited"
        assert standard["data"]["audit"]["reason"] == "A phone number"
        assert vod == {
            "EventType": "CreateAuditComplete",
            "EventTime": "2026-11-21T09:00:00Z",
            "MediaId": suspected.media_id,
            "Status": "success",
            "SubType": "video",
            "AuditStatus": "Blocked",
            "CreationTime": "2026-11-21T09:00:00Z",
            "Auditor": "ann",
            "Reason": "A phone number",
        }
        assert vendor["humanAuditResult"] == {
            "taskId": suspected.media_id,
            "dataId": "video-81",
            "suggestion": "block",
            "labels": [],
        }
        assert send_all(LATER) == []

    def test_waits_as_long_as_people_may_think_again(self, suspected, ann):
        service = service_of(suspected.account, SERVICES[0])
        publish(service, replace(service.current_version.rules, send_delay=8))
        make_endpoint(suspected.account, events=["media.audited"])
        made = audit(suspected, ann)
        assert send_all(NOW) == []

        undo(account=suspected.account, decision_ids=[made.decision_id], actor=ann, now=NOW)

        assert send_all(LATER) == []
        assert Callback.objects.get().state == "cancelled"
        assert told() == []
