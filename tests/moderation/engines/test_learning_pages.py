"""The pages and addresses of learning, as the roles and the keys see them."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from config.accounts import authentication, rates
from config.accounts.roles import Role
from config.audit.models import AuditRecord
from moderation.learning.fitting import score
from moderation.learning.trainer import go_on
from moderation.models import Head, LearningSwitch, Training
from moderation.operations.heads import promote_head
from tests.factories import NOW, make_account, make_key, make_user, service_of
from tests.moderation.engines.conftest import LABEL, make_head, needs_data, some, teach, tweets

PAGE = "admin:moderation_learning"


@pytest.fixture
def signed_in(account):
    def sign_in(role=Role.POLICY_ADMIN) -> Client:
        client = Client()
        client.force_login(make_user(account=account, role=role))
        return client

    return sign_in


@pytest.fixture
def call(account, client):
    authentication._known.clear()
    rates._lots.clear()

    def call(method, path, body=None, *, of=account, **key):
        token = make_key(of, **key).token
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return getattr(client, method)(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"}, **sent)

    return call


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return " ".join(response.content.decode().split())


class TestThePage:
    def test_says_what_a_shadow_is_and_what_is_missing(self, signed_in):
        page = text_of(signed_in().get(reverse(PAGE)))

        assert "its scores decide nothing" in page
        assert "Nothing to learn from yet" in page

    @needs_data
    def test_leads_from_samples_to_a_head_that_decides(self, account, signed_in):
        teach(account, some(tweets(), positive=25, negative=110))
        admin = signed_in()
        assert "25 texts blocked under it" in text_of(admin.get(reverse(PAGE)))

        page = text_of(admin.post(reverse("admin:moderation_head_train"), {"label": LABEL}, follow=True))
        assert "in training" in page
        assert go_on(training_id=Training.objects.get().pk, now=NOW)
        page = text_of(admin.get(reverse(PAGE)))
        assert "Promote v1" in page
        assert "no verdicts since its training" in page

        head = Head.objects.get()
        page = text_of(admin.post(reverse("admin:moderation_head_promote", args=[head.pk]), follow=True))
        assert "decides from the next text on" in page
        assert "the newest quarter, kept apart: 6 of this label, 28 others" in page
        assert AuditRecord.objects.get(action="head.promoted").actor_name.startswith("user")

    def test_rolls_back_and_retires(self, account, signed_in):
        first, second = make_head(account, 1), make_head(account, 2)
        promote_head(head=first, actor=None, now=NOW)
        promote_head(head=second, actor=None, now=NOW)
        admin = signed_in()

        page = text_of(admin.post(reverse("admin:moderation_head_roll_back", args=[second.pk]), follow=True))
        assert f"{LABEL} v1 decides again" in page
        admin.post(reverse("admin:moderation_head_retire", args=[first.pk]))
        assert not Head.objects.at_work().exists()

    def test_tells_of_a_refusal(self, signed_in):
        page = signed_in().post(reverse("admin:moderation_head_train"), {"label": LABEL}, follow=True)

        assert "at least 20 texts" in page.content.decode()

    def test_switches_learning_by_service(self, account, signed_in):
        service = service_of(account)
        admin = signed_in()
        address = reverse("admin:moderation_learning_switch")

        admin.post(address, {"services": ["all", str(service.pk)]})
        assert set(LearningSwitch.objects.values_list("service_id", flat=True)) == {None, service.pk}
        admin.post(address, {"services": [str(service.pk)]})
        assert list(LearningSwitch.objects.values_list("service_id", flat=True)) == [service.pk]

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER, Role.AUDITOR])
    def test_shows_others_no_buttons_and_takes_no_posts(self, account, signed_in, role):
        head = make_head(account, 1)
        client = signed_in(role)

        assert "Promote" not in client.get(reverse("admin:moderation_head", args=[LABEL])).content.decode()
        assert client.post(reverse("admin:moderation_head_promote", args=[head.pk])).status_code == 403
        assert client.post(reverse("admin:moderation_learning_switch")).status_code == 403
        assert client.post(reverse("admin:moderation_head_train"), {"label": LABEL}).status_code == 403

    def test_reads_heads_with_a_few_queries(self, account, signed_in, django_assert_max_num_queries):
        admin = signed_in()
        for number, label in enumerate(("ad", "spam", LABEL), 1):
            promote_head(head=make_head(account, number, label=label), actor=None, now=NOW)
        with django_assert_max_num_queries(22):
            admin.get(reverse(PAGE))


class TestTheApi:
    def test_lists_promotes_rolls_back_and_retires(self, account, call):
        first, second = make_head(account, 1), make_head(account, 2)

        assert call("post", f"/heads/{first.pk}/promote").json()["status"] == "active"
        assert call("post", f"/heads/{second.pk}/promote").json()["version"] == 2
        [listed] = call("get", "/heads").json()
        assert (listed["version"], listed["agreement"]["seen"]) == (2, 0)
        assert call("post", f"/heads/{second.pk}/rollback").json()["version"] == 1
        assert call("post", f"/heads/{first.pk}/retire").json()["status"] == "retired"
        assert AuditRecord.objects.get(action="head.retired").actor_key is not None

    @needs_data
    def test_trains(self, account, call):
        teach(account, some(tweets(), positive=25, negative=110))
        answer = call("post", "/heads/trainings", {"label": LABEL})
        assert answer.status_code == 202
        training = answer.json()["id"]
        go_on(training_id=training, now=NOW)

        done = call("get", f"/heads/trainings/{training}").json()
        assert (done["texts_read"], done["error"]) == (135, "")
        assert call("get", "/heads").json()[0]["id"] == done["head"]

    def test_refuses_with_codes(self, account, call):
        refused = call("post", "/heads/trainings", {"label": LABEL})
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "head_examples_too_few")
        unknown = call("post", "/heads/trainings", {"label": "nothing"})
        assert (unknown.status_code, unknown.json()["error"]["code"]) == (400, "label_unknown")
        head = make_head(account, 1)
        refused = call("post", f"/heads/{head.pk}/rollback")
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "head_not_at_work")

    def test_keeps_to_scopes_and_accounts(self, account, call):
        head = make_head(account, 1)

        assert call("post", f"/heads/{head.pk}/promote", scopes=["services:read"]).status_code == 403
        assert call("post", f"/heads/{head.pk}/promote", of=make_account()).status_code == 404
        assert call("get", "/heads", of=make_account()).json() == []


def test_a_made_head_scores_as_it_is_told(account):
    head = make_head(account, 1, offset=0.0)

    assert score(head.vector, head.vector, head.intercept, head.slope, head.offset) == 50
