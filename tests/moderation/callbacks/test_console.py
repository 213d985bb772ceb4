"""The console's pages of endpoints and deliveries, as the roles see them."""

import re
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.accounts.roles import Role
from config.accounts.secrets import decrypt
from moderation.callbacks.per_call import endpoint_for_call
from moderation.models import Callback, CallbackAttempt, CallbackEndpoint
from tests.factories import make_user
from tests.moderation.callbacks.conftest import NOW

ENDPOINTS = "admin:moderation_callbackendpoint_changelist"
DELIVERIES = "admin:moderation_callback_changelist"
ASKED = {
    "name": "site",
    "url": "https://client.example/hook",
    "dialect": "standard",
    "crypt": "sha256",
    "events": ["review.decided"],
    "levels": ["high"],
    "modes": ["audit", "human_machine"],
}


@pytest.fixture
def signed_in(account):
    def sign_in(role=Role.ACCOUNT_ADMIN) -> Client:
        client = Client()
        client.force_login(make_user(account=account, role=role))
        return client

    return sign_in


@pytest.fixture
def admin(signed_in):
    return signed_in()


@pytest.fixture
def delivery(make_endpoint, enqueue):
    make_endpoint()
    [callback] = enqueue(payload={"data_id": "<script>alert(1)</script>\u202e", "machine": {}})
    CallbackAttempt.objects.create(
        account=callback.account,
        callback=callback,
        number=1,
        started_at=NOW,
        took_ms=31,
        status=500,
        error_code="answer_refused",
        response_excerpt="<b>broken</b>",
        address="93.184.216.34",
    )
    return callback


def page_of(callback):
    return reverse("admin:moderation_callback_change", args=[callback.pk])


class TestAnEndpoint:
    def test_is_added_and_shows_its_secret_once(self, admin):
        answer = admin.post(reverse("admin:moderation_endpoint_add"), ASKED)

        secret = re.search(r"whsec_[A-Za-z0-9+/=]+", answer.content.decode())[0]
        endpoint = CallbackEndpoint.objects.get()
        assert decrypt(endpoint.secret) == secret
        again = admin.get(reverse("admin:moderation_endpoint", args=[endpoint.pk])).content.decode()
        assert "client.example" in again
        assert "whsec_" not in again

    def test_is_refused_beside_the_field_that_is_wrong(self, admin):
        asked = ASKED | {"url": "https://169.254.169.254/"}
        answer = admin.post(reverse("admin:moderation_endpoint_add"), asked)

        assert answer.status_code == 400
        assert "may not be called from here" in answer.content.decode()
        assert not CallbackEndpoint.objects.exists()

    def test_is_changed_and_switched_off(self, admin, make_endpoint):
        endpoint = make_endpoint().endpoint
        asked = ASKED | {"url": "https://other.example/"}
        admin.post(reverse("admin:moderation_endpoint", args=[endpoint.pk]), asked)

        endpoint.refresh_from_db()
        assert (endpoint.name, endpoint.url, endpoint.is_enabled) == ("site", "https://other.example/", False)

    def test_gets_a_new_secret(self, admin, make_endpoint):
        issued = make_endpoint()
        answer = admin.post(reverse("admin:moderation_endpoint_rotate", args=[issued.endpoint.pk]))

        secret = re.search(r"whsec_[A-Za-z0-9+/=]+", answer.content.decode())[0]
        assert secret != issued.secret
        assert decrypt(CallbackEndpoint.objects.get().previous_secret) == issued.secret

    def test_is_sent_a_test(self, admin, make_endpoint):
        endpoint = make_endpoint().endpoint
        answer = admin.post(reverse("admin:moderation_endpoint_test", args=[endpoint.pk]))

        assert answer.url == page_of(Callback.objects.get(event="endpoint.test"))

    def test_says_why_it_was_switched_off(self, admin, make_endpoint):
        endpoint = make_endpoint().endpoint
        CallbackEndpoint.objects.update(is_enabled=False, disabled_reason="gone")

        for page in (reverse(ENDPOINTS), reverse("admin:moderation_endpoint", args=[endpoint.pk])):
            assert "410" in admin.get(page).content.decode()

    def test_sends_again_what_was_given_up(self, admin, delivery):
        Callback.objects.update(state="dead", finished_at=NOW)
        address = reverse("admin:moderation_endpoint_replay", args=[delivery.endpoint_id])
        admin.post(address, {"since": ""})
        assert Callback.objects.get().state == "dead"
        admin.post(address, {"since": "2026-11-21"})

        assert Callback.objects.get().state == "due"

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER, Role.POLICY_ADMIN])
    def test_is_not_for_other_roles(self, role, signed_in, make_endpoint):
        endpoint = make_endpoint().endpoint
        client = signed_in(role)

        assert client.get(reverse(ENDPOINTS)).status_code == 403
        assert client.get(reverse("admin:moderation_endpoint", args=[endpoint.pk])).status_code == 403

    def test_is_looked_at_by_the_auditor_and_not_changed(self, signed_in, delivery):
        auditor, pk = signed_in(Role.AUDITOR), delivery.endpoint_id

        assert auditor.get(reverse(ENDPOINTS)).status_code == 200
        assert auditor.get(page_of(delivery)).status_code == 200
        for name in ("endpoint", "endpoint_rotate", "endpoint_test", "endpoint_delete", "endpoint_replay"):
            assert auditor.post(reverse(f"admin:moderation_{name}", args=[pk]), ASKED).status_code == 403
        assert auditor.post(reverse("admin:moderation_replay", args=[delivery.pk])).status_code == 403


