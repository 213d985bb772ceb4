"""The rules pages by plain requests, as a browser without scripts sends them."""

import re

import pytest
from django.test import Client

from config.accounts.roles import Role
from moderation.models import Service
from moderation.operations.drafts import draft_of, save_draft
from moderation.operations.publishing import publish_version
from tests.factories import NOW, make_account, make_user, make_vocabulary, service_of

pytestmark = pytest.mark.django_db
BASELINE = "baselineCheck_global"
FIELD = re.compile(r'<input type="(\w+)"[^>]*?name="([^"]+)"[^>]*>')


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def service(account):
    return service_of(account, BASELINE)


@pytest.fixture
def admin(account):
    return signed_in(make_user("ada", account=account, role=Role.POLICY_ADMIN))


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(service) -> str:
    return f"/console/service-rules/{service.pk}/"


def saving(service) -> str:
    return f"/console/service-rules-save/{service.pk}/"


def fields(html: str) -> dict[str, list[str]]:
    """What the form of the page would send as it stands."""
    sent: dict[str, list[str]] = {}
    form = html[html.index('id="rules-form"') :] if 'id="rules-form"' in html else html
    for match in FIELD.finditer(form):
        tag, kind, name = match[0], match[1], match[2]
        if name == "csrfmiddlewaretoken" or (kind in ("checkbox", "radio") and " checked" not in tag):
            continue
        value = re.search(r'value="([^"]*)"', tag)
        sent.setdefault(name, []).append(value[1].replace("&quot;", '"') if value else "on")
    return sent


def editor(client, service, **query) -> dict[str, list[str]]:
    return fields(client.get(page_of(service), {"edit": "1", **query}).content.decode())


def publish(service, label, **changes):
    mine = service_of(service.account, service.code)
    return publish_version(
        service=mine,
        rules=mine.current_version.rules.with_label(label, **changes),
        note="A colleague was here",
        actor=None,
        now=NOW,
        based_on=mine.current_version.number,
    )


class TestTheEditor:
    def test_sent_back_as_it_came_changes_nothing(self, admin, service):
        answer = admin.post(saving(service), editor(admin, service) | {"go": ["compare"]})

        assert "These rules are in force already" in answer.content.decode()

    def test_publishes_in_two_steps(self, admin, service):
        sent = editor(admin, service)
        sent |= {"medium:contraband_gamble_tii": ["42.5"], "review_levels": ["high"], "go": ["compare"]}
        compared = admin.post(saving(service), sent)
        assert service_of(service.account, BASELINE).current_version.number == 1

        told = fields(compared.content.decode()) | {"go": ["publish"], "note": ["calmer"]}
        assert admin.post(saving(service), told).status_code == 302

        version = service_of(service.account, BASELINE).current_version
        assert (version.number, version.note, version.by) == (2, "calmer", "ada")
        assert version.rules.labels["contraband_gamble_tii"].medium == 42.5
        assert version.rules.review_levels == {"high"}

    def test_takes_a_label_into_the_scope(self, admin, service):
        sent = editor(admin, service) | {"on:pt_qrCode": ["on"], "go": ["compare"]}
        told = fields(admin.post(saving(service), sent).content.decode())
        admin.post(saving(service), told | {"go": ["publish"]})

        labels = service_of(service.account, BASELINE).current_version.rules.labels
        assert labels["pt_qrCode"].on
        assert "logo_brand" not in labels

    def test_switches_on_what_a_library_is_chosen_for_if_nothing_else_stands_behind_it(
        self, admin, account, service
    ):
        words = make_vocabulary(account, words=["blue lotus"])
        text = service_of(account, "comment_detection_pro")
        sent = editor(admin, text)
        sent |= {"lists:political_n": [str(words.pk)], "lists:pt_to_contact": [str(words.pk)]}
        sent.pop("on:pt_to_contact")
        told = fields(admin.post(saving(text), sent | {"go": ["compare"]}).content.decode())
        admin.post(saving(text), told | {"go": ["publish"]})

        labels = service_of(account, text.code).current_version.rules.labels
        assert labels["political_n"].on
        assert not labels["pt_to_contact"].on
        assert "Not looked at: the item is off" in admin.get(page_of(text)).content.decode()

    @pytest.mark.parametrize("value", ["", "nan", "101", "-1", "many"])
    def test_says_which_score_is_none(self, admin, service, value):
        sent = editor(admin, service) | {"medium:contraband_drug": [value], "go": ["compare"]}
        answer = admin.post(saving(service), sent)

        assert answer.status_code == 400
        assert "Scores are numbers from 0 to 100." in answer.content.decode()
        assert re.search(r'data-code="contraband_drug"[^>]*class="rules-fault"', answer.content.decode())

    def test_does_not_open_for_those_who_may_only_look(self, account, service):
        viewer = signed_in(make_user("vi", account=account, role=Role.VIEWER))

        page = viewer.get(page_of(service), {"edit": "1"}).content.decode()
        assert 'name="on:' not in page and ">Edit<" not in page
        assert viewer.post(saving(service), {"go": "publish", "document": "{}"}).status_code == 403
        assert viewer.post(page_of(service), {"document": "{}"}).status_code == 403
        assert viewer.get(f"/console/service-copy/{service.pk}/").status_code == 403

    def test_refuses_a_document_that_was_tampered_with(self, admin, service):
        for document in ("", "[]", '{"labels": {"x": 1}}', '{"labels": {"made_up": {"on": true}}}'):
            admin.post(saving(service), {"go": "publish", "document": document, "based_on": "1"})

        assert service_of(service.account, BASELINE).current_version.number == 1


