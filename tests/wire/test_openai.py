"""`client.moderations.create` of the openai package, unmodified, against the served platform."""

import base64

import httpx2
import openai
import pytest

from config.accounts.operations.keys import issue_key
from moderation.catalogue.labels import LABELS
from moderation.models import ModerationResult
from moderation.models.content import ContentType
from moderation.openai.categories import CATEGORIES, CATEGORIES_OF
from moderation.operations.services import create_service
from moderation.values import LabelRule, Rules
from tests.factories import CLEAN, NOW, make_account, make_vocabulary
from tests.pictures import encode, poster, scene
from tests.receivers import Reply, receiving

ABUSE = "you are a stupid worthless idiot"
BETS = "Casino online: place your bets now, 百家乐 注册送彩金"
PICTURE = {"type": "image_url", "image_url": {"url": "https://a.example/"}}
POSTER = encode(poster(["Fine contraband for all"]))


@pytest.fixture
def services(account):
    words = make_vocabulary(account, words=["contraband"])
    for code, kind, labels in (
        ("posts", ContentType.TEXT, {"contraband_drug": LabelRule(vocabularies=(words.pk,))}),
        ("albums", ContentType.IMAGE, {"contraband_drug_tii": LabelRule(vocabularies=(words.pk,))}),
        ("offers", ContentType.TEXT, {"pt_to_contact": LabelRule()}),
    ):
        create_service(
            account=account, code=code, name=code, description="", content_type=kind,
            rules=Rules(labels=labels), actor=None, now=NOW,
        )  # fmt: skip


def client(served, token) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{served.url}/v1", api_key=token, max_retries=0, timeout=60)


@pytest.fixture
def sdk(served, key):
    return client(served, key.token)


class TestTexts:
    def test_one_is_judged_and_stored(self, sdk, account):
        answer = sdk.moderations.with_raw_response.create(input=BETS, model="omni-moderation-latest")
        found, result = answer.parse(), ModerationResult.objects.get()

        assert (result.content, result.service.code) == (BETS, "llm_query_moderation")
        assert found.id == f"modr-{result.request_id}" == f"modr-{answer.headers['x-request-id']}"
        assert found.model == "omni-moderation-latest"
        [judged] = found.results
        assert (judged.flagged, judged.categories.illicit, judged.categories.violence) == (True, True, False)
        [label] = result.labels
        assert judged.category_scores.illicit == round(label["confidence"] / 100, 4)
        assert judged.category_applied_input_types.illicit == ["text"]
        assert judged.category_applied_input_types.self_harm == []
        assert "self-harm" in answer.headers["x-assay-uncovered"].split(",")
        assert set(judged.categories.to_dict()) == set(CATEGORIES) == set(judged.category_scores.to_dict())

    def test_several_have_a_result_each(self, sdk, services):
        answer = sdk.moderations.with_raw_response.create(input=[CLEAN, "contraband!", CLEAN], model="posts")
        found = answer.parse()

        assert [one.flagged for one in found.results] == [False, True, False]
        assert found.results[1].category_scores.illicit == 1.0
        ids = [str(result.request_id) for result in ModerationResult.objects.order_by("id")]
        assert answer.headers["x-assay-request-ids"].split(",") == ids
        assert found.id == f"modr-{ids[0]}"

    def test_a_risk_without_a_category_flags_all_the_same(self, sdk, services):
        [judged] = sdk.moderations.create(input="加我微信 abc_12345 领取优惠", model="offers").results

        assert judged.flagged
        assert not any(judged.categories.to_dict().values())


class TestParts:
    def test_of_one_message_are_judged_together(self, sdk, services):
        picture = "data:image/png;base64," + base64.b64encode(POSTER).decode()
        with receiving(Reply(200, {"Content-Type": "image/png"}, encode(scene(5)))) as server:
            answer = sdk.moderations.create(
                model="albums,posts",
                input=[
                    {"type": "text", "text": CLEAN},
                    {"type": "image_url", "image_url": {"url": picture}},
                    {"type": "image_url", "image_url": {"url": server.url}},
                ],
            )

        [judged] = answer.results
        assert (judged.flagged, judged.categories.illicit) == (True, True)
        assert judged.category_applied_input_types.illicit == ["text", "image"]
        results = list(ModerationResult.objects.order_by("id"))
        assert [(result.service.code, result.level) for result in results] == [
            ("posts", "none"),
            ("albums", "high"),
            ("albums", "none"),
        ]
        assert results[0].request_id == results[1].request_id != results[2].request_id
        assert results[2].content == server.url


class TestRefusals:
    def test_are_the_exceptions_of_the_client(self, served, sdk, account, services):
        for wrong, kind, code in (
            ({"input": " "}, openai.BadRequestError, "content_missing"),
            ({"input": []}, openai.BadRequestError, "input_missing"),
            ({"input": ["x"] * 33}, openai.BadRequestError, "input_too_long"),
            ({"input": [PICTURE] * 9}, openai.BadRequestError, "input_too_long"),
            ({"input": [["x"]]}, openai.BadRequestError, "invalid"),
            ({"input": [{"type": "sound"}]}, openai.BadRequestError, "invalid"),
            ({"input": [{"type": "image_url", "image_url": {"url": "data:,%%"}}]}, openai.BadRequestError,
             "image_not_base64"),
            ({"input": "x", "model": "nothing"}, openai.NotFoundError, "model_unknown"),
        ):  # fmt: skip
            with pytest.raises(kind) as refused:
                sdk.moderations.create(**wrong)
            assert (refused.value.code, refused.value.type) == (code, "invalid_request_error")
            assert refused.value.request_id
        with pytest.raises(openai.AuthenticationError):
            client(served, "nobody_knows").moderations.create(input="x")
        for scopes, asked in (
            (["texts:moderate"], [PICTURE]),
            (["images:moderate"], "x"),
        ):
            key = issue_key(account=account, name="k", actor=None, now=NOW, scopes=scopes)
            with pytest.raises(openai.PermissionDeniedError) as refused:
                client(served, key.token).moderations.create(input=asked)
            assert refused.value.code == "scope_missing"
        stranger = issue_key(account=make_account(), name="s", actor=None, now=NOW)
        with pytest.raises(openai.NotFoundError):
            client(served, stranger.token).moderations.create(input="x", model="posts")
        assert not ModerationResult.objects.exists()

    def test_each_part_is_a_call_of_the_key(self, served, account, services):
        key = issue_key(account=account, name="k", actor=None, now=NOW, calls_per_minute=3)
        with pytest.raises(openai.RateLimitError) as refused:
            for _again in range(3):
                client(served, key.token).moderations.create(input=[CLEAN, CLEAN], model="posts")
        assert int(refused.value.response.headers["retry-after"]) > 0

    def test_what_is_not_there_answers_in_json(self, served):
        answer = httpx2.get(f"{served.url}/v1/models")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_every_label_that_has_a_category_is_in_the_catalogue():
    stems = {info.code.removesuffix("_tii") for info in LABELS}
    assert set(CATEGORIES_OF) - stems == set()
