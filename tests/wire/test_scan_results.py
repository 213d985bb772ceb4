"""Lists of results and feedback, through the SDK."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from alibabacloud_green20220926 import client as console
from alibabacloud_green20220926 import models
from darabonba.exceptions import DaraException

from config.accounts.operations.accounts import change_account
from config.accounts.operations.keys import issue_key
from review.models import Feedback
from review.operations.decisions import decide
from review.operations.feedback import give_feedback
from tests.factories import CLEAN, NOW, RISKY, make_account, make_item, make_key, make_result, make_user
from tests.moderation.results_made import PORN, image_service, many, store
from tests.wire.clients import client

TOKYO = "Asia/Tokyo"


@pytest.fixture
def sdk(served, key):
    return client(console, served, key)


def texts(sdk, **asked):
    body = sdk.get_text_scan_result(models.GetTextScanResultRequest(**asked)).body
    assert (body.code, body.msg, body.success) == (200, "OK", True)
    return body.data


def scans(sdk, **asked):
    body = sdk.get_scan_result(models.GetScanResultRequest(**asked)).body
    assert (body.code, body.msg, body.success, body.http_status_code) == (200, "OK", True, 200)
    return body.data


def upper(result) -> str:
    return str(result.request_id).upper()


class TestTheListOfTexts:
    def test_says_what_the_database_holds(self, sdk, account):
        change_account(account=account, changes={"time_zone": TOKYO}, actor=None, now=NOW)
        risky = make_result(account, RISKY, data_id="d-1", author_id="member-7")
        clean = make_result(account, CLEAN, now=NOW + timedelta(minutes=1))
        make_result(make_account(), RISKY)

        data = texts(sdk)

        assert (data.total_count, data.current_page, data.page_size) == (2, 1, 10)
        newest, oldest = data.items
        assert newest.request_id == upper(clean)
        assert (newest.labels, newest.risk_level, newest.suggestion) == ("nonLabel", "none", "pass")
        assert newest.result[0].confidence is None
        assert oldest.request_id == upper(risky)
        assert (oldest.task_id, oldest.data_id) == (str(risky.request_id), "d-1")
        assert (oldest.account_id, oldest.content) == ("member-7", RISKY)
        assert oldest.service_code == "comment_detection"
        assert oldest.labels.split(",") == [label["label"] for label in risky.labels]
        assert oldest.risk_level == risky.level
        assert [(one.label, one.confidence) for one in oldest.result] == [
            (label["label"], round(label["confidence"], 2)) for label in risky.labels
        ]
        assert oldest.score == max(one.confidence for one in oldest.result)
        local = NOW.astimezone(ZoneInfo(TOKYO))
        assert oldest.request_time == oldest.gmt_create == f"{local:%Y-%m-%d %H:%M:%S}"
        assert json.loads(oldest.scan_result)["request_id"] == str(risky.request_id)
        assert json.loads(oldest.scan_result)["labels"][0]["evidence"] == risky.labels[0]["evidence"]

    def test_is_narrowed_by_what_the_sdk_can_ask(self, sdk, account):
        risky = make_result(account, RISKY, data_id="d-1")
        make_result(account, CLEAN, now=NOW + timedelta(hours=1))
        tried = make_result(account, RISKY, now=NOW + timedelta(hours=2), source="test")
        label = risky.labels[0]["label"]

        def found(query=None, **asked):
            return {one.request_id for one in texts(sdk, query=query, **asked).items}

        both = {upper(risky), upper(tried)}
        assert found({"labels": "!=nonLabel"}) == found({"Labels": label}) == both
        assert (
            found({"RequestId": upper(risky)}) == found({"TaskId": str(risky.request_id)}) == {upper(risky)}
        )
        assert found({"DataId": "d-1"}) == {upper(risky)}
        assert found({"RiskLevel": risky.level, "RequestFrom": "online_test"}) == {upper(tried)}
        assert len(found({"Suggestion": "pass"})) == 1
        assert len(found({"ServiceCode": "comment_detection", "Reviewed": "false"})) == 3
        assert found({"AuditResult": "block"}) == set()
        assert found(start_date="2026-11-21 09:00:00", end_date="2026-11-21 09:00:00") == {upper(risky)}
        assert found(end_date="2026-11-21 08:59:59") == set()

    def test_walks_by_numbers_in_both_directions(self, sdk, account):
        made = [store(account, at=NOW + timedelta(seconds=n), content=f"text {n}") for n in range(7)]
        newest_first = [upper(one) for one in reversed(made)]

        pages = [texts(sdk, current_page=n, page_size=3) for n in (1, 2, 3, 4)]

        assert [one.total_count for one in pages] == [7] * 4
        assert [item.request_id for page in pages for item in page.items] == newest_first
        turned = texts(sdk, page_size=100, sort={"GmtCreate": "asc"})
        assert [one.request_id for one in turned.items] == newest_first[::-1]

    @pytest.mark.parametrize(
        "asked",
        [
            {"query": {"colour": "red"}},
            {"query": {"Suggestion": "maybe"}},
            {"query": {"ResourceType": "image"}},
            {"query": {"RiskLevel": "high", "Suggestion": "pass"}},
            {"sort": {"Score": "desc"}},
            {"page_size": 0},
            {"page_size": 101},
            {"current_page": -1},
        ],
    )
    def test_refuses_what_it_cannot_read(self, sdk, asked):
        with pytest.raises(DaraException) as refused:
            sdk.get_text_scan_result(models.GetTextScanResultRequest(**asked))
        assert refused.value.code == "InvalidParameter"

    def test_tells_by_the_code_what_the_list_itself_refuses(self, sdk):
        for asked in (
            {"query": {"Labels": "no_such_label"}},
            {"query": {"ServiceCode": "no_such_service"}},
            {"query": {"RequestId": "1234"}},
            {"query": {"RiskLevel": "terrible"}},
            {"start_date": "yesterday"},
            {"current_page": 1001, "page_size": 10},
        ):
            body = sdk.get_text_scan_result(models.GetTextScanResultRequest(**asked)).body
            assert (body.code, body.success, body.data) == (400, False, None)
            assert body.msg

    def test_is_for_keys_that_may_read_results(self, served, account):
        poor = client(console, served, make_key(account, scopes=["stats:read"]))
        with pytest.raises(DaraException) as refused:
            poor.get_text_scan_result(models.GetTextScanResultRequest())
        assert refused.value.code == "Forbidden"

    def test_counts_to_ten_thousand_and_goes_no_further(self, sdk, account):
        many(account, store(account), 10_005)

        data = texts(sdk, current_page=100, page_size=100)

        assert (data.total_count, len(data.items)) == (10_000, 100)
        answer = sdk.get_text_scan_result(models.GetTextScanResultRequest())
        assert answer.headers["x-assay-more-than"] == "10000"
        refused = sdk.get_text_scan_result(models.GetTextScanResultRequest(sort={"GmtCreate": "asc"})).body
        assert (refused.code, refused.success) == (400, False)


class TestTheListOfAll:
    def test_shows_pictures_with_their_labels(self, sdk, account):
        url = "https://pictures.example/one.png"
        found = {"service": image_service(account), "content": url, "media": {"frames": 3}}
        picture = store(account, PORN, "contraband_drug_tii", **found)
        make_result(account, RISKY)

        data = scans(sdk, resource_type="image")

        (item,) = data.items
        assert data.total_count == 1
        assert (item.request_id, item.resource_type) == (upper(picture), "image")
        assert (item.service_code, item.request_from) == ("albums", "api")
        assert [(one.label, one.confidence) for one in item.result] == [
            (PORN, "90.0"),
            ("contraband_drug_tii", "90.0"),
        ]
        assert [one["Label"] for one in item.image_labels] == [PORN]
        assert [one["Label"] for one in item.text_labels] == ["contraband_drug_tii"]
        assert item.url == item.image_url == url
        assert (item.api_labels, item.api_risk_level) == (item.labels, picture.level)
        assert item.api_request_time == str(int(picture.created_at.timestamp() * 1000))
        assert item.frame_count == 3
        assert (item.manual_only, item.reviewed) == (False, False)
        assert scans(sdk).total_count == 2

    def test_tells_of_recordings_what_was_seen_and_what_was_heard(self, sdk, account):
        judges = [{"service": one, "version_id": 1} for one in ("baselineCheck", "audio_media_detection")]
        media = {"frames": 12, "services": judges}
        film = store(account, PORN, "pt_to_contact", service="videoDetection", media=media, data_id="film")
        film.labels[0] |= {"frames": 3, "slices": 0}
        film.labels[1] |= {"frames": 0, "slices": 2}
        film.save(update_fields=["labels"])
        store(account, "pt_to_contact", service="audio_media_detection", author_id="member-7")
        give_feedback(
            result=film, kind="false_positive", label=PORN, actor=make_user(account=account), now=NOW
        )

        (video,) = scans(sdk, resource_type="video").items
        assert (video.frame_count, video.image_service, video.voice_service) == (
            12,
            "baselineCheck",
            "audio_media_detection",
        )
        assert (video.voice_scan_opened, video.data_id) == (True, "film")
        assert [(one["Label"], one["LabelSum"]) for one in video.image_labels] == [(PORN, 3)]
        assert [(one["Label"], one["LabelSum"]) for one in video.voice_labels] == [("pt_to_contact", 2)]
        assert json.loads(video.ext_feedback)[0]["Labels"] == PORN
        (audio,) = scans(sdk, resource_type="voice").items
        assert (audio.resource_type, audio.account_id) == ("audio", "member-7")
        assert [one["Label"] for one in audio.voice_labels] == ["pt_to_contact"]

    def test_says_what_people_decided_and_who_to_those_who_may_know(self, served, account, key):
        reviewer = make_user(account=account)
        item = make_item(account)
        decide(
            account=account,
            item_id=item.pk,
            reviewer=reviewer,
            outcome="block",
            label="pt_to_contact",
            now=NOW,
        )
        result = item.result
        result.refresh_from_db()

        (told,) = scans(client(console, served, key), query={"Reviewed": "true"}).items

        assert (told.reviewed, told.review_risk_level, told.review_labels) == (True, "high", "pt_to_contact")
        assert told.review_time == str(int(result.human_decided_at.timestamp() * 1000))
        assert told.review_uid == reviewer.username
        some = issue_key(account=account, name="r", actor=None, now=NOW, scopes=["results:read"])
        (told,) = scans(client(console, served, some)).items
        assert (told.reviewed, told.review_uid) == (True, None)


class TestFeedback:
    def test_is_given_as_everywhere_else_and_read_back(self, sdk, account):
        risky, clean = make_result(account, RISKY), make_result(account, CLEAN)
        label = risky.labels[0]["label"]

        def give(**asked):
            return sdk.update_scan_result_feedback(models.UpdateScanResultFeedbackRequest(**asked)).body.data

        wrong = {"query_request_id": upper(risky), "feedback": "misreport", "labels": label}
        missed = {"query_request_id": upper(clean), "feedback": "missOut", "labels": "pt_to_contact"}
        assert give(**wrong, resource_type="text") is True
        assert give(**wrong, resource_type="text") is True
        assert give(**missed, risk_level="high") is True

        given = {one.result_id: one for one in Feedback.objects.owned_by(account)}
        assert (given[risky.pk].kind, given[risky.pk].label) == ("false_positive", label)
        assert (given[clean.pk].kind, given[clean.pk].note) == ("missed_violation", "RiskLevel: high")
        listed = {one.request_id: one.ext_feedback for one in texts(sdk).items}
        assert json.loads(listed[upper(risky)]) == [{"Feedback": "misreport", "Labels": label, "Note": ""}]

    @pytest.mark.parametrize(
        ("asked", "status"),
        [
            ({"feedback": "misreport"}, 400),
            ({"feedback": "wonderful", "query_request_id": "own"}, 400),
            ({"feedback": "misreport", "query_request_id": "no id"}, 400),
            ({"feedback": "missOut", "query_request_id": "own"}, 400),
            ({"feedback": "missOut", "query_request_id": "own", "labels": "no_such_label"}, 400),
            ({"feedback": "misreport", "query_request_id": "own", "resource_type": "image"}, 404),
            ({"feedback": "misreport", "query_request_id": "foreign"}, 404),
        ],
    )
    def test_is_refused_for_what_does_not_fit(self, sdk, account, asked, status):
        ids = {
            "own": upper(make_result(account, RISKY)),
            "foreign": upper(make_result(make_account(), RISKY)),
        }
        asked["query_request_id"] = ids.get(asked.get("query_request_id"), asked.get("query_request_id"))
        with pytest.raises(DaraException) as refused:
            sdk.update_scan_result_feedback(models.UpdateScanResultFeedbackRequest(**asked))
        assert refused.value.status_code == status
        assert not Feedback.objects.exists()
