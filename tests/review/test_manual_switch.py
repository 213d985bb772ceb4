"""The manual review service: a platform admin enables it for an account; where it is off nothing shows it."""

import json
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.console import navigation
from config.console.navigation import NavItem
from moderation.models import Callback, Service
from moderation.task_process import TaskProcess
from moderation.values import Level
from review.models import ReviewItem
from tests.factories import (
    RISKY,
    make_account,
    make_endpoint,
    make_platform_admin,
    make_user,
    publish,
    service_of,
    switch_manual_review,
)
from tests.pictures import base64_of, saying

pytestmark = pytest.mark.django_db
SUBMITTED = {"content": "Meet me at the old mill"}
PEOPLE = {"imageManualCheck", "textManualCheck", "audioManualCheck", "videoManualCheck"}
EVERY_ADDRESS = [
    ("post", "/api/v1/texts/manual"),
    ("post", "/api/v1/images/manual"),
    ("post", "/api/v1/audios/manual"),
    ("post", "/api/v1/videos/manual"),
    ("get", "/api/v1/manual"),
    ("get", "/api/v1/manual/01a1fc75-b561-7c46-b06b-9e8a7dca6516"),
    ("post", "/api/v1/manual/01a1fc75-b561-7c46-b06b-9e8a7dca6516/cancel"),
    ("post", "/api/v1/manual/01a1fc75-b561-7c46-b06b-9e8a7dca6516/result"),
]


@pytest.fixture
def off(db, fresh_process):
    return make_account()


def sent_on(account, code="comment_detection"):
    """A service whose risky results the review team decides on."""
    service = service_of(account, code)
    levels = frozenset({Level.MEDIUM, Level.HIGH})
    rules = service.current_version.rules
    publish(service, replace(rules, manual_levels=levels))


def moderated(caller, content=RISKY):
    body = {"service": "comment_detection", "content": content}
    answer = caller.post("/api/v1/texts/moderations", body)
    assert answer.status_code == 200, answer.content
    return answer.json()


class TestIfTheServiceIsNotEnabledManualReviewOptionsAreNotDisplayed:
    @pytest.mark.parametrize("method, path", EVERY_ADDRESS)
    def test_the_api_says_so_and_whom_to_ask(self, make_caller, off, settings, method, path):
        caller = make_caller(off)
        settings.ASSAY_SUPPORT_CONTACT = "support@assay.example"
        error = getattr(caller, method)(path).json()["error"]

        assert error["code"] == "manual_review_off"
        assert "support@assay.example" in error["message"]
        assert error["details"] == {"contact": "support@assay.example"}
        settings.ASSAY_SUPPORT_CONTACT = ""
        error = getattr(caller, method)(path).json()["error"]
        assert "administrator" in error["message"]
        assert getattr(caller, method)(path).status_code == 403

    def test_nothing_is_kept_of_what_was_sent(self, make_caller, off, tmp_path):
        make_caller(off).post("/api/v1/texts/manual", SUBMITTED)

        assert not ReviewItem.objects.exists()

    def test_entries_of_the_sidebar_that_need_it_are_not_shown(self, off, rf):
        item = NavItem("review", "Recheck", "review_recheck", "x", "review.recheck", needs_manual_review=True)
        request = rf.get("/console/")
        request.user = make_user(account=off, role="account_admin")
        request.account = off

        assert not item.is_for(request)
        request.account = switch_manual_review(off)
        assert item.is_for(request)

    def test_pages_of_such_entries_are_not_there(self, off, client):
        client.force_login(make_user(account=off, role="account_admin"))
        for item in navigation._items.values():
            if item.needs_manual_review:
                assert client.get(reverse(f"admin:{item.url_name}")).status_code == 404, item.url_name

    def test_services_for_people_are_not_listed(self, make_caller, off, client):
        caller = make_caller(off)
        codes = {one["code"] for one in caller.get("/api/v1/services").json()}
        client.force_login(make_user(account=off, role="policy_admin"))
        page = client.get(reverse("admin:moderation_services")).content.decode()

        assert not codes & PEOPLE
        assert "ManualCheck" not in page
        switch_manual_review(off)
        codes = {one["code"] for one in caller.get("/api/v1/services").json()}
        assert codes >= PEOPLE
        page = client.get(reverse("admin:moderation_services") + "?type=audio").content.decode()
        assert "audioManualCheck" in page

    def test_levels_for_the_review_team_open_no_item_for_it(self, make_caller, off):
        sent_on(off)
        body = moderated(make_caller(off))

        assert body["manual_task_id"] is None
        assert ReviewItem.objects.get().mode == "audit"


