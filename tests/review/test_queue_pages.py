"""The pages of queues, rules, reviewers and queue health, and what the API tells of queues."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from config.accounts import authentication, rates
from config.accounts.models import User
from config.accounts.operations.accounts import set_member
from moderation.models import ModerationResult
from review.hour_bars import hour_bars, levels_up_to
from review.models import Decision, Reviewer, ReviewItem, ReviewQueue, RoutingRule
from review.operations.escalation import escalate
from review.queue_figures import (
    Agreement,
    Hour,
    agreement_by_queue,
    decided_per_hour,
    figures_of,
)
from tests.console.test_browser import Visit
from tests.factories import NOW, make_account, make_key, make_user
from tests.review.people import CONTACT, DRUGS, given, queue, wait

PASSWORD = "correct horse"
pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    authentication._known.clear()
    rates._lots.clear()
    return make_account("Harbour Forum")


@pytest.fixture
def ann(account):
    return make_user("ann", account=account)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def lead(account):
    return client_of(make_user("lea", account=account, role="account_admin"))


@pytest.fixture
def reviewer(ann):
    return client_of(ann)


def page(client, name, /, *args, **query) -> str:
    answer = client.get(reverse(f"admin:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def send(client, name, /, *args, **fields):
    return client.post(reverse(f"admin:{name}", args=args), fields)


class TestQueues:
    FIELDS = {"name": "Chinese", "description": "For readers of Chinese", "sla_minutes": 90,
              "skills": "Chinese,  law "}  # fmt: skip

    def test_are_made_changed_paused_and_deleted(self, account, lead):
        assert send(lead, "review_queue_new", **self.FIELDS).status_code == 302
        made = ReviewQueue.objects.owned_by(account).get()
        assert (made.name, made.sla_minutes, made.skills) == ("Chinese", 90, ["chinese", "law"])

        send(lead, "review_queue_edit", made.pk, **self.FIELDS | {"sla_minutes": 120, "is_default": "on"})
        send(lead, "review_queue_pause", made.pk, paused="1")
        made.refresh_from_db()
        assert (made.sla_minutes, made.is_default, made.is_paused) == (120, True, True)
        shown = page(lead, "review_queues")
        assert "2 h" in shown and "takes the rest" in shown and "Resume" in shown

        other = queue(account, "Rest", is_default=True)
        assert send(lead, "review_queue_delete", made.pk).status_code == 302
        assert list(ReviewQueue.objects.owned_by(account)) == [other]

    def test_say_beside_the_field_what_is_wrong(self, account, lead):
        queue(account, "Chinese")

        answer = send(lead, "review_queue_new", **self.FIELDS)

        assert answer.status_code == 400
        assert answer.context["form"].errors["name"] == ["Another queue has this name already."]

    def test_show_what_waits_is_due_and_is_the_oldest(self, account, reviewer, ann):
        first = wait(account, at=timezone.now() - timedelta(hours=30))
        wait(account, at=timezone.now() - timedelta(hours=23, minutes=30))
        wait(account, at=timezone.now())
        given(account, ann, 1, now=timezone.now())

        shown = page(reviewer, "review_queues")

        [figures] = figures_of(account, timezone.now())
        assert (figures.waiting, figures.in_hand, figures.overdue, figures.due_soon) == (2, 1, 1, 1)
        assert figures.oldest.item_id == first.pk
        assert "1 day ago" in shown and reverse(
            "admin:moderation_moderationresult_change", args=[first.result_id]
        ) in shown  # fmt: skip

    def test_are_changed_by_leads_only(self, account, reviewer):
        made = queue(account, "A")
        assert "New queue" not in page(reviewer, "review_queues")

        for name, args in (
            ("review_queue_new", ()), ("review_queue_edit", (made.pk,)), ("review_queue_pause", (made.pk,)),
            ("review_queue_delete", (made.pk,)), ("review_rule_new", ()),
        ):  # fmt: skip
            assert send(reviewer, name, *args, **self.FIELDS).status_code == 403
        assert ReviewQueue.objects.get(pk=made.pk) == made


class TestRoutingRules:
    def test_are_made_with_boxes_and_moved(self, account, lead):
        chinese, porn = queue(account, "Chinese"), queue(account, "Porn")
        send(lead, "review_rule_new", queue=chinese.pk, languages=["zh", "ja"], levels=["high"])
        send(lead, "review_rule_new", queue=porn.pk, label_groups=["pornographic"])
        first, second = RoutingRule.objects.owned_by(account).in_order()
        assert (first.languages, first.levels, first.modes) == (["zh", "ja"], ["high"], [])

        send(lead, "review_rule_move", second.pk, to="up")
        send(lead, "review_rule_edit", first.pk, queue=porn.pk, modes=["audit"])

        assert list(RoutingRule.objects.owned_by(account).in_order()) == [second, first]
        first.refresh_from_db()
        assert (first.queue, first.languages, first.modes) == (porn, [], ["audit"])
        shown = page(lead, "review_routing")
        assert shown.index("Pornographic</dd>") < shown.index("Audit</dd>")
        send(lead, "review_rule_delete", first.pk)
        assert list(RoutingRule.objects.owned_by(account)) == [second]

    def test_are_tried_out(self, account, lead):
        chinese = queue(account, "Chinese")
        send(lead, "review_rule_new", queue=chinese.pk, label_groups=["advertising"])
        send(lead, "review_rule_new", queue=chinese.pk, languages=["zh"], levels=["high"])
        service = wait(account).service_id
        item = {"mode": "audit", "content_type": "text", "level": "high", "group": "", "service": service}

        assert "To “Chinese”, by rule 2." in page(lead, "review_routing", **item, language="zh")
        assert "To “General”: no rule fits." in page(lead, "review_routing", **item, language="en")
        assert ReviewItem.objects.owned_by(account).count() == 1, "nothing was stored by trying"

    def test_send_to_no_queue_of_others(self, account, lead):
        foreign = queue(make_account(), "Foreign")

        assert send(lead, "review_rule_new", queue=foreign.pk).status_code == 400
        assert not RoutingRule.objects.exists()


class TestReviewers:
    def test_get_skills_and_are_spared(self, account, lead, ann):
        queue(account, "Law", skills=["law"])
        assert "law</span>" in page(lead, "review_reviewers"), "nobody has it yet"

        send(lead, "review_reviewer", ann.pk, skills="Law, Chinese", spared=["terrorist", "pornographic"])

        profile = Reviewer.objects.owned_by(account).get(user=ann)
        assert (profile.skills, profile.spared) == (["chinese", "law"], ["pornographic", "terrorist"])
        shown = page(lead, "review_reviewers")
        assert "Terrorist and violent" in shown and "nobody has" not in shown

    def test_have_what_they_hold_put_back(self, account, lead, ann):
        item = wait(account, at=timezone.now())
        given(account, ann, now=timezone.now())
        assert "Put all back" in page(lead, "review_reviewer", ann.pk)

        send(lead, "review_reviewer_put_back", ann.pk)

        assert ReviewItem.objects.get(pk=item.pk).state == "waiting"

    def test_keep_to_themselves_what_they_would_rather_not_see(self, account, lead, ann):
        Reviewer.objects.create(account=account, user=ann, skipped=["terrorist"])

        shown = page(lead, "review_reviewers") + page(lead, "review_reviewer", ann.pk)

        assert 'value="terrorist" checked' not in shown
        assert "nothing</span>" in shown

    def test_of_other_accounts_are_not_there(self, account, lead):
        foreign = make_user("zoe", account=make_account())

        assert "zoe" not in page(lead, "review_reviewers")
        for name in ("review_reviewer", "review_reviewer_put_back"):
            assert send(lead, name, foreign.pk, skills="x").status_code == 404
        assert not Reviewer.objects.exists()


def decide_at(item, user, moment, outcome="pass", recheck=""):
    """A decision as it is kept, without all that follows from one."""
    ReviewItem.objects.filter(pk=item.pk).update(
        state="decided",
        outcome=outcome,
        decided_label=CONTACT if outcome == "block" else "",
        decided_at=moment,
        recheck_outcome=recheck,
        rechecked_at=moment if recheck else None,
    )
    Decision.objects.create(
        account=item.account,
        item=item,
        reviewer=user,
        outcome=outcome,
        label=CONTACT if outcome == "block" else "",
        decided_at=moment,
    )


class TestQueueHealth:
    def test_shows_decisions_per_hour_that_stand(self, account, reviewer, ann):
        now = timezone.now()
        for back, outcome in ((0, "pass"), (0, "block"), (2, "block"), (23, "pass"), (25, "pass")):
            moment = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=back)
            decide_at(wait(account), ann, moment, outcome)
        undone = wait(account)
        decide_at(undone, ann, now)
        Decision.objects.filter(item=undone).update(undone_at=now, undone_by=ann)

        hours = decided_per_hour(account, now)

        assert [(hour.passed, hour.blocked) for hour in (hours[0], hours[-3], hours[-1])] == [
            (1, 0), (0, 1), (1, 1),
        ]  # fmt: skip
        assert sum(hour.decided for hour in hours) == 4 and len(hours) == 24
        shown = page(reviewer, "review_health")
        assert "4 decisions in 24 hours" in shown
        assert shown.count('class="hours-blocked"') == 2

    def test_tells_agreement_only_where_enough_was_rechecked(self, account, reviewer, ann):
        for number in range(19):
            decide_at(wait(account), ann, timezone.now(), recheck="pass" if number else "block")
        assert "too few: 19 rechecked" in page(reviewer, "review_health")

        decide_at(wait(account), ann, timezone.now(), recheck="pass")

        [agreement] = agreement_by_queue(account, timezone.now()).values()
        assert (agreement.of, agreement.share) == (20, 0.95)
        assert agreement.interval == pytest.approx((0.764, 0.991), abs=0.001)
        assert "95.0 %" in page(reviewer, "review_health")

    def test_never_counts_on_and_on(self, account, reviewer, monkeypatch):
        monkeypatch.setattr("review.queue_figures.CAP", 3)
        monkeypatch.setattr("review.admin.health.CAP", 3)
        for _number in range(6):
            wait(account)

        assert 'data-figure="waiting">3+<' in page(reviewer, "review_health")

    def test_shows_what_was_escalated(self, account, reviewer, ann):
        escalate(account=account, item_id=wait(account).pk, reviewer=ann, note="?", now=NOW)

        assert 'data-figure="escalated">1<' in page(reviewer, "review_health")
        assert "1 escalated item waits" in page(reviewer, "review_queues")

    def test_of_an_account_without_queues_is_empty(self, reviewer):
        assert "No queue yet" in page(reviewer, "review_health")
        assert "No queue yet" in page(reviewer, "review_queues")


@pytest.mark.parametrize(
    ("most", "levels"), [(0, [0, 1]), (1, [0, 1]), (4, [0, 1, 2, 3, 4]), (17, [0, 5, 10, 15, 20])]
)
def test_bars_have_round_lines(most, levels):
    assert levels_up_to(most) == levels


def test_bars_fill_their_chart():
    chart = hour_bars([Hour(NOW, passed=3, blocked=1), Hour(NOW)], name=str)

    assert chart.bars[0].blocked_y == chart.top
    assert chart.bars[0].passed_y + chart.bars[0].passed_height == chart.floor
    assert chart.bars[1].passed_height == 0


def test_a_share_of_few_is_no_share():
    assert Agreement(19, 19).share is None and Agreement(19, 19).interval is None
    assert Agreement(20, 20).share == 1.0


class TestTheApi:
    def ask(self, account, **kwargs):
        headers = {"Authorization": f"Bearer {make_key(account, **kwargs).token}"}
        return Client().get("/api/v1/review/queues", headers=headers)

    def test_lists_queues_with_their_figures(self, account):
        item = wait(account, at=timezone.now() - timedelta(hours=25))
        queue(account, "Law", skills=["law"], sla_minutes=30)
        wait(make_account())

        general, law = self.ask(account).json()["queues"]

        assert (general["name"], general["takes_the_rest"], general["waiting"]) == ("General", True, 1)
        assert (general["overdue"], general["oldest"]["item_id"]) == (1, item.pk)
        assert general["agreement"] == {"rechecked": 0, "agreed": 0, "share": None, "interval": None}
        assert (law["skills"], law["decide_within_minutes"], law["oldest"]) == (["law"], 30, None)

    def test_asks_for_the_scope(self, account):
        assert self.ask(account, scopes=["texts:moderate"]).status_code == 403


@pytest.fixture
def lead_at_work(transactional_db, live_server, browser):
    account = make_account("Harbour Forum")
    user = User.objects.create_user("lea", password=PASSWORD)
    set_member(account=account, user=user, role="account_admin", actor=None, now=NOW)
    context = browser.new_context(viewport={"width": 1366, "height": 900})
    page = context.new_page()
    page.set_default_timeout(15_000)
    visit = Visit(page, live_server.url)
    visit.account = account
    visit.go("/console/")
    page.fill("[name=username]", "lea")
    page.fill("[name=password]", PASSWORD)
    page.click(".as-form button")
    page.wait_for_selector(".as-side-nav")
    yield visit
    visit.look()
    context.close()
    assert visit.faults == []


@pytest.mark.django_db(transaction=True)
def test_a_lead_sets_up_queues_in_the_browser(lead_at_work):
    page = lead_at_work.go("/console/review-queues/")
    for name, time in (("Chinese", "60"), ("Everything else", "1440")):
        page.get_by_role("link", name="New queue").click()
        page.get_by_label("Name").fill(name)
        page.get_by_label("Decide within (minutes)").fill(time)
        if name == "Everything else":
            page.get_by_label("Takes what no rule sends elsewhere").check()
        page.get_by_role("button", name="Create queue").click()
        expect(page.locator(".as-alert")).to_contain_text(name)

    page.get_by_role("link", name="Routing rules").first.click()
    for box in ("High", "Chinese"):
        page.get_by_role("link", name="New rule").click()
        page.get_by_label("Send to").select_option(label="Chinese")
        page.get_by_label(box, exact=True).check()
        page.get_by_role("button", name="Save rule").click()
        expect(page.locator(".as-alert")).to_contain_text("Saved")
    page.get_by_role("button", name="Move rule 2 up").press("Enter")
    expect(page.locator("tr[data-rule]").first).to_contain_text("Language")

    page.get_by_role("combobox", name="Language").select_option(label="Chinese")
    page.get_by_role("button", name="Try").click()
    expect(page.get_by_role("status")).to_have_text("To “Chinese”, by rule 1.")
    expect(page.locator("tr[aria-current]")).to_contain_text("Language")

    page.locator("tr[data-rule] summary").first.click()
    page.get_by_role("button", name="Yes, delete the rule").click()
    expect(page.locator("tr[data-rule]")).to_have_count(1)

    item = wait(lead_at_work.account, DRUGS, level="high", content="加我微信", at=timezone.now())
    assert item.queue.name == "Chinese"
    assert ModerationResult.objects.get().review_item == item
    page = lead_at_work.go("/console/review-queues/")
    row = page.locator("tr", has_text="Chinese").first
    expect(row.locator("td").nth(3)).to_have_text("1")
    row.get_by_role("button", name="Pause").click()
    expect(page.locator("tr", has_text="Chinese").first).to_contain_text("paused")
    expect(lead_at_work.go("/console/review-health/").locator(".hours")).to_be_visible()
