"""Categories: what people block under, and the label that each stands for."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from config.accounts import authentication, rates
from config.accounts.roles import Role
from config.audit.models import AuditRecord
from moderation.catalogue.groups import GROUPS
from moderation.models import Label
from review.categories import PRESETS, best_label, categories_of, category_of, labels_of
from review.intake import open_item
from review.models import BlockCategory
from review.operations.categories import (
    CategoryCodeTaken,
    CategoryInvalid,
    change_category,
    create_category,
)
from review.operations.decisions import decide, decide_many
from review.operations.rulings import CategoryUnfit, CategoryUnknown, LabelOutsideCategory
from review.states import Mode
from tests.factories import NOW, make_account, make_item, make_key, make_user
from tests.moderation.results_made import image_service, store

pytestmark = pytest.mark.django_db
LIST = "/api/v1/review/categories"


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def lead(account):
    return make_user("lead", account=account, role=Role.RECHECKER)


def waiting(account, *labels, **kwargs):
    return open_item(result=store(account, *labels, **kwargs), mode=Mode.AUDIT, now=NOW)


class TestAnAccount:
    def test_begins_with_the_presets_in_their_order(self, account):
        names = [(category.name, category.name_zh) for category in categories_of(account)]

        assert names == [
            ("Porn", "色情"),
            ("Terrorism", "暴恐"),
            ("Ad", "广告"),
            ("Undesirable Scene", "不良场景"),
            ("Politics", "涉政"),
            ("Text and image violation", "图文违规"),
        ]
        assert categories_of(account) == categories_of(account)
        assert BlockCategory.objects.owned_by(account).count() == len(PRESETS)

    def test_has_a_category_for_every_detection_type(self, account):
        taken = [group for category in categories_of(account) for group in category.groups]

        assert sorted(taken) == sorted(GROUPS)

    def test_shows_them_in_the_readers_language(self, account):
        with translation.override("zh-hans"):
            assert category_of(account, "porn").shown_name == "色情"

    def test_that_retired_one_is_not_offered_it(self, account, lead):
        change_category(
            category=category_of(account, "politics"), changes={"is_retired": True}, actor=lead, now=NOW
        )

        assert category_of(account, "politics") is None
        assert len(categories_of(account)) == len(PRESETS) - 1

    def test_sees_those_for_the_kind_of_content(self, account, lead):
        create_category(
            account=account, code="noise", name="Noise", groups=["quality"], content_types=["audio"],
            actor=lead, now=NOW,
        )  # fmt: skip

        assert "noise" in [one.code for one in categories_of(account, "audio")]
        assert "noise" not in [one.code for one in categories_of(account, "text")]


class TestTheLabelOfACategory:
    def test_is_the_worst_that_the_machine_found_of_its_groups(self, account, lead):
        item = waiting(account, "contraband_gambling", "pt_to_contact", "pt_to_sites")
        item.result.labels[2]["confidence"] = 99.0
        item.result.save()

        decision = decide(
            account=account, item_id=item.pk, reviewer=lead, outcome="block", category="ad", now=NOW
        )

        assert (decision.label, decision.category) == ("pt_to_sites", "ad")

    def test_is_the_label_itself_where_a_library_hit(self, account, lead):
        item = waiting(account, "contraband_drug_lib")

        decision = decide(
            account=account, item_id=item.pk, reviewer=lead, outcome="block",
            category="text_and_image_violation", now=NOW,
        )  # fmt: skip

        assert decision.label == "contraband_drug"

    @pytest.mark.parametrize("kind", ["text", "image", "audio", "video"])
    def test_is_else_the_first_of_the_catalogue(self, account, kind):
        for category in categories_of(account):
            label = best_label(labels_of(category, kind), [])
            if not label:
                continue
            assert Label.objects.get(code=label).group in category.groups

    def test_of_sound_and_film_are_those_of_what_is_said_and_seen(self, account):
        porn = category_of(account, "porn")

        assert set(labels_of(porn, "video")) == set(labels_of(porn, "image")) != set()
        assert set(labels_of(porn, "audio")) == {*labels_of(porn, "text"), "sexual_sounds"}

    def test_may_be_named_if_it_is_one_of_its_own(self, account, lead):
        item = make_item(account)
        asked = {"account": account, "item_id": item.pk, "reviewer": lead, "outcome": "block", "now": NOW}

        with pytest.raises(LabelOutsideCategory):
            decide(**asked, category="ad", label="contraband_drug")
        assert decide(**asked, category="ad", label="pt_to_sites").label == "pt_to_sites"

    def test_differs_from_item_to_item_of_a_batch(self, account, lead):
        service = image_service(account)
        items = [
            waiting(account, "pt_to_sites"),
            waiting(account, "contraband_drug"),
            waiting(account, "pt_qrCode", service=service),
        ]

        batch = decide_many(
            account=account, item_ids=[item.pk for item in items], reviewer=lead, outcome="block",
            category="ad", handling_ms=3000, now=NOW,
        )  # fmt: skip

        labels = {decision.item_id: decision.label for decision in batch.decided}
        assert labels == {items[0].pk: "pt_to_sites", items[1].pk: "ad", items[2].pk: "pt_qrCode"}
        assert {decision.handling_ms for decision in batch.decided} == {1000}


class TestACategoryThatDoesNotFit:
    def test_is_refused(self, account, lead):
        create_category(
            account=account, code="film", name="Film", groups=["logo"], content_types=["video"],
            actor=lead, now=NOW,
        )  # fmt: skip
        item = make_item(account)
        asked = {"account": account, "item_id": item.pk, "reviewer": lead, "outcome": "block", "now": NOW}

        with pytest.raises(CategoryUnfit):
            decide(**asked, category="film")
        with pytest.raises(CategoryUnknown):
            decide(**asked, category="no_such")


class TestKeeping:
    def test_is_audited(self, account, lead):
        made = create_category(
            account=account, code="spam", name=" Spam ", groups=["advertising"],
            reasons=["Link", " ", "Link"],
            actor=lead, now=NOW,
        )  # fmt: skip
        changed = change_category(
            category=made, changes={"policy": "Block it."}, actor=lead, now=NOW + timedelta(hours=1)
        )

        assert (made.name, made.reasons, made.position) == ("Spam", ["Link"], len(PRESETS) + 1)
        assert changed.policy == "Block it."
        actions = AuditRecord.objects.owned_by(account).filter(subject="category:spam")
        assert list(actions.order_by("number").values_list("action", flat=True)) == [
            "category.created",
            "category.changed",
        ]

    @pytest.mark.parametrize(
        "fault",
        [
            {"code": "Not so"},
            {"code": ""},
            {"name": " "},
            {"name": "x" * 61},
            {"groups": []},
            {"groups": ["weather"]},
            {"content_types": ["smell"]},
            {"reasons": ["x" * 121]},
            {"policy": "x" * 4001},
            {"position": 1000},
        ],
    )
    def test_takes_no_nonsense(self, account, lead, fault):
        asked = {"code": "spam", "name": "Spam", "groups": ["advertising"]} | fault

        with pytest.raises(CategoryInvalid) as refusal:
            create_category(account=account, actor=lead, now=NOW, **asked)
        assert refusal.value.field == next(iter(fault))

    def test_gives_a_code_once(self, account, lead):
        with pytest.raises(CategoryCodeTaken):
            create_category(
                account=account, code="porn", name="P", groups=["pornographic"], actor=lead, now=NOW
            )


class TestTheApi:
    @pytest.fixture
    def call(self, account):
        authentication._known.clear()
        rates._lots.clear()
        headers = {"Authorization": f"Bearer {make_key(account).token}"}

        def send(method, path, body=None):
            data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
            answer = getattr(Client(), method)(path, headers=headers, **data)
            return answer.status_code, answer.json()

        return send

    def test_lists_adds_and_changes(self, call):
        status, listed = call("get", LIST)
        assert status == 200 and [one["code"] for one in listed][:2] == ["porn", "terrorism"]

        status, made = call("post", LIST, {"code": "spam", "name": "Spam", "groups": ["advertising"]})
        assert (status, made["position"]) == (201, 7)

        status, changed = call("patch", f"{LIST}/spam", {"is_retired": True, "name_zh": "垃圾"})
        assert (status, changed["is_retired"], changed["name"], changed["name_zh"]) == (
            200,
            True,
            "Spam",
            "垃圾",
        )

    def test_refuses_what_cannot_be(self, call):
        assert call("post", LIST, {"code": "porn", "name": "P", "groups": ["pornographic"]})[0] == 409
        assert call("post", LIST, {"code": "x", "name": "X", "groups": ["weather"]})[0] == 400
        assert call("patch", f"{LIST}/porn", {"code": "other"})[0] == 400
        assert call("patch", f"{LIST}/nothing", {"name": "N"})[0] == 404


class TestTheConsole:
    LIST = "/console/review/blockcategory/"

    @pytest.fixture
    def visit(self, account):
        def as_role(role):
            client = Client()
            client.force_login(make_user(account=account, role=role))
            return client

        return as_role

    def test_shows_the_presets_to_a_lead_who_may_change_them(self, visit, account):
        client = visit(Role.RECHECKER)
        page = client.get(self.LIST)
        assert "Undesirable Scene" in page.content.decode()
        porn = category_of(account, "porn")

        form = {
            "name": "Porn", "name_zh": "色情", "groups": ["pornographic"], "policy": "Block it.",
            "reasons": "Nudity\nServices", "position": "1", "is_severe": "on",
        }  # fmt: skip
        answer = client.post(f"{self.LIST}{porn.pk}/change/", form)

        assert answer.status_code == 302
        porn.refresh_from_db()
        assert (porn.groups, porn.reasons, porn.is_severe) == (["pornographic"], ["Nudity", "Services"], True)

    def test_lets_a_lead_add_one_and_says_what_is_wrong(self, visit, account):
        client = visit(Role.POLICY_ADMIN)
        client.get(self.LIST)
        form = {"code": "spam", "name": "Spam", "groups": ["advertising"], "position": "9"}

        assert client.post(f"{self.LIST}add/", form | {"code": "Not so"}).status_code == 200
        assert client.post(f"{self.LIST}add/", form).status_code == 302
        assert client.post(f"{self.LIST}add/", form).status_code == 200
        assert category_of(account, "spam").position == 9

    def test_lets_reviewers_read(self, visit, account):
        client = visit(Role.REVIEWER)
        client.get(self.LIST)
        porn = category_of(account, "porn")

        page = client.get(f"{self.LIST}{porn.pk}/change/").content.decode()
        assert "Block sexual acts" in page and 'name="policy"' not in page
        assert client.post(f"{self.LIST}{porn.pk}/change/", {"name": "P"}).status_code == 403
        assert client.get(f"{self.LIST}add/").status_code == 403