class TestADelivery:
    def test_shows_its_body_and_attempts_as_text(self, admin, delivery):
        page = admin.get(page_of(delivery)).content.decode()

        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page
        assert "&lt;b&gt;broken" in page
        assert "U+202E" in page
        assert "answer_refused" in page

    def test_is_sent_again_once_it_is_finished(self, admin, delivery):
        assert (
            reverse("admin:moderation_replay", args=[delivery.pk])
            not in admin.get(page_of(delivery)).content.decode()
        )
        Callback.objects.update(state="dead", finished_at=NOW)
        assert (
            reverse("admin:moderation_replay", args=[delivery.pk])
            in admin.get(page_of(delivery)).content.decode()
        )

        admin.post(reverse("admin:moderation_replay", args=[delivery.pk]))
        assert Callback.objects.get().state == "due"

    def test_is_found_by_state_and_event(self, admin, delivery):
        for query, is_found in (
            ("state=due", True),
            ("state=dead", False),
            ("event=review.decided", True),
            ("event=endpoint.test", False),
            (f"event_id={delivery.event_id}", True),
            ("event_id=evt_0", False),
            (f"endpoint={delivery.endpoint_id}", True),
            ("endpoint=999999", False),
            ("data_id=comment-82", False),
            (f"request_id={UUID(int=1)}", False),
            ("from=2026-11-21&to=2026-11-21", True),
            ("from=2026-11-22", False),
            ("from=yesterday", False),
        ):
            page = admin.get(f"{reverse(DELIVERIES)}?{query}").content.decode()
            assert (page_of(delivery) in page) == is_found, query

    def test_costs_the_list_the_same_for_one_and_for_five(self, admin, enqueue, delivery):
        one = self.queries_of(admin)
        for number in range(4):
            enqueue(f"result:{number}")

        assert self.queries_of(admin) == one

    def queries_of(self, admin) -> int:
        with CaptureQueriesContext(connection) as captured:
            admin.get(reverse(DELIVERIES))
        return len(captured)


class TestSendingAgain:
    @pytest.fixture
    def three(self, make_endpoint, enqueue):
        make_endpoint()
        made = [enqueue(f"result:{number}", payload={"data_id": f"d{number}"})[0] for number in range(3)]
        Callback.objects.filter(pk__in=[one.pk for one in made[:2]]).update(state="dead", finished_at=NOW)
        return made

    def due(self):
        return sorted(Callback.objects.filter(state="due").values_list("data_id", flat=True))

    def test_of_those_that_were_chosen(self, admin, three):
        asked = {"callback": [three[1].pk, three[2].pk, "x"], "query": "state=dead"}
        answer = admin.post(reverse("admin:moderation_replay_selected"), asked)

        assert answer.url.endswith("?state=dead")
        assert self.due() == ["d1", "d2"]

    def test_of_a_range_says_first_how_many(self, admin, three):
        address = reverse("admin:moderation_replay_range")
        page = admin.get(f"{address}?state=dead&from=2026-11-21").content.decode()
        assert "2 callbacks pass" in page
        assert self.due() == ["d2"]

        admin.post(address, {"query": "state=dead&data_id=d0"})
        assert self.due() == ["d0", "d2"]

    def test_of_a_range_refuses_what_it_cannot_read(self, admin, three):
        admin.post(reverse("admin:moderation_replay_range"), {"query": "from=yesterday"})

        assert self.due() == ["d2"]

    def test_is_not_for_the_auditor(self, signed_in, three):
        auditor = signed_in(Role.AUDITOR)
        for name in ("selected", "range"):
            address = reverse(f"admin:moderation_replay_{name}")
            assert auditor.post(address, {"callback": three[0].pk, "query": ""}).status_code == 403
        assert self.due() == ["d2"]


class TestAnEndpointThatRests:
    def test_is_paused_and_goes_on(self, admin, make_endpoint):
        endpoint = make_endpoint().endpoint
        admin.post(reverse("admin:moderation_endpoint_pause", args=[endpoint.pk]))
        page = admin.get(reverse("admin:moderation_endpoint", args=[endpoint.pk])).content.decode()
        assert "Paused since" in page
        admin.post(reverse("admin:moderation_endpoint_resume", args=[endpoint.pk]))

        assert CallbackEndpoint.objects.get().paused_at is None

    def test_that_we_switched_off_is_told_of_on_every_page(self, admin, signed_in, make_endpoint):
        endpoint = make_endpoint(name="shop").endpoint
        assert "were switched off" not in admin.get("/console/").content.decode()
        CallbackEndpoint.objects.update(is_enabled=False, disabled_reason="failing")

        for address in ("/console/", reverse(DELIVERIES), "/console/profile/"):
            page = admin.get(address).content.decode()
            assert "Callbacks to shop were switched off" in page
            assert reverse("admin:moderation_endpoint", args=[endpoint.pk]) in page
        assert "switched off" not in signed_in(Role.REVIEWER).get("/console/").content.decode()

    def test_from_calls_is_shown_to_those_who_ask(self, admin, account):
        endpoint_for_call(account=account, url="https://call.example/", seed="abc", now=NOW)

        assert "call.example" not in admin.get(reverse(ENDPOINTS)).content.decode()
        assert "call.example" in admin.get(f"{reverse(ENDPOINTS)}?from_calls=shown").content.decode()
