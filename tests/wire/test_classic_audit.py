"""Version 2017-08-23: what the account's own people mark, and what they make of the team's decisions."""

import pytest
from alibabacloud_green20170823 import client as console
from alibabacloud_green20170823 import models
from darabonba.exceptions import DaraException
from django.db import transaction

from config.accounts.operations.accounts import change_account
from moderation.models import MediaShot, MediaSlice
from moderation.values import Level, Rules
from review.models import Decision, ReviewItem
from review.operations.decisions import decide
from review.states import Mode
from tests.assets import make_asset, reviewed
from tests.factories import (
    NOW,
    RISKY,
    make_account,
    make_item,
    make_key,
    make_result,
    make_user,
    publish,
    service_of,
    switch_manual_review,
)
from tests.wire.clients import client

SHOWN = "2026-11-21 17:00:00"


@pytest.fixture
def account(account):
    """Whose clocks are eight hours ahead."""
    return change_account(account=account, changes={"time_zone": "Asia/Shanghai"}, actor=None, now=NOW)


def asked(served, key):
    return client(console, served, key)


class TestTheAuditList:
    def test_tells_what_the_machine_said(self, served, account, key):
        first, second = make_item(account, RISKY), make_item(account)
        api = asked(served, key)
        page = api.describe_audit_content(models.DescribeAuditContentRequest(page_size=1)).body
        assert (page.total_count, page.current_page, page.page_size) == (2, 1, 1)
        [newest] = page.audit_content_list
        assert newest.id == second.pk
        older = models.DescribeAuditContentRequest(page_size=1, current_page=2)
        [told] = api.describe_audit_content(older).body.audit_content_list
        assert (told.id, told.task_id, told.content) == (first.pk, str(first.request_id), RISKY)
        assert (told.biz_type, told.audit, told.audit_result) == ("comment_detection", 0, None)
        assert told.suggestion == {"high": "block"}.get(first.level, "review")
        assert {(one.scene, one.label) for one in told.results} == {("antispam", "ad")}
        assert told.request_time == SHOWN

    def test_is_narrowed(self, served, account, key):
        item = make_item(account, RISKY)
        result = item.result
        suggestion = {"high": "block"}.get(item.level, "review")
        api = asked(served, key)
        fitting = [
            {"resource_type": "text"}, {"suggestion": suggestion}, {"label": "ad"}, {"scene": "antispam"},
            {"biz_type": "comment_detection"}, {"task_id": str(result.request_id)},
            {"start_date": "2026-11-21 16:59:59", "end_date": "2026-11-21 17:00:00"},
        ]  # fmt: skip
        others = [
            {"resource_type": "image"}, {"suggestion": "pass"}, {"label": "porn"}, {"scene": "porn"},
            {"biz_type": "chat_detection"}, {"task_id": "nothing"}, {"audit_result": "block"},
            {"end_date": "2026-11-20"}, {"data_id": "x"},
        ]  # fmt: skip
        for number, some in ((1, fitting), (0, others)):
            for one in some:
                found = api.describe_audit_content(models.DescribeAuditContentRequest(**one)).body
                assert (found.total_count, len(found.audit_content_list)) == (number, number), one
        for wrong in ({"suggestion": "x"}, {"resource_type": "x"}, {"start_date": "x"}, {"image_id": "1"},
                      {"biz_type": "x"}, {"page_size": 101}, {"current_page": 0}):  # fmt: skip
            with pytest.raises(DaraException):
                api.describe_audit_content(models.DescribeAuditContentRequest(**wrong))
        foreign = asked(served, make_key(make_account()))
        assert foreign.describe_audit_content(models.DescribeAuditContentRequest()).body.total_count == 0


