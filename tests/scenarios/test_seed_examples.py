"""The examples of the product's own documents, with the engines that really see."""

import json

import pytest

from config.accounts import authentication, rates
from tests.factories import make_account, make_key, make_vocabulary, publish, service_of
from tests.pictures import base64_of, encode, poster, scene

pytestmark = pytest.mark.django_db(transaction=True)
SERVICE = "baselineCheck_global"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    authentication._known.clear()
    rates._lots.clear()


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def call(client, account):
    token = make_key(account).token

    def send(path, body=None):
        headers = {"Authorization": f"Bearer {token}"}
        answer = client.post(
            f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers
        )
        assert answer.status_code < 300, answer.content
        return answer.json()

    return send


@pytest.fixture
def moderate(call):
    def send(data: bytes) -> dict:
        [result] = call("images/moderations", {"service": SERVICE, "image": base64_of(data)})["results"]
        return result

    return send


def labels(result) -> list[str]:
    return [label["label"] for label in result["labels"]]


@pytest.fixture
def library(call):
    return call("image-libraries", {"name": "Known pictures"})["id"]


def set_rules(account, **changes):
    """Publish the service's rules with something changed."""
    service = service_of(account, SERVICE)
    publish(service, changes["to"](service.current_version.rules))


class TestPerformSpecialModerationOnKnownImages:
    def test_an_image_that_matches_the_library_returns_contraband_drug_lib(
        self, account, call, library, moderate
    ):
        known = scene(5, 640, 480)
        call(f"image-libraries/{library}/images", {"images": [{"content": base64_of(encode(known))}]})
        set_rules(
            account, to=lambda rules: rules.with_label("contraband_drug", on=True, image_libraries=(library,))
        )

        copies = {
            "the same": encode(known),
            "saved again": encode(known, "JPEG", quality=60),
            "smaller": encode(known.resize((320, 240)), "JPEG"),
        }
        found = {name: moderate(data) for name, data in copies.items()}

        assert {name: labels(result) for name, result in found.items()} == dict.fromkeys(
            copies, ["contraband_drug_lib"]
        )
        assert {result["level"] for result in found.values()} == {"high"}
        assert labels(moderate(encode(scene(6, 640, 480)))) == ["nonLabel"]


class TestExemptTrustedImages:
    def test_the_algorithm_returns_nonlabel_lib_and_no_other_label(self, account, call, library, moderate):
        advertisement = poster(["Call me: 13800138000", "best casino bonus"])
        set_rules(account, to=lambda rules: rules.with_label("pt_toDirectContact_tii", on=True))
        assert "pt_toDirectContact_tii" in labels(moderate(encode(advertisement)))

        call(f"image-libraries/{library}/images", {"images": [{"content": base64_of(encode(advertisement))}]})
        set_rules(account, to=lambda rules: exempt(rules, library))

        assert labels(moderate(encode(advertisement, "JPEG", quality=85))) == ["nonLabel_lib"]


def exempt(rules, library):
    return type(rules).from_json(rules.to_json() | {"exempt_image_libraries": [library]})


class TestCustomizeDetectionSettingsForTextInImages:
    @pytest.mark.parametrize(
        "line, word", [("Buy fresh krokodil here", "krokodil"), ("这里出售冰毒粉", "冰毒")]
    )
    def test_a_keyword_in_the_image_returns_contraband_drug_tii_lib(self, account, moderate, line, word):
        vocabulary = make_vocabulary(account, words=[word])
        set_rules(
            account,
            to=lambda rules: rules.with_label("contraband_drug_tii", on=True, vocabularies=(vocabulary.pk,)),
        )

        result = moderate(encode(poster([line])))

        [label] = [label for label in result["labels"] if label["label"] == "contraband_drug_tii_lib"]
        assert label["level"] == "high"
        assert label["evidence"][0]["keyword"] == word

    def test_here_is_a_small_cat_is_judged_as_here_small_cat(self, account, moderate):
        flagged = make_vocabulary(account, words=["Here small cat"])
        ignored = make_vocabulary(account, words=["is", "a"])
        set_rules(
            account,
            to=lambda rules: rules.with_label("contraband_drug_tii", on=True, vocabularies=(flagged.pk,)),
        )
        picture = encode(poster(["Here is a small cat"]))
        assert labels(moderate(picture)) == ["nonLabel"]

        set_rules(
            account,
            to=lambda rules: type(rules).from_json(rules.to_json() | {"ignored_vocabularies": [ignored.pk]}),
        )

        assert labels(moderate(picture)) == ["contraband_drug_tii_lib"]