class TestAColleagueWhoWasFaster:
    def compared(self, admin, service, **changes):
        return admin.post(saving(service), editor(admin, service) | changes | {"go": ["compare"]})

    def test_is_told_of_and_nothing_is_lost(self, admin, service):
        sent = editor(admin, service) | {"medium:contraband_gamble_tii": ["42"], "go": ["compare"]}
        told = fields(admin.post(saving(service), sent).content.decode())
        publish(service, "contraband_drug", on=True)

        answer = admin.post(saving(service), told | {"go": ["publish"], "note": ["mine"]})

        page = answer.content.decode()
        assert answer.status_code == 409
        assert "Version 2 was published by system while you were editing" in page
        assert "A colleague was here" in page and 'value="mine"' in page
        again = fields(page) | {"go": ["publish"]}
        assert again["based_on"] == ["2"]
        assert admin.post(saving(service), again).status_code == 302
        labels = service_of(service.account, BASELINE).current_version.rules.labels
        assert labels["contraband_gamble_tii"].medium == 42
        assert labels["contraband_drug"].on

    def test_on_the_same_setting_is_shown_beside_ours(self, admin, service):
        sent = editor(admin, service) | {"medium:contraband_gamble_tii": ["42"], "go": ["compare"]}
        publish(service, "contraband_gamble_tii", medium=13.0)

        page = admin.post(saving(service), sent).content.decode()
        assert "Settings that you both changed" in page
        disputed = page[page.index("Settings that you both changed") :]
        assert "<del>13</del>" in disputed and "<ins>42</ins>" in disputed


