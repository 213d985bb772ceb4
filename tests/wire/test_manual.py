"""Content for people alone through the unmodified SDK, and what a team outside hands in."""

import json
from uuid import uuid4

import pytest
from alibabacloud_green20220302 import client as green
from alibabacloud_green20220302 import models
from darabonba.exceptions import DaraException

from config.accounts.operations.keys import issue_key
from moderation.models import ModerationResult
from review.models import Decision, ReviewItem
from review.operations.decisions import decide
from review.operations.recheck import recheck
from review.operations.submit import cancel
from tests.factories import NOW, make_account, make_user, switch_manual_review
from tests.pictures import encode, scene
from tests.recordings import FILM, tone
from tests.wire.clients import client
from tests.wire.works import at_an_address, uploaded


@pytest.fixture(autouse=True)
def people(account):
    switch_manual_review(account)
    account.refresh_from_db()


@pytest.fixture
def sdk(served, key):
    return client(green, served, key)


def send(sdk, service, **facts):
    return sdk.manual_moderation(
        models.ManualModerationRequest(service=service, service_parameters=json.dumps(facts))
    ).body


def read(sdk, task_id, name="taskId"):
    asked = models.ManualModerationResultRequest(service_parameters=json.dumps({name: task_id}))
    return sdk.manual_moderation_result(asked).body


def hand_in(sdk, data, **facts):
    return sdk.manual_callback(
        models.ManualCallbackRequest(
            **{"channel": "team", "code": "200", "msg": "", "data": json.dumps(data)} | facts
        )
    ).body


class TestContentForPeople:
    def test_of_each_kind_waits_for_them(self, sdk, account):
        sent = {"textManualCheck": ("text", {"content": "Meet me at the old mill"})}
        files = {
            "imageManualCheck": ("image", encode(scene(1))),
            "audioManualCheck": ("audio", tone()),
            "videoManualCheck": ("video", FILM),
        }
        for service, (kind, data) in files.items():
            with at_an_address(data) as url:
                answer = send(sdk, service, url=url, dataId=f"{kind}-1")
            sent[service] = kind, answer
        named = uploaded(sdk, encode(scene(2)), "a.png")
        for facts in (named, {"url": "oss://" + "/".join(named.values())}):
            assert send(sdk, "imageManualCheck", **facts).code == 200
        kind, facts = sent["textManualCheck"]
        sent["textManualCheck"] = kind, send(sdk, "textManualCheck", dataId="text-1", **facts)
        for service, (kind, answer) in sent.items():
            item = ReviewItem.objects.select_related("service").get(task_id=answer.data.task_id)
            assert (answer.code, answer.data.data_id) == (200, f"{kind}-1")
            assert (item.account, item.content_type, item.service.code) == (account, kind, service)
            assert (item.mode, item.data_id) == ("human_only", f"{kind}-1")
            told = read(sdk, answer.data.task_id)
            assert (told.code, told.data.task_id, told.data.risk_level) == (280, answer.data.task_id, None)

    def test_is_told_as_people_decided_and_rechecked(self, sdk, account):
        task = send(
            sdk, "textManualCheck", content="Add me", dataId="t-1", callback="https://c.example/h", seed="s"
        )
        item = ReviewItem.objects.get()
        assert item.endpoint.url == "https://c.example/h"
        ann, lead = make_user(account=account), make_user(account=account, role="rechecker")
        decide(
            account=account, item_id=item.pk, reviewer=ann, outcome="block", label="pt_to_contact",
            reason="A number", now=NOW,
        )  # fmt: skip
        told = read(sdk, task.data.task_id)
        assert (told.code, told.data.data_id, told.data.risk_level) == (200, "t-1", "high")
        assert told.data.review_count == "1"
        assert [(one.label, one.description) for one in told.data.result] == [("pt_to_contact", "A number")]

        recheck(account=account, item_id=item.pk, reviewer=lead, outcome="pass", now=NOW)
        told = read(sdk, task.data.task_id, name="TaskId").data
        assert (told.risk_level, told.review_count, told.result[0].label) == ("none", "2", "nonLabel")

    def test_that_was_taken_back_or_is_anothers_has_no_result(self, sdk, served, account, key):
        task = send(sdk, "textManualCheck", content="Add me").data.task_id
        other = make_account()
        switch_manual_review(other)
        stranger = client(green, served, issue_key(account=other, name="x", actor=None, now=NOW))
        for who, number in ((stranger, task), (sdk, str(uuid4())), (sdk, "1")):
            told = read(who, number)
            assert (told.code, told.data) == (400, None)
        cancel(account=account, task_id=task, actor=key.key, now=NOW)
        assert read(sdk, task).code == 400

    def test_is_refused_with_a_reason_where_the_call_is_wrong(self, sdk, served, account):
        for service, facts in (
            ("textManualCheck", {}),
            ("imageManualCheck", {}),
            ("videoManualCheck", {"liveId": "l-1"}),
            ("audioManualCheck", {"url": "ftp://a.example/1"}),
            ("nothing", {"content": "x"}),
        ):
            told = send(sdk, service, **facts)
            assert (told.code >= 400, told.data) == (True, None), service
        reader = issue_key(account=account, name="r", actor=None, now=NOW, scopes=["results:read"])
        with pytest.raises(DaraException) as refused:
            send(client(green, served, reader), "textManualCheck", content="x")
        assert refused.value.code == "Forbidden"
        switch_manual_review(account, on=False)
        with pytest.raises(DaraException) as refused:
            send(sdk, "textManualCheck", content="x")
        assert refused.value.status_code == 403
        assert not ModerationResult.objects.exists()


class TestATeamOutside:
    def test_hands_in_what_it_decided_once(self, sdk, account, key):
        tasks = [send(sdk, "textManualCheck", content=f"Add me {n}").data.task_id for n in range(3)]
        found = [{"Label": "pt_to_contact", "Description": "A number"}]
        assert hand_in(sdk, {"TaskId": tasks[0], "RiskLevel": "high", "Result": found}).code == 200
        assert (
            hand_in(sdk, {"taskId": tasks[1], "RiskLevel": "none", "Result": [{"Label": "nonLabel"}]}).code
            == 200
        )
        by_request = str(ReviewItem.objects.get(task_id=tasks[2]).request_id)
        told = hand_in(sdk, {"RiskLevel": "none"}, req_id=by_request, msg="Seen whole")
        assert told.code == 200
        said = [(one.outcome, one.label, one.reason, one.note) for one in Decision.objects.order_by("id")]
        assert said == [
            ("block", "pt_to_contact", "A number", ""),
            ("pass", "", "", ""),
            ("pass", "", "", "Seen whole"),
        ]
        assert {one.reviewer_key for one in Decision.objects.all()} == {key.key}
        again = hand_in(sdk, {"TaskId": tasks[0], "RiskLevel": "none"})
        assert (again.code, read(sdk, tasks[0]).data.risk_level) == (400, "high")

    def test_is_refused_what_is_no_result(self, sdk, account):
        task = send(sdk, "textManualCheck", content="Add me").data.task_id
        assert hand_in(sdk, {"TaskId": task, "RiskLevel": "high"}).code == 400
        assert hand_in(sdk, {"TaskId": str(uuid4()), "RiskLevel": "none"}).code == 400
        for data, facts in (
            ({"TaskId": task, "RiskLevel": "certain"}, {}),
            ({"TaskId": task, "RiskLevel": "none"}, {"code": "500"}),
            ({"RiskLevel": "none"}, {}),
        ):
            with pytest.raises(DaraException):
                hand_in(sdk, data, **facts)
        assert not Decision.objects.exists()