class TestMarks:
    def test_decide_items_with_all_that_follows(self, served, account, key):
        first, second, third = make_item(account), make_item(account), make_item(account)
        api = asked(served, key)
        block = models.MarkAuditContentRequest(
            ids=f"{first.pk},{second.pk}", audit_result="block", audit_illegal_reasons='["porn"]'
        )
        api.mark_audit_content(block)
        api.mark_audit_content(models.MarkAuditContentRequest(ids=str(third.pk), audit_result="pass"))
        made = {one.item_id: one for one in Decision.objects.owned_by(account)}
        assert [(made[one.pk].outcome, made[one.pk].category) for one in (first, second, third)] == [
            ("block", "porn"), ("block", "porn"), ("pass", "")
        ]  # fmt: skip
        assert made[first.pk].reviewer_key == key.key
        listed = models.DescribeAuditContentRequest(audit_result="block")
        told = api.describe_audit_content(listed).body.audit_content_list
        assert {(one.id, one.audit, one.audit_result) for one in told} == {
            (first.pk, 1, "block"), (second.pk, 1, "block")
        }  # fmt: skip
        assert told[0].audit_illegal_reasons == [made[told[0].id].label]

    def test_without_a_reason_follow_the_machine(self, served, account, key):
        items = [make_item(account), make_item(account)]
        ids = ",".join(str(one.pk) for one in items)
        asked(served, key).mark_audit_content(models.MarkAuditContentRequest(ids=ids, audit_result="block"))
        for item in items:
            item.refresh_from_db()
            assert (item.outcome, item.decided_label) == ("block", item.label)

    def test_are_refused(self, served, account, key):
        own, theirs = make_item(account), make_item(make_account())
        api = asked(served, key)
        wrong = [
            {"ids": str(theirs.pk), "audit_result": "pass"},
            {"ids": str(own.pk), "audit_result": "review"},
            {"ids": str(own.pk)},
            {"ids": "x", "audit_result": "pass"},
            {"audit_result": "pass"},
            {"ids": str(own.pk), "audit_result": "block", "audit_illegal_reasons": '["what?"]'},
        ]
        for one in wrong:
            with pytest.raises(DaraException):
                api.mark_audit_content(models.MarkAuditContentRequest(**one))
        weak = asked(served, make_key(account, scopes=["results:read"]))
        with pytest.raises(DaraException) as refused:
            weak.mark_audit_content(models.MarkAuditContentRequest(ids=str(own.pk), audit_result="pass"))
        assert refused.value.code == "Forbidden"
        assert Decision.objects.count() == 0
        both = models.MarkAuditContentRequest(ids=f"{own.pk},{theirs.pk}", audit_result="pass")
        with pytest.raises(DaraException) as partly:
            api.mark_audit_content(both)
        assert str(theirs.pk) in str(partly.value)
        assert Decision.objects.get().item == own


class TestTheStretchesOfARecording:
    def test_are_listed_and_mark_the_whole(self, served, account, key):
        with transaction.atomic():
            asset = reviewed(make_asset(account, data_id="clip"), "violation", labels=["pt_qrCode"])
        job = asset.jobs.get()
        job.job_id = asset.result.request_id
        job.save(update_fields=["job_id"])
        for number in range(3):
            MediaSlice.objects.create(
                account=account, job=job, start_ms=number * 2500, end_ms=number * 2500 + 2500,
                text=f"words {number}", level="high" if number else "none", labels=[],
            )  # fmt: skip
        seen = {"label": "pt_qrCode", "level": "high", "confidence": 91.0, "evidence": []}
        MediaShot.objects.create(
            account=account, job=job, at_ms=3100, kind="second", key="frame", width=64, height=36,
            level="high", verdicts=[{"service": "postImageCheck", "level": "high", "labels": [seen]}],
        )  # fmt: skip
        item = ReviewItem.objects.get(result=asset.result)
        api = asked(served, key)
        shown = models.DescribeAuditContentRequest(resource_type="video", scene="ad", label="qrcode")
        [told] = api.describe_audit_content(shown).body.audit_content_list
        [frame] = told.frame_results
        assert (told.id, told.data_id, told.url) == (item.pk, "clip", None)
        assert (frame.label, frame.offset) == ("qrcode", 3)
        assert frame.url.startswith(f"{served.url}/frames/")
        wanted = models.DescribeAuditContentItemRequest(task_id=str(job.job_id), page_size=2, current_page=2)
        page = api.describe_audit_content_item(wanted).body
        assert page.total_count == 3
        [last] = page.audit_content_item_list
        assert (last.sn, last.content, last.start_time, last.end_time) == (3, "words 2", "5", "8")
        assert (last.suggestion, last.audit, last.parent_task_id) == ("block", 0, str(job.job_id))
        marked = models.MarkAuditContentItemRequest(ids=str(last.id), audit_result="block")
        api.mark_audit_content_item(marked)
        item.refresh_from_db()
        assert (item.outcome, item.decided_label) == ("block", "pt_qrCode")
        [last] = api.describe_audit_content_item(wanted).body.audit_content_item_list
        assert (last.audit_result, last.audit_illegal_reasons) == ("block", ["pt_qrCode"])
        foreign = asked(served, make_key(make_account()))
        with pytest.raises(DaraException):
            foreign.mark_audit_content_item(marked)
        with pytest.raises(DaraException):
            foreign.describe_audit_content_item(wanted)


