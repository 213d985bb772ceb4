"""The rules of videos and audio by REST."""

import json

import pytest

from config.accounts import authentication, rates
from tests.factories import make_account, make_key
from tests.moderation.recording_services import BASELINE, IMAGE, SPEECH, VIDEO, make_speech_service


@pytest.fixture
def account(db):
    account = make_account()
    make_speech_service(account)
    return account


class TestRulesOfRecordings:
    @pytest.fixture
    def call(self, client, account):
        authentication._known.clear()
        rates._lots.clear()
        headers = {"Authorization": f"Bearer {make_key(account).token}"}

        def call(method, path, body=None):
            sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
            answer = getattr(client, method)(f"/api/v1/services/{path}", headers=headers, **sent)
            return answer.status_code, answer.json()

        return call

    def test_all_settings_are_read_and_sent_back(self, call):
        _status, service = call("get", VIDEO)
        rules = service["rules"]

        assert rules["image_services"] == [IMAGE]
        assert (rules["every_ms"], rules["most_frames"], rules["reads"]) == (1000, 200, "cuts")
        assert (rules["sees_cuts"], rules["unheard_to_people"]) == (True, False)
        assert "audio_service" in rules
        assert call("put", f"{VIDEO}/rules", {"based_on": 1, "rules": rules})[1]["error"]["code"] == (
            "nothing_changed"
        )
        rules |= {"every_ms": 5000, "audio_service": SPEECH}
        status, version = call("put", f"{VIDEO}/rules", {"based_on": 1, "rules": rules})
        assert (status, [one["setting"] for one in version["changes"]]) == (
            200,
            ["audio_service", "every_ms"],
        )

    def test_of_others_only_what_they_have(self, call):
        assert "every_ms" not in call("get", IMAGE)[1]["rules"]
        rules = call("get", SPEECH)[1]["rules"]
        assert rules["unheard_to_people"] is False and "every_ms" not in rules
        assert call("get", IMAGE)[1]["used_by"] == [VIDEO]

    def test_some_are_changed_and_taken_back(self, call):
        status, _version = call("patch", f"{VIDEO}/rules", {"audio_service": SPEECH, "sees_cuts": False})
        assert status == 200
        call("patch", f"{VIDEO}/rules", {"audio_service": "", "image_services": [IMAGE, BASELINE, IMAGE]})

        rules = call("get", VIDEO)[1]["rules"]
        assert rules["image_services"] == [BASELINE, IMAGE]
        assert (rules["audio_service"], rules["sees_cuts"]) == ("", False)

    @pytest.mark.parametrize(
        "asked, code, field",
        [
            ({"image_services": [], "audio_service": ""}, "rules_invalid", "image_services"),
            ({"image_services": ["nul\0"]}, "rules_invalid", "image_services"),
            ({"audio_service": "\0"}, "rules_invalid", "audio_service"),
            ({"labels": {"contraband_drug": {"on": True}}}, "rules_invalid", "labels"),
            ({"every_ms": 1}, "invalid", "every_ms"),
            ({"reads": "some"}, "invalid", "reads"),
        ],
    )
    def test_what_cannot_be_is_named(self, call, asked, code, field):
        status, answer = call("patch", f"{VIDEO}/rules", asked)

        assert (status, answer["error"]["code"]) == (400, code)
        assert field in answer["error"]["field"]

    def test_a_preview_tells_changes_and_no_results(self, call):
        status, preview = call("post", f"{VIDEO}/preview", {"every_ms": 500})

        assert (status, preview["results"]) == (200, 0)
        assert preview["changes"] == [{"label": "", "setting": "every_ms", "before": 1000, "after": 500}]