class TestADraft:
    def test_is_kept_continued_and_published(self, admin, service):
        sent = editor(admin, service) | {"on:contraband_drug": ["on"], "go": ["draft"]}
        assert admin.post(saving(service), sent).status_code == 302
        assert draft_of(service).labels["contraband_drug"].on
        assert "There is a draft by ada" in admin.get(page_of(service)).content.decode()

        sent = editor(admin, service, draft="1")
        assert (sent["from_draft"], sent["draft_seen"]) == (["1"], ["1"])
        told = fields(admin.post(saving(service), sent | {"go": ["compare"]}).content.decode())
        admin.post(saving(service), told | {"go": ["publish"]})

        assert draft_of(service) is None
        assert service_of(service.account, BASELINE).current_version.rules.labels["contraband_drug"].on

    def test_of_somebody_else_is_not_written_over(self, admin, service):
        sent = editor(admin, service) | {"on:contraband_drug": ["on"], "go": ["draft"]}
        save_draft(
            service=service,
            rules=service.current_version.rules.with_label("contraband_gamble", on=True),
            based_on=1,
            actor=None,
            now=NOW,
        )

        answer = admin.post(saving(service), sent)
        assert answer.status_code == 409
        assert "Somebody saved another draft meanwhile" in answer.content.decode()
        assert draft_of(service).labels["contraband_gamble"].on

    def test_is_compared_and_discarded(self, admin, service):
        admin.post(saving(service), editor(admin, service) | {"on:contraband_drug": ["on"], "go": ["draft"]})

        compared = admin.get(f"/console/service-compare/{service.pk}/?from=1&to=draft").content.decode()
        assert "contraband_drug" in compared
        admin.post(f"/console/service-draft-discard/{service.pk}/")
        assert draft_of(service) is None

    def test_goes_back_to_the_editor_unsaved(self, admin, service):
        sent = editor(admin, service) | {"on:contraband_drug": ["on"], "go": ["compare"]}
        told = fields(admin.post(saving(service), sent).content.decode())

        again = fields(admin.post(page_of(service), told).content.decode())
        assert "on:contraband_drug" in again
        assert draft_of(service) is None


class TestTheHistory:
    def test_shows_who_changed_what_and_rolls_back_after_showing_it(self, admin, service):
        publish(service, "contraband_drug", on=True)
        first = service.versions.get(number=1)

        page = admin.get(f"/console/service-history/{service.pk}/").content.decode()
        assert "A colleague was here" in page and "Detection status" in page
        asked = admin.get(f"/console/service-roll-back/{first.pk}/").content.decode()
        assert "<del>on</del>" in asked and "<ins>off</ins>" in asked
        assert service.versions.count() == 2

        admin.post(f"/console/service-roll-back/{first.pk}/", {"based_on": "2"})
        current = service_of(service.account, BASELINE).current_version
        assert (current.number, current.restored_from) == (3, first)
        assert (
            "the rules of v1 again" in admin.get(f"/console/service-history/{service.pk}/").content.decode()
        )

    def test_tells_who_rolls_back_over_a_newer_version(self, admin, service):
        first = service.versions.get(number=1)
        publish(service, "contraband_drug", on=True)
        publish(service, "contraband_gamble", on=True)

        answer = admin.post(f"/console/service-roll-back/{first.pk}/", {"based_on": "2"})
        assert answer.status_code == 409
        assert service.versions.count() == 3

    def test_goes_on_page_by_page(self, admin, service):
        for number in range(25):
            publish(service, "contraband_drug", medium=float(number))

        page = admin.get(f"/console/service-history/{service.pk}/").content.decode()
        assert "?before=7" in page and "v26" in page
        older = admin.get(f"/console/service-history/{service.pk}/?before=7").content.decode()
        assert "The rules the service began with." in older and "Older versions" not in older

    @pytest.mark.parametrize("query", ["", "?from=1", "?from=1&to=9", "?from=1&to=draft", "?from=x&to=1"])
    def test_compares_only_what_there_is(self, admin, service, query):
        assert admin.get(f"/console/service-compare/{service.pk}/{query}").status_code == 404


class TestTheList:
    def test_has_a_tab_for_each_kind_of_content(self, admin, account):
        images = admin.get("/console/services/").content.decode()
        texts = admin.get("/console/services/?type=text").content.decode()

        assert BASELINE in images and "comment_detection" not in images
        assert "comment_detection" in texts and BASELINE not in texts
        assert admin.get("/console/services/?type=smell").status_code == 404

    @pytest.mark.django_db
    def test_costs_the_same_for_many_services(self, admin, account, django_assert_max_num_queries):
        assert Service.objects.owned_by(account).count() > 10
        with django_assert_max_num_queries(12):
            admin.get("/console/services/?type=text")


def test_the_page_of_a_hundred_labels_costs_few_queries(admin, account, django_assert_max_num_queries):
    service = service_of(account, "tonalityImprove")
    with django_assert_max_num_queries(25):
        assert admin.get(page_of(service), {"edit": "1"}).status_code == 200