class TestTheRecheck:
    def test_is_listed_told_and_submitted(self, served, account, key):
        with pytest.raises(DaraException) as off:
            asked(served, key).get_audit_item_list(models.GetAuditItemListRequest())
        assert off.value.code == "Forbidden"
        account = switch_manual_review(account)
        made = [manual_item(account) for _number in range(2)]
        first, second = made
        reviewer = make_user(account=account)
        for item, outcome, label in ((first, "block", "pt_to_contact"), (second, "pass", "")):
            decide(account=account, item_id=item.pk, reviewer=reviewer, outcome=outcome, label=label, now=NOW)
        api = asked(served, key)
        page = api.get_audit_item_list(models.GetAuditItemListRequest(rcp_result="block")).body
        assert page.total_count == 1
        [told] = page.items
        assert (told.id, told.task_id, told.type, told.uid) == (
            first.pk, str(first.task_id), "text", account.uid
        )  # fmt: skip
        assert (told.rcp_result, told.rcp_risk_type, told.rcp_ts) == ("block", "pt_to_contact", SHOWN)
        assert (told.custom_result, told.content) == (None, first.result.content)
        detail = api.get_audit_item_detail(models.GetAuditItemDetailRequest(task_id=told.task_id)).body
        assert (detail.api_risk_type, detail.api_ts) == (first.label, SHOWN)
        assert detail.api_result in ("block", "review")
        said = [
            models.AuditItemSubmitRequestData(id=first.pk, custom_result="pass"),
            models.AuditItemSubmitRequestData(id=second.pk, custom_result="block", custom_risk_type="porn"),
        ]
        assert api.audit_item_submit(models.AuditItemSubmitRequest(data=said)).body.success is True
        both = {one.id: one for one in api.get_audit_item_list(models.GetAuditItemListRequest()).body.items}
        assert (both[first.pk].custom_result, both[first.pk].operator) == ("pass", f"key:{key.key.prefix}")
        assert (both[second.pk].custom_result, both[second.pk].rcp_result) == ("block", "pass")
        second.refresh_from_db()
        assert both[second.pk].custom_risk_type == second.recheck_label
        narrowed = {
            "custom_result": "block", "custom_risk_type": second.recheck_label, "type": "text",
            "task_id": str(second.task_id), "biz_type": "comment_detection",
        }  # fmt: skip
        for name, value in narrowed.items():
            found = api.get_audit_item_list(models.GetAuditItemListRequest(**{name: value})).body.items
            assert second.pk in {one.id for one in found}, name
        with pytest.raises(DaraException):
            api.audit_item_submit(models.AuditItemSubmitRequest(data=said[:1]))
        with pytest.raises(DaraException):
            api.audit_item_submit(models.AuditItemSubmitRequest(data=[]))
        foreign = asked(served, make_key(switch_manual_review(make_account())))
        for submitted in (said[:1], said):
            with pytest.raises(DaraException):
                foreign.audit_item_submit(models.AuditItemSubmitRequest(data=submitted))
        assert foreign.get_audit_item_list(models.GetAuditItemListRequest()).body.total_count == 0
        with pytest.raises(DaraException):
            foreign.get_audit_item_detail(models.GetAuditItemDetailRequest(task_id=told.task_id))


def manual_item(account):
    """Of human-machine review: what the machine found goes on to the team."""
    service = service_of(account)
    rules = service.current_version.rules
    if not rules.manual_levels:
        publish(service, rules_with(rules, manual_levels=frozenset({Level.HIGH, Level.MEDIUM, Level.LOW})))
    result = make_result(account, f"{RISKY} ({ReviewItem.objects.count()})")
    item = ReviewItem.objects.select_related("result").get(result=result)
    assert item.mode == Mode.HUMAN_MACHINE
    return item


def rules_with(rules: Rules, **changes) -> Rules:
    return Rules.from_json(rules.to_json() | {name: sorted(value) for name, value in changes.items()})
