"""Seed chapter “Manual review service”, sentence by sentence: in a real browser, with a real receiver."""

import json
import uuid
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from moderation.callbacks.delivery import deliver
from moderation.callbacks.leasing import lease
from moderation.models import Callback
from moderation.values import Level
from review.models import ReviewItem
from tests.factories import CLEAN, make_key, publish, service_of, switch_manual_review
from tests.moderation.results_made import image_service
from tests.pictures import base64_of, encode, saying, scene
from tests.receivers import receiving
from tests.recordings import FILM, tone
from tests.review.browser.visits import account, engines, sign_in  # noqa: F401

CONTACT = "Add me on WeChat: abc_12345, free gifts"
ON_THE_ACCOUNT = "Manual review service"


@pytest.fixture(autouse=True)
def loopback(settings):
    """Receivers of the tests live on this machine, and may be called."""
    settings.ASSAY_OUTBOUND_HTTP = True
    settings.ASSAY_OUTBOUND_ALLOW = ["127.0.0.0/8"]


@pytest.fixture
def call(account, client):  # noqa: F811
    """Call the API as the client's business server does."""
    token = make_key(account).token

    def call(path, body=None):
        headers = {"Authorization": f"Bearer {token}"}
        if body is None:
            answer = client.get(path, headers=headers)
        else:
            answer = client.post(path, json.dumps(body), content_type="application/json", headers=headers)
        assert answer.status_code in (200, 202), answer.content
        return answer.json()

    return call


@pytest.fixture
def enabled(account):  # noqa: F811
    """The service is on, and risky content goes on to people."""
    switch_manual_review(account)
    for service in [service_of(account), image_service(account)]:
        rules = service.current_version.rules
        publish(service, replace(rules, manual_levels=frozenset({Level.MEDIUM, Level.HIGH})))
    return account


def open_recheck(visit, **query):
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    page = visit.go(f"/console/recheck/?{asked}")
    expect(page.locator(".pieces, .as-empty").first).to_be_visible()
    return page


def piece(page, name: str):
    return page.locator(".piece", has=page.get_by_text(name, exact=True))


def decide_in_console(page, name: str, outcome: str) -> None:
    piece(page, name).get_by_role("button", name=outcome, exact=True).click()
    if outcome == "Block":
        dialog = page.get_by_role("dialog", name="Block")
        dialog.get_by_role("radio", name="Ad", exact=False).first.check()
        dialog.get_by_role("button", name="Block").click()
    expect(page.locator("[data-said]")).to_contain_text("1 item")


def send_all() -> None:
    """What the delivery process does, once the time for undoing is over."""
    for callback in Callback.objects.filter(state="due").order_by("id"):
        token = uuid.uuid4()
        assert callback.pk in lease(count=20, now=callback.due_at, token=token)
        deliver(callback_id=callback.pk, token=token)


def told_by(receiver) -> list[dict]:
    return [json.loads(received.body) for received in receiver.received]


class TestIfTheServiceIsNotEnabled:
    def test_manual_review_options_are_not_displayed(self, account, sign_in):  # noqa: F811
        visit = sign_in("ada", "account_admin")
        page = visit.page

        expect(page.get_by_role("link", name="Audit", exact=True)).to_be_visible()
        expect(page.get_by_role("link", name="Recheck", exact=True)).to_have_count(0)
        visit.go(f"/console/service-rules/{service_of(account).pk}/?edit=1#review")
        expect(page.get_by_role("group", name="Audit: levels")).to_be_visible()
        expect(page.get_by_text("Human-machine review: levels")).to_have_count(0)

    def test_support_enables_it_for_the_account(self, account, sign_in):  # noqa: F811
        support = sign_in("root", "platform").go(f"/console/accounts/account/{account.pk}/change/")
        support.get_by_label(ON_THE_ACCOUNT).check()
        support.get_by_role("button", name="Save", exact=True).click()
        expect(support.locator(".as-alert-success, .as-messages").first).to_be_visible()

        visit = sign_in("ada", "account_admin")
        page = visit.page
        expect(page.get_by_role("link", name="Recheck", exact=True)).to_be_visible()
        visit.go(f"/console/service-rules/{service_of(account).pk}/?edit=1#review")
        expect(page.get_by_text("Human-machine review: levels")).to_be_visible()


