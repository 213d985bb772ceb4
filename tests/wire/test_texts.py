"""Texts through the SDK: what it reads is what was stored."""

import json
from uuid import UUID

import pytest
from alibabacloud_green20220302 import client as green
from alibabacloud_green20220302.models import TextModerationPlusRequest, TextModerationRequest
from alibabacloud_tea_openapi.models import GlobalParameters
from darabonba.exceptions import DaraException

from config.accounts.operations.keys import issue_key
from moderation.models import ModerationResult
from moderation.models.content import ContentType
from moderation.operations.services import create_service
from moderation.values import LabelRule, Level, Rules
from review.models import ReviewItem
from stats.models import RefusalDelta
from tests.factories import CLEAN, NOW, make_account, make_vocabulary, switch_manual_review
from tests.wire.clients import client

CODE = "guestbook"
ADVERT = "全新 contraband 到货，加我微信 abc_12345 领取优惠"


@pytest.fixture
def vocabulary(account):
    return make_vocabulary(account, words=["contraband", "smuggled"], name="Forbidden goods")


@pytest.fixture
def service(account, vocabulary):
    """Judged by engines and by a list; what it finds goes to people, and one label has nothing behind it."""
    return create_service(
        account=account,
        code=CODE,
        name="Guest book",
        description="",
        content_type=ContentType.TEXT,
        rules=Rules(
            labels={
                "pt_to_contact": LabelRule(),
                "contraband_drug": LabelRule(vocabularies=(vocabulary.pk,)),
                "religion_b": LabelRule(),
            },
            manual_levels=frozenset({Level.HIGH}),
        ),
        actor=None,
        now=NOW,
    )


@pytest.fixture
def sdk(served, key):
    return client(green, served, key)


def plain(sdk, service=CODE, **content):
    asked = TextModerationRequest(service=service, service_parameters=json.dumps(content))
    return sdk.text_moderation(asked)


def finer(sdk, service=CODE, **content):
    asked = TextModerationPlusRequest(service=service, service_parameters=json.dumps(content))
    return sdk.text_moderation_plus(asked)


def stored(answer) -> ModerationResult:
    return ModerationResult.objects.get(request_id=UUID(answer.body.request_id))


class TestTextModeration:
    def test_says_what_was_stored(self, sdk, account, service):
        switch_manual_review(account)
        answer = plain(
            sdk, content=ADVERT, dataId="comment-81", accountId=4711, deviceId="phone-1", ip="203.0.113.9"
        )
        body, result = answer.body, stored(answer)

        assert (body.code, body.message) == (200, "OK")
        assert (result.content, result.level) == (ADVERT, "high")
        assert (result.data_id, result.author_id) == ("comment-81", "4711")
        assert result.context == {"device_id": "phone-1", "ip": "203.0.113.9"}
        data = body.data
        assert (data.data_id, data.account_id, data.device_id) == ("comment-81", "4711", "phone-1")
        assert data.labels == ",".join(label["label"] for label in result.labels)
        assert set(data.labels.split(",")) == {"contraband_drug_lib", "pt_to_contact"}
        assert "Contact details for advertising" in data.descriptions
        assert UUID(data.manual_task_id) == ReviewItem.objects.get(result=result).task_id
        assert answer.headers["x-assay-uncovered"] == "religion_b"
        reason = json.loads(data.reason)
        assert reason["riskLevel"] == "high"
        assert (reason["customizedWords"], reason["customizedLibs"]) == ("contraband", "Forbidden goods")
        assert "abc_12345" in reason["adNums"]

    def test_names_no_label_where_there_is_no_risk(self, sdk, service):
        answer = plain(sdk, content=CLEAN)

        assert (answer.body.data.labels, answer.body.data.reason) == ("", "")
        assert answer.body.data.descriptions == "No risk found. Nothing could look for: religion_b"
        assert answer.body.data.manual_task_id is None
        assert stored(answer).level == "none"

    def test_speaks_the_language_that_is_asked_for(self, served, key, sdk, service):
        chinese = GlobalParameters(headers={"accept-language": "zh-CN"})
        answer = plain(client(green, served, key, global_parameters=chinese), content=ADVERT)

        assert "疑似引流广告号" in answer.body.data.descriptions
        assert "Contact details" in plain(sdk, content=ADVERT).body.data.descriptions


class TestTextModerationPlus:
    def test_says_where_each_word_stands(self, sdk, account, service):
        switch_manual_review(account)
        answer = finer(sdk, content=ADVERT, dataId="c-1", accountId="u-1")
        result, data = stored(answer), answer.body.data

        assert (data.risk_level, data.data_id, data.account_id) == (result.level, "c-1", "u-1")
        assert data.score == max(label["confidence"] for label in result.labels)
        assert UUID(data.manual_task_id) == ReviewItem.objects.get(result=result).task_id
        assert [one.label for one in data.result] == [label["label"] for label in result.labels]
        assert [one.confidence for one in data.result] == [label["confidence"] for label in result.labels]
        for one in data.result:
            for position in one.risk_positions:
                assert ADVERT[position.start_pos : position.end_pos] == position.risk_word
        listed = next(one for one in data.result if one.label == "contraband_drug_lib")
        [hit] = listed.customized_hit
        assert (hit.lib_name, hit.key_words, listed.risk_words) == (
            "Forbidden goods",
            "contraband",
            "contraband",
        )

    def test_says_that_there_is_no_risk(self, sdk, service):
        answer = finer(sdk, content=CLEAN)

        [one] = answer.body.data.result
        assert (one.label, one.confidence, answer.body.data.risk_level) == ("nonLabel", None, "none")
        assert (answer.body.data.score, stored(answer).level) == (None, "none")


class TestWhatIsWrong:
    def test_with_the_text_is_told_by_the_code(self, sdk, account, service):
        for content, code, said in (
            ({}, 400, "no text"),
            ({"content": "  "}, 400, "no text"),
            ({"content": "x" * 200_001}, 402, "too long"),
            ({"content": "x", "dataId": "y" * 129}, 400, "128"),
        ):
            for ask in (plain, finer):
                body = ask(sdk, **content).body
                assert (body.code, body.data) == (code, None)
                assert said in body.message
        for unknown in ("nothing", "baselineCheck"):
            assert plain(sdk, unknown, content="x").body.code == 400
        assert not ModerationResult.objects.exists()
        counted = RefusalDelta.objects.owned_by(account).values_list("service_id", "code")
        assert (service.pk, "content_missing") in list(counted)

    def test_with_the_call_is_an_exception(self, served, account, sdk, service):
        for asked, code in (
            (TextModerationRequest(service=CODE, service_parameters="{"), "InvalidParameter"),
            (TextModerationRequest(service=CODE, service_parameters="[1]"), "InvalidParameter"),
            (TextModerationRequest(service=CODE), "MissingServiceParameters"),
            (TextModerationRequest(service_parameters="{}"), "MissingService"),
        ):
            with pytest.raises(DaraException) as refused:
                sdk.text_moderation(asked)
            assert refused.value.code == code
        reader = issue_key(account=account, name="r", actor=None, now=NOW, scopes=["results:read"])
        with pytest.raises(DaraException) as refused:
            plain(client(green, served, reader), content=CLEAN)
        assert refused.value.code == "Forbidden"
        stranger = issue_key(account=make_account(), name="s", actor=None, now=NOW)
        assert plain(client(green, served, stranger), content=CLEAN).body.code == 400