class TestEnabling:
    def test_is_done_by_a_platform_admin_on_the_accounts_page(self, off, client, make_caller):
        caller = make_caller(off)
        assert caller.post("/api/v1/texts/manual", SUBMITTED).status_code == 403
        client.force_login(make_platform_admin())
        page = reverse("admin:accounts_account_change", args=[off.pk])
        form = {"name": off.name, "time_zone": "UTC", "is_active": "on", "manual_review_on": "on"}
        assert client.post(page, form).status_code == 302

        assert caller.post("/api/v1/texts/manual", SUBMITTED).status_code == 202
        del form["manual_review_on"]
        client.post(page, form)
        assert caller.post("/api/v1/texts/manual", SUBMITTED).status_code == 403

    def test_is_nothing_that_an_account_admin_can_do(self, off, client):
        client.force_login(make_user(account=off, role="account_admin"))
        page = reverse("admin:accounts_account_change", args=[off.pk])

        assert client.post(page, {"name": off.name, "manual_review_on": "on"}).status_code in (403, 404)
        off.refresh_from_db()
        assert not off.manual_review_on

    def test_gives_an_account_of_before_the_services_for_people(self, off):
        """Accounts that were opened by an earlier release have none of them."""
        services = Service.objects.owned_by(off)
        for code in PEOPLE:
            services.filter(code=code).update(code=f"not_{code}")
        switch_manual_review(off)

        made = services.filter(code__in=PEOPLE)
        assert {service.code for service in made} == PEOPLE
        assert {service.content_type for service in made} == {"image", "text", "audio", "video"}
        assert all(service.is_human_only and service.current_version for service in made)

    def test_closes_an_account_at_once_for_keys_that_were_just_used(self, off, make_caller):
        """What processes hold of a key has its account in it."""
        from_before = make_caller(off)
        assert from_before.get("/api/v1/services").status_code == 200
        switch_manual_review(off)

        assert from_before.get("/api/v1/manual").status_code == 200


class TestTheHumanMachineReviewService:
    @pytest.fixture
    def on(self, off):
        sent_on(switch_manual_review(off))
        return off

    def test_synchronously_returns_detection_results_with_the_manual_task(self, make_caller, on):
        caller = make_caller(on)
        body = moderated(caller)
        item = ReviewItem.objects.get()

        assert body["level"] in ("medium", "high")
        assert body["manual_task_id"] == str(item.task_id)
        assert item.mode == "human_machine"
        task = caller.get(f"/api/v1/manual/{body['manual_task_id']}").json()
        assert (task["mode"], task["state"]) == ("human_machine", "waiting")
        assert task["request_id"] == body["request_id"]
        read = caller.get(f"/api/v1/results/{body['request_id']}").json()
        assert read["manual_task_id"] == str(item.task_id)
        [listed] = caller.get("/api/v1/results").json()["results"]
        assert listed["manual_task_id"] == str(item.task_id)

    @pytest.mark.django_db(transaction=True)
    def test_names_the_task_of_a_picture_at_once_and_later(self, make_caller, on, fake_engines):
        """Later: in what is asked for, and in what is told as an asynchronous message."""
        caller = make_caller(on)
        make_endpoint(on, events=["result.created"])
        sent_on(on, "baselineCheck")
        body = {"service": "baselineCheck", "image": base64_of(saying("[[fake:porn=99]]"))}
        [result] = caller.post("/api/v1/images/moderations", body).json()["results"]
        assert result["manual_task_id"] == str(ReviewItem.objects.get().task_id)
        Callback.objects.all().delete()

        task = caller.post("/api/v1/images/tasks", body).json()
        TaskProcess(threads=1).run(until_empty=True)
        [later] = caller.get(f"/api/v1/images/tasks/{task['task_id']}").json()["result"]["results"]
        item = ReviewItem.objects.get(request_id=task["task_id"])
        assert later["manual_task_id"] == str(item.task_id)
        told = json.loads(bytes(Callback.objects.get().body))
        assert told["data"]["manual_task_id"] == str(item.task_id)

    def test_names_no_task_for_what_is_not_sent_on(self, make_caller, on):
        body = moderated(make_caller(on), "The library opens at nine.")

        assert body["manual_task_id"] is None
        assert not ReviewItem.objects.exists()

    def test_costs_the_answer_no_query(self, make_caller, on):
        caller = make_caller(on)
        moderated(caller)
        counts = []
        for content in (f"{RISKY} again", "The library opens at nine."):
            with CaptureQueriesContext(connection) as captured:
                moderated(caller, content)
            counts.append(sum("review_reviewitem" in one["sql"] for one in captured.captured_queries))

        assert counts == [1, 0]