class TestHumanMachineReview:
    def test_the_callback_url_is_configured_and_the_api_called_and_the_result_sent(
        self,
        enabled,
        call,
        sign_in,  # noqa: F811
    ):
        with receiving() as receiver:
            admin = sign_in("ada", "account_admin").page
            configure_callback(admin, receiver.url)

            answer = call(
                "/api/v1/texts/moderations",
                {"service": "comment_detection", "content": CONTACT, "data_id": "post-1"},
            )
            assert answer["level"] in ("medium", "high") and answer["labels"]
            page = open_recheck(sign_in("rex", "rechecker"), content_type="text", mode="human_machine")
            expect(piece(page, "post-1")).to_contain_text("Waiting")
            decide_in_console(page, "post-1", "Block")
            send_all()

            told = [event for event in told_by(receiver) if event["type"] == "review.decided"]
        item = ReviewItem.objects.get(data_id="post-1")
        assert answer["manual_task_id"] == str(item.task_id)
        assert len(told) == 1
        assert str(item.task_id) in json.dumps(told) and '"block"' in json.dumps(told)

    def test_pictures_are_answered_at_once_and_sent_on_to_people(self, enabled, call, sign_in):  # noqa: F811
        picture = base64_of(saying("[[fake:porn=91]]"))
        answer = call(
            "/api/v1/images/moderations", {"service": "albums", "image": picture, "data_id": "picture-1"}
        )
        [result] = answer["results"]
        assert result["level"] == "high" and result["manual_task_id"]

        page = open_recheck(sign_in("rex", "rechecker"), content_type="image")
        decide_in_console(page, "picture-1", "Pass")

        told = call(f"/api/v1/results/{answer['request_id']}")
        assert told["human"]["outcome"] == "pass"

    def test_clean_content_stays_with_the_machine(self, enabled, call, sign_in):  # noqa: F811
        answer = call("/api/v1/texts/moderations", {"service": "comment_detection", "content": CLEAN})

        assert not answer.get("manual_task_id")
        page = open_recheck(sign_in("rex", "rechecker"), content_type="text")
        expect(page.get_by_role("heading", name="Nothing was reviewed yet")).to_be_visible()


def configure_callback(page, url: str) -> None:
    """Choose Integration > Callback endpoints, and name where results are to be sent."""
    page.get_by_role("link", name="Callback endpoints", exact=True).click()
    page.get_by_role("link", name="Add endpoint").click()
    page.locator("[name=name]").fill("Business server")
    page.locator("[name=url]").fill(url)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Secret")).to_be_visible()


SENT = {
    "text": ("texts", {"content": "Meet me at the old mill"}),
    "image": ("images", {"image": base64_of(encode(scene(1)))}),
    "audio": ("audios", {"audio": base64_of(tone())}),
    "video": ("videos", {"video": base64_of(FILM)}),
}


class TestHumanOnlyReview:
    @pytest.mark.parametrize("kind", SENT)
    def test_content_is_submitted_with_a_callback_and_only_people_answer(
        self,
        enabled,
        call,
        sign_in,  # noqa: F811
        kind,
    ):
        path, body = SENT[kind]
        with receiving() as receiver:
            target = {"callback": receiver.url, "seed": "one_of_ours"}
            task = call(f"/api/v1/{path}/manual", body | target | {"data_id": "post-2"})
            assert task["result"] is None

            page = open_recheck(sign_in("rex", "rechecker"), content_type=kind, mode="human_only")
            expect(piece(page, "post-2")).to_contain_text("No machine looked at it")
            decide_in_console(page, "post-2", "Block")
            send_all()

            assert receiver.received
        assert call(f"/api/v1/manual/{task['task_id']}")["result"]["outcome"] == "block"
