"""Services by the REST API: everything the rules pages of the console do."""

import json

import pytest

from config.accounts import authentication, rates
from libraries.operations.image_libraries import create_image_library
from moderation.models import Service
from moderation.values import Rules
from tests.factories import NOW, RISKY, make_account, make_key, make_vocabulary, service_of
from tests.pictures import base64_of, saying

pytestmark = pytest.mark.django_db
V1 = "/api/v1"
BASELINE = "/services/baselineCheck_global"


@pytest.fixture(autouse=True)
def _fresh_keys():
    authentication._known.clear()
    rates._lots.clear()


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def caller(client):
    def caller(account, **kwargs):
        token = make_key(account, **kwargs).token

        def call(method: str, path: str, body=None):
            sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
            return getattr(client, method)(V1 + path, headers={"Authorization": f"Bearer {token}"}, **sent)

        return call

    return caller


@pytest.fixture
def call(caller, account):
    return caller(account)


def refusal(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def labels_of(answer) -> list[str]:
    return [label["label"] for label in answer.json()["labels"]]


class TestServices:
    def test_are_listed_by_content_type(self, call):
        images = call("get", "/services?content_type=image").json()
        every = call("get", "/services").json()

        assert {service["content_type"] for service in images} == {"image"}
        assert "baselineCheck_global" in [service["code"] for service in images]
        assert {service["content_type"] for service in every} == {"image", "text", "audio", "video"}
        assert refusal(call("get", "/services?content_type=smell")) == (400, "invalid")

    def test_tell_what_stands_behind_each_label(self, call):
        labels = call("get", "/services/comment_detection").json()["rules"]["labels"]

        contact = labels["pt_to_contact"]
        assert (contact["name"], contact["group_name"]) == ("Contact details for advertising", "Advertising")
        assert (contact["backing"], contact["engines"]) == ("engine", ["patterns"])
        assert labels["political_content"]["backing"] == "needs_engine"
        assert contact["library_label"] == "pt_to_contact_lib"

    def test_are_copied_under_a_code_of_the_servers(self, call):
        made = call("post", f"{BASELINE}/copies", {"name": "Shop", "description": "For the shop"})
        again = call("post", f"{BASELINE}/copies", {"name": "Forum"})

        assert made.status_code == again.status_code == 201
        assert made.json()["code"] == "baselineCheck_global_01"
        assert made.json()["copied_from"] == "baselineCheck_global"
        assert again.json()["code"] == "baselineCheck_global_02"
        assert refusal(call("post", f"{BASELINE}/copies", {"name": " "})) == (400, "service_name_missing")
        assert refusal(call("post", "/services/none/copies", {"name": "x"})) == (404, "not_found")

    def test_change_their_name_and_keep_what_is_left_out(self, call):
        changed = call("patch", BASELINE, {"name": "House baseline"}).json()

        assert changed["name"] == "House baseline"
        assert changed["description"] == call("get", BASELINE).json()["description"] != ""
        assert refusal(call("patch", BASELINE, {"name": "x" * 101})) == (400, "service_name_too_long")
        assert refusal(call("patch", BASELINE, {"nmae": "x"})) == (400, "invalid")


class TestRules:
    def read(self, call, path=BASELINE):
        return call("get", path).json()

    def test_come_back_as_they_were_read_and_changed(self, call, account):
        words = make_vocabulary(account, words=["blue lotus"])
        rules = self.read(call)["rules"]
        rules["labels"]["contraband_drug_tii"] |= {"on": True, "vocabularies": [words.pk]}
        rules["review_levels"] = ["high"]

        published = call("put", f"{BASELINE}/rules", {"based_on": 1, "note": "drugs", "rules": rules})

        assert published.status_code == 200
        assert (published.json()["number"], published.json()["note"]) == (2, "drugs")
        assert {(change["label"], change["setting"]) for change in published.json()["changes"]} == {
            ("contraband_drug_tii", "on"),
            ("contraband_drug_tii", "vocabularies"),
            ("", "review_levels"),
        }
        after = self.read(call)
        assert after["version"] == 2
        assert after["rules"]["labels"]["contraband_drug_tii"]["vocabularies"] == [words.pk]

    def test_take_single_changes(self, call, account):
        changed = call("patch", f"{BASELINE}/rules", {"labels": {"contraband_drug": {"on": True}}})

        assert [change["setting"] for change in changed.json()["changes"]] == ["on"]
        rule = service_of(account, "baselineCheck_global").current_version.rules.labels["contraband_drug"]
        assert (rule.on, rule.medium) == (True, 60.0)

    def test_take_labels_that_the_scope_left_out(self, call):
        call("patch", f"{BASELINE}/rules", {"labels": {"pt_qrCode": {"on": True, "medium": 50}}})

        assert self.read(call)["rules"]["labels"]["pt_qrCode"]["group"] == "advertising"

    @pytest.mark.parametrize(
        "body, code, field",
        [
            (
                {"labels": {"contraband_drug": {"medium": 101}}},
                "rules_invalid",
                "labels.contraband_drug.medium",
            ),
            ({"labels": {"contraband_drug": {"high": 10}}}, "rules_invalid", "labels.contraband_drug"),
            ({"labels": {"contraband_drug": {"hihg": 10}}}, "rules_invalid", "labels.contraband_drug"),
            ({"labels": {"made_up": {"on": True}}}, "rules_invalid", "labels"),
            ({"labels": {"contraband_drug": {"image_libraries": [99]}}}, "rules_invalid", "image_libraries"),
            (
                {"labels": {"contraband_drug": {"vocabularies": [99]}}},
                "rules_invalid",
                "labels.contraband_drug.vocabularies",
            ),
            ({"ignored_vocabularies": [99]}, "rules_invalid", "vocabularies"),
            ({"ignored_vocabularies": [10**30]}, "invalid", "ignored_vocabularies[0]"),
            ({"review_levels": ["awful"]}, "invalid", "review_levels[0]"),
            ({"note": "x" * 301, "labels": {"contraband_drug": {"on": True}}}, "note_too_long", "note"),
        ],
    )
    def test_say_what_is_wrong_with_them(self, call, body, code, field):
        answer = call("patch", f"{BASELINE}/rules", body)

        assert refusal(answer) == (400, code)
        assert answer.json()["error"]["field"] == field

    def test_are_refused_over_a_version_that_was_not_seen(self, call):
        call("patch", f"{BASELINE}/rules", {"labels": {"contraband_drug": {"on": True}}})
        rules = self.read(call)["rules"]

        answer = call("put", f"{BASELINE}/rules", {"based_on": 1, "rules": rules})
        assert refusal(answer) == (409, "version_outdated")
        assert answer.json()["error"]["details"] == {"current": 2}
        same = call("put", f"{BASELINE}/rules", {"based_on": 2, "rules": rules})
        assert refusal(same) == (409, "nothing_changed")

    def test_need_the_scope_to_be_written(self, caller, account):
        reader = caller(account, scopes=["services:read"])

        assert reader("get", BASELINE).status_code == 200
        for method, path in (
            ("patch", BASELINE),
            ("put", f"{BASELINE}/rules"),
            ("patch", f"{BASELINE}/rules"),
            ("post", f"{BASELINE}/rollback"),
            ("post", f"{BASELINE}/copies"),
            ("put", f"{BASELINE}/draft"),
            ("delete", f"{BASELINE}/draft"),
        ):
            assert refusal(reader(method, path, {})) == (403, "scope_missing"), path


class TestVersions:
    def publish(self, call, count):
        for number in range(count):
            changes = {"labels": {"contraband_drug": {"medium": 10 + number}}}
            assert (
                call("patch", f"{BASELINE}/rules", {"note": f"step {number}", **changes}).status_code == 200
            )

    def test_are_listed_page_by_page_each_with_its_changes(self, call):
        self.publish(call, 4)

        first = call("get", f"{BASELINE}/versions?limit=3").json()
        rest = call("get", f"{BASELINE}/versions?limit=3&cursor={first['next']}").json()

        assert [version["number"] for version in first["versions"] + rest["versions"]] == [5, 4, 3, 2, 1]
        assert first["versions"][2]["changes"] == [
            {"label": "contraband_drug", "setting": "medium", "before": 10.0, "after": 11.0}
        ]
        assert (rest["next"], rest["versions"][1]["changes"]) == (None, [])
        assert first["versions"][0]["author"].startswith("key:")

    def test_are_read_and_compared(self, call):
        self.publish(call, 2)

        second = call("get", f"{BASELINE}/versions/2").json()
        assert second["rules"]["labels"]["contraband_drug"]["medium"] == 10.0
        assert refusal(call("get", f"{BASELINE}/versions/9")) == (404, "not_found")
        compared = call("get", f"{BASELINE}/compare?from=1&to=3").json()
        assert compared == {
            "from": "1",
            "to": "3",
            "changes": [{"label": "contraband_drug", "setting": "medium", "before": 60.0, "after": 11.0}],
        }
        assert refusal(call("get", f"{BASELINE}/compare?from=1&to=draft")) == (400, "version_unknown")

    def test_are_rolled_back_to(self, call):
        self.publish(call, 1)

        back = call("post", f"{BASELINE}/rollback", {"to": 1, "based_on": 2}).json()

        assert (back["number"], back["restored_from"]) == (3, 1)
        assert call("get", BASELINE).json()["rules"]["labels"]["contraband_drug"]["medium"] == 60.0
        assert refusal(call("post", f"{BASELINE}/rollback", {"to": 9})) == (400, "version_unknown")
        assert refusal(call("post", f"{BASELINE}/rollback", {"to": 1})) == (409, "nothing_changed")
        assert refusal(call("post", f"{BASELINE}/rollback", {"to": 2, "based_on": 2})) == (
            409,
            "version_outdated",
        )


class TestDrafts:
    def test_live_from_saving_to_publishing(self, call):
        assert refusal(call("get", f"{BASELINE}/draft")) == (404, "not_found")
        rules = call("get", BASELINE).json()["rules"]
        rules["labels"]["contraband_drug"]["on"] = True

        saved = call("put", f"{BASELINE}/draft", {"based_on": 1, "revision": 0, "rules": rules}).json()

        assert (saved["revision"], saved["based_on"]) == (1, 1)
        assert [change["setting"] for change in saved["changes"]] == ["on"]
        assert call("get", BASELINE).json()["has_draft"] is True
        assert call("get", f"{BASELINE}/compare?from=1&to=draft").json()["changes"] == saved["changes"]
        again = call("put", f"{BASELINE}/draft", {"based_on": 1, "revision": 0, "rules": rules})
        assert refusal(again) == (409, "draft_outdated")
        draft = call("get", f"{BASELINE}/draft").json()
        call("put", f"{BASELINE}/rules", {"based_on": 1, "rules": draft["rules"]})
        assert call("get", BASELINE).json()["has_draft"] is False

    def test_are_discarded(self, call):
        rules = call("get", BASELINE).json()["rules"]
        rules["review_levels"] = []
        call("put", f"{BASELINE}/draft", {"based_on": 1, "rules": rules})

        assert call("delete", f"{BASELINE}/draft").status_code == 204
        assert refusal(call("delete", f"{BASELINE}/draft")) == (404, "not_found")


class TestChaptersOfTheGuide:
    """The procedures that a platform admin does in the console, done by an integrator."""

    def moderate(self, call, service, message):
        answer = call(
            "post", "/images/moderations", {"service": service, "image": base64_of(saying(message))}
        )
        assert answer.status_code == 200, answer.content
        return answer

    def test_adjust_the_risk_detection_scope(self, call):
        body = {"service": "comment_detection", "content": RISKY}
        assert labels_of(call("post", "/texts/moderations", body)) == ["pt_to_contact"]

        call("patch", "/services/comment_detection/rules", {"labels": {"pt_to_contact": {"on": False}}})

        assert labels_of(call("post", "/texts/moderations", body)) == ["nonLabel"]

    def test_scores_set_the_risk_level(self, call):
        body = {"service": "comment_detection", "content": RISKY}
        score = call("post", "/texts/moderations", body).json()["labels"][0]["confidence"]

        for medium, high, level in ((0, score, "high"), (score, 100, "medium"), (100, 100, "low")):
            rule = {"pt_to_contact": {"medium": medium, "high": high}}
            assert call("patch", "/services/comment_detection/rules", {"labels": rule}).status_code == 200
            assert call("post", "/texts/moderations", body).json()["level"] == level

    def test_set_different_scopes_for_scenarios(self, call):
        call(
            "post", "/services/comment_detection/copies", {"name": "Shop", "description": "Contacts allowed"}
        )
        call("patch", "/services/comment_detection_01/rules", {"labels": {"pt_to_contact": {"on": False}}})

        asked = {"content": RISKY}
        assert labels_of(
            call("post", "/texts/moderations", {"service": "comment_detection_01", **asked})
        ) == ["nonLabel"]
        assert labels_of(call("post", "/texts/moderations", {"service": "comment_detection", **asked})) == [
            "pt_to_contact"
        ]


def test_rules_of_an_account_are_its_own(caller, account):
    mine, theirs = caller(account), caller(make_account())
    library = create_image_library(account=account, name="Drugs", description="", actor=None, now=NOW)
    change = {"labels": {"contraband_drug": {"on": True, "image_libraries": [library.pk]}}}

    assert refusal(theirs("patch", f"{BASELINE}/rules", change)) == (400, "rules_invalid")
    assert mine("patch", f"{BASELINE}/rules", change).status_code == 200
    assert theirs("get", BASELINE).json()["version"] == 1
    assert Rules.from_json(
        Service.objects.owned_by(account).get(code="baselineCheck_global").current_version.document
    ).image_libraries() == {library.pk}
