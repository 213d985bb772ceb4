"""The rules of an audio service: on their page, by the API, and what stands behind their labels."""

import json

import pytest
from django.test import Client

from config.accounts import authentication, rates
from config.accounts.roles import Role
from moderation.backing import Backing, Backings
from moderation.catalogue.audio_services import PRESETS
from moderation.detectors import registry
from moderation.models import ModerationResult
from moderation.replay import level_under
from moderation.scope import compile_scope
from moderation.values import LabelRule, Level
from tests.factories import NOW, make_account, make_key, make_user, make_vocabulary, service_of
from tests.moderation.test_rules_page import editor, page_of, saving

pytestmark = pytest.mark.django_db
CODE = "audio_media_detection"
FAKE = "moderation.detectors.fake."
PATTERNS = "moderation.detectors.patterns.engine.PatternEngine"


@pytest.fixture(autouse=True)
def _fresh_keys():
    authentication._known.clear()
    rates._lots.clear()


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def service(account):
    return service_of(account, CODE)


@pytest.fixture
def install(settings):
    def install(*names):
        settings.ASSAY_DETECTORS = [PATTERNS, *(FAKE + name for name in names)]
        registry.forget()

    yield install
    registry.forget()


@pytest.fixture
def call(client, account):
    token = make_key(account).token

    def call(method: str, path: str, body=None):
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        address = f"/api/v1/services/{CODE}{path}"
        return getattr(client, method)(address, headers={"Authorization": f"Bearer {token}"}, **sent)

    return call


@pytest.fixture
def admin(account):
    client = Client()
    client.force_login(make_user("ada", account=account, role=Role.POLICY_ADMIN))
    return client


class TestTheService:
    def test_has_the_scores_of_the_text_services(self, service, account):
        texts = service_of(account, "comment_detection_pro").current_version.rules.labels

        spoken = service.current_version.rules.labels

        assert set(spoken) - set(texts) == {"sexual_sounds"}
        assert {code: spoken[code] for code in spoken.keys() & texts} == {
            code: texts[code] for code in spoken.keys() & texts
        }

    def test_looks_for_no_sounds_until_something_hears_them(self):
        [preset] = PRESETS

        assert "sexual_sounds" in preset.off and "pt_to_contact" in preset.on


class TestBehindALabel:
    def test_stand_the_engines_of_texts_where_speech_is_heard(self, service, install):
        install("FakeHearer")
        backings = Backings(service)

        assert backings.of("pt_to_contact").engines == ("patterns",)
        assert backings.of("violent_weapons").backing(LabelRule(vocabularies=(1,))) is Backing.LIBRARY_ONLY
        assert backings.of("sexual_sounds").backing(LabelRule()) is Backing.NEEDS_ENGINE

    def test_stands_nothing_where_nobody_hears(self, service, install):
        install()
        behind = Backings(service).of("pt_to_contact")

        assert (behind.engines, behind.missing) == ((), ("speech_folder",))
        assert behind.backing(LabelRule(vocabularies=(1,))) is Backing.NEEDS_ENGINE


class TestTheApi:
    def test_tells_the_labels_of_texts_and_of_sounds(self, call):
        labels = call("get", "").json()["rules"]["labels"]

        assert labels["pt_to_contact"]["group_name"] == "Advertising"
        assert labels["sexual_sounds"]["on"] is False
        assert "pornographic_adultContent" not in labels

    def test_publishes_switches_scores_and_vocabularies(self, call, account):
        words = make_vocabulary(account, words=["casino"])
        changes = {"labels": {"contraband_gambling": {"vocabularies": [words.pk], "high": 95}}}
        answer = call("patch", "/rules", changes)

        assert answer.status_code == 200, answer.json()
        assert {change["setting"] for change in answer.json()["changes"]} == {"vocabularies", "high"}
        rule = service_of(account, CODE).current_version.rules.labels["contraband_gambling"]
        assert (rule.vocabularies, rule.high) == ((words.pk,), 95.0)

    def test_may_call_people_to_what_nobody_heard(self, call, account):
        assert call("patch", "/rules", {"unheard_to_people": True}).status_code == 200
        assert service_of(account, CODE).current_version.rules.unheard_to_people

    @pytest.mark.parametrize("label", ["pornographic_adultContent", "nothing_like_it"])
    def test_knows_no_labels_of_pictures(self, call, label):
        answer = call("patch", "/rules", {"labels": {label: {"on": True}}})

        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "rules_invalid")

    def test_takes_no_image_libraries(self, call):
        answer = call("patch", "/rules", {"labels": {"pt_to_contact": {"image_libraries": [1]}}})

        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "rules_invalid")


class TestThePage:
    def test_shows_tabs_of_detection_types(self, admin, service):
        html = admin.get(page_of(service)).content.decode()

        assert 'href="#type-advertising"' in html and 'href="#type-suggestive"' in html
        assert "sexual_sounds" in html and "pt_to_contact" in html
        assert "online-test" not in html.split("rules-body")[0].split("as-page rules")[1]

    @pytest.mark.parametrize(
        ("names", "warning"),
        [((), "No engine here hears"), (("FakeBeginner",), "Only an experimental"), (("FakeHearer",), "")],
    )
    def test_says_what_nobody_hears(self, admin, service, install, names, warning):
        install(*names)
        html = admin.get(page_of(service)).content.decode()

        assert ("as-alert-warn" in html) is bool(warning)
        assert warning in html

    def test_changes_a_switch_and_a_list(self, admin, service, account):
        words = make_vocabulary(account, words=["casino"])
        sent = editor(admin, service)
        sent["on:sexual_sounds"] = ["on"]
        sent["lists:contraband_drug"] = [str(words.pk)]
        page = admin.post(saving(service), {**sent, "go": "compare"})
        assert "contraband_drug" in page.content.decode()

        admin.post(saving(service), {**sent, "go": "publish"})

        rules = service_of(account, CODE).current_version.rules
        assert rules.labels["sexual_sounds"].on and rules.labels["contraband_drug"].vocabularies == (
            words.pk,
        )


class TestTryingOtherRules:
    def test_keeps_an_experiment_from_high_risk(self, service, account, install):
        words = make_vocabulary(account, words=["casino"])
        install("FakeBeginner")
        rules = service.current_version.rules.with_label("contraband_gambling", vocabularies=(words.pk,))
        evidence = {"source": "vocabulary", "detector": "keywords", "score": 100.0, "vocabulary": words.pk}
        labels = [{"label": "contraband_gambling_lib", "level": "medium", "confidence": 100.0}]
        result = ModerationResult(
            account=account,
            created_at=NOW,
            scores={},
            labels=[labels[0] | {"evidence": [evidence | {"most": "medium"}]}],
        )

        assert level_under(compile_scope(service, rules=rules), result) is Level.MEDIUM
