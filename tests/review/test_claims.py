"""Who is given which items: never the same to two, nothing that somebody is not to see."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from review.lanes import spread_out
from review.models import CarePolicy, Exposure, Reviewer, ReviewItem
from review.operations.claims import claim, gone, heartbeat, release
from review.operations.decisions import decide
from review.operations.escalation import escalate
from review.operations.expiry import expire_items
from review.operations.queues import pause_queue
from review.operations.routing_rules import create_rule
from review.operations.submit import cancel
from review.states import Mode
from tests.factories import NOW, make_account, make_key, make_user
from tests.moderation.results_made import image_service
from tests.review.people import CONTACT, DRUGS, PORN, given, queue, wait

SOON = NOW + timedelta(minutes=5)
LATER = NOW + timedelta(minutes=11)
# What the tests of this file share, but for the last ones: they need transactions of their own.
pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def ann(account):
    return make_user("ann", account=account)


@pytest.fixture
def ben(account):
    return make_user("ben", account=account)


@pytest.fixture
def lea(account):
    return make_user("lea", account=account, role="rechecker")


def profile(account, user, **fields) -> Reviewer:
    return Reviewer.objects.create(account=account, user=user, **fields)


def send(target, **conditions):
    create_rule(account=target.account, queue=target, conditions=conditions, actor=None, now=NOW)


class TestABatch:
    @pytest.mark.parametrize(("asked", "got"), [(-3, 1), (0, 1), (1, 1), (25, 25), (26, 25), (1000, 25)])
    def test_has_one_to_twenty_five(self, account, ann, asked, got):
        for _number in range(27):
            wait(account)

        assert len(given(account, ann, asked)) == got

    def test_is_in_the_order_of_urgency_over_all_queues(self, account, ann):
        send(queue(account, "Quick", sla_minutes=10), label_groups=["prohibited"])
        slow = wait(account, CONTACT, level="low")
        mild = wait(account, DRUGS, level="low")
        worst = wait(account, CONTACT, level="high", at=NOW + timedelta(minutes=1))

        assert given(account, ann) == [worst.pk, mild.pk, slow.pk]

    def test_can_be_of_one_queue_kind_mode_author_or_content(self, account, ann, lea):
        image_service(account)
        special = queue(account, "Special")
        send(special, levels=["low"])
        plain = wait(account)
        low = wait(account, level="low")
        picture = wait(account, service="albums")
        manual = wait(account, mode=Mode.HUMAN_MACHINE)
        authored = wait(account, author_id="mallory", data_id="post-1")
        same = wait(account, author_id="mallory", data_id="post-2")
        everything = {one.pk for one in (plain, low, picture, manual, authored, same)}

        for reviewer in (ann, lea):
            for asked, wanted in (
                ({"queue_id": special.pk}, {low.pk}),
                ({"content_type": "image"}, {picture.pk}),
                ({"mode": Mode.HUMAN_MACHINE}, {manual.pk}),
                ({"author_id": "mallory"}, {authored.pk, same.pk}),
                ({"data_id": "post-2"}, {same.pk}),
                ({"author_id": "mallory", "data_id": "post-1"}, {authored.pk}),
                ({"author_id": "mallory", "content_type": "image"}, set()),
                ({"queue_id": queue(make_account(), "Foreign").pk}, set()),
                ({}, everything),
            ):
                assert set(given(account, reviewer, **asked)) == wanted, asked
                release(account=account, reviewer=reviewer, now=NOW)

    def test_shares_the_hand_between_tabs_and_puts_back_what_is_replaced(self, account, ann):
        image_service(account)
        text, picture = wait(account), wait(account, service="albums")

        assert given(account, ann, content_type="text") == [text.pk]
        assert given(account, ann, content_type="image") == [picture.pk]
        assert set(given(account, ann)) == {text.pk, picture.pk}
        assert given(account, ann, content_type="image", replace=True) == [picture.pk]
        assert ReviewItem.objects.get(pk=text.pk).state == "waiting"

    def test_never_makes_a_hand_of_more_than_a_hundred(self, account, ann):
        for number in range(130):
            wait(account, author_id=f"author-{number % 6}")

        for number in range(6):
            given(account, ann, author_id=f"author-{number}")

        assert ReviewItem.objects.in_hand_of(ann).count() == 100

    def test_is_of_the_own_account(self, account, ann):
        wait(make_account())

        assert given(account, ann) == []


class TestNotGiven:
    def test_are_items_of_paused_queues(self, account, ann):
        paused = queue(account, "Paused")
        send(paused)
        wait(account)
        pause_queue(queue=paused, is_paused=True, actor=None, now=NOW)
        assert given(account, ann) == []

        pause_queue(queue=paused, is_paused=False, actor=None, now=NOW)
        assert len(given(account, ann)) == 1

    def test_are_items_that_need_a_skill_more(self, account, ann, ben):
        send(queue(account, "Chinese porn", skills=["chinese", "porn"]))
        item = wait(account)
        profile(account, ann, skills=["chinese"])
        profile(account, ben, skills=["chinese", "law", "porn"])

        assert given(account, ann) == []
        assert given(account, ben) == [item.pk]

    @pytest.mark.parametrize("field", ["spared", "skipped"])
    def test_are_detection_types_that_one_is_spared_or_skips(self, account, ann, field):
        image_service(account)
        wait(account, PORN, service="albums")
        contact = wait(account, CONTACT)
        profile(account, ann, **{field: ["pornographic", "terrorist"]})

        assert given(account, ann) == [contact.pk]

    def test_are_those_of_which_one_has_seen_enough_today(self, account, ann, ben):
        image_service(account)
        porn = wait(account, PORN, service="albums")
        CarePolicy.objects.create(account=account, caps={"pornographic": 600, "": 3000})
        exposure = {"account": account, "user": ann, "group": "pornographic"}
        Exposure.objects.create(**exposure, day=NOW.date() - timedelta(days=1), seconds=3000)
        assert given(account, ann) == [porn.pk]

        Exposure.objects.create(**exposure, day=NOW.date(), seconds=600)

        assert given(account, ann) == []
        assert given(account, ben) == [porn.pk], "it went out of her hand"

    def test_are_severe_ones_when_the_sum_of_all_severe_is_reached(self, account, ann):
        image_service(account)
        wait(account, PORN, service="albums")
        drugs = wait(account, DRUGS)
        CarePolicy.objects.create(account=account, caps={"": 60})
        Exposure.objects.create(account=account, user=ann, day=NOW.date(), group="terrorist", seconds=61)

        assert given(account, ann) == [drugs.pk]

    def test_are_escalated_items_to_those_who_do_not_recheck(self, account, ann, ben, lea):
        item, other = wait(account), wait(account)
        escalate(account=account, item_id=item.pk, reviewer=ann, note="Is this allowed?", now=NOW)

        assert given(account, ben) == [other.pk]
        assert given(account, lea) == [item.pk]


class TestSevereItems:
    @pytest.fixture(autouse=True)
    def pictures(self, account):
        image_service(account)

    def test_do_not_follow_each_other_while_others_wait(self, account, ann):
        for _number in range(6):
            wait(account, PORN, service="albums")
        for _number in range(9):
            wait(account, CONTACT)

        items = claim(account=account, reviewer=ann, count=11, now=NOW)

        groups = [item.group == "pornographic" for item in items]
        assert len(items) == 11 and groups[0]
        assert not any(one and other for one, other in zip(groups, groups[1:], strict=False))

    def test_are_all_given_when_nothing_else_waits(self, account, ann):
        for _number in range(3):
            wait(account, PORN, service="albums")

        assert len(given(account, ann)) == 3

    @pytest.mark.parametrize(
        ("waiting", "arranged"),
        [("", ""), ("aab", "aba"), ("aaab", "abaa"), ("baa", "baa"), ("aabbb", "ababb"), ("bbaab", "bbaba")],
    )
    def test_are_spread_out(self, waiting, arranged):
        assert "".join(spread_out(list(waiting), is_severe=lambda one: one == "a")) == arranged


class TestALease:
    def test_is_renewed_by_a_heartbeat(self, account, ann, ben):
        mine, other = wait(account), wait(account)
        given(account, ann)
        release(account=account, reviewer=ann, item_ids=[other.pk], now=NOW)

        assert heartbeat(account=account, reviewer=ann, item_ids=[mine.pk, other.pk], now=SOON) == [mine.pk]
        assert given(account, ben, now=LATER) == [other.pk]

    def test_that_is_over_is_taken_up_again_unless_somebody_took_the_item(self, account, ann, ben):
        first, second = wait(account), wait(account)
        given(account, ann)
        assert given(account, ben, 1, now=LATER) == [first.pk]

        held = heartbeat(account=account, reviewer=ann, item_ids=[first.pk, second.pk], now=LATER)

        assert held == [second.pk]
        assert given(account, ben, now=LATER) == [first.pk]

    def test_of_others_is_nobodys_to_renew_or_end(self, account, ann, ben):
        item = wait(account)
        given(account, ann)
        stranger = make_user(account=make_account())

        for somebody in (ben, stranger):
            assert heartbeat(account=account, reviewer=somebody, item_ids=[item.pk], now=SOON) == []
            assert release(account=account, reviewer=somebody, now=SOON) == 0
        assert ReviewItem.objects.get(pk=item.pk).claimed_by == ann


class TestGone:
    def test_tells_what_became_of_each_item(self, account, ann, ben):
        decided, taken, escalated, back, kept, expired = [
            wait(account, author_id=name) for name in ("one", "two", "three", "four", "five", "six")
        ]
        given(account, ann)
        release(account=account, reviewer=ann, item_ids=[taken.pk, back.pk, expired.pk], now=NOW)
        given(account, ben, author_id="two")
        decide(
            account=account, item_id=decided.pk, reviewer=ben, outcome="block", label=CONTACT, now=LATER
        )  # fmt: skip
        escalate(account=account, item_id=escalated.pk, reviewer=ann, note="?", now=SOON)
        ReviewItem.objects.filter(pk=expired.pk).update(expires_at=NOW)
        expire_items(now=SOON)
        cancelled = wait(account, mode=Mode.HUMAN_ONLY)
        account.manual_review_on = True
        cancel(account=account, task_id=cancelled.task_id, actor=make_key(account).key, now=SOON)
        foreign = wait(make_account())
        every = [decided, taken, escalated, back, kept, expired, cancelled, foreign]

        told = gone(account=account, reviewer=ann, item_ids=[item.pk for item in every])

        assert {(one.item_id, one.why, one.by, one.at, one.outcome, one.label) for one in told} == {
            (decided.pk, "decided", "ben", LATER, "block", CONTACT),
            (taken.pk, "taken", "ben", None, "", ""),
            (escalated.pk, "escalated", "ann", SOON, "", ""),
            (back.pk, "put_back", "", None, "", ""),
            (expired.pk, "expired", "", NOW, "", ""),
            (cancelled.pk, "cancelled", "", SOON, "", ""),
            (foreign.pk, "unknown", "", None, "", ""),
        }


class TestItemsThatAreOnlyAudited:
    def test_end_after_seven_days_unless_somebody_has_them_in_hand(self, account, ann, settings):
        old, held, manual = wait(account), wait(account, author_id="x"), wait(account, mode=Mode.HUMAN_ONLY)
        week = NOW + timedelta(days=7)
        assert expire_items(now=week - timedelta(seconds=1)) == 0
        given(account, ann, author_id="x", now=week)

        assert expire_items(now=week, batch=1) == 1
        assert [ReviewItem.objects.get(pk=one.pk).state for one in (old, held, manual)] == [
            "expired", "claimed", "waiting",
        ]  # fmt: skip
        assert expire_items(now=week + timedelta(hours=1)) == 1, "the lease of the other is over now"

    def test_never_end_where_they_are_kept_until_decided(self, account, settings):
        settings.ASSAY_AUDIT_KEEP_DAYS = 0

        assert wait(account).expires_at is None


READERS, ITEMS = 8, 240


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_claim_at_once_no_two_are_given_the_same():
    account = make_account()
    image_service(account)
    for number in range(ITEMS):
        wait(account, (CONTACT, DRUGS)[number % 2], level=("high", "low")[number % 3 == 0])
    reviewers = [make_user(f"reviewer{number}", account=account) for number in range(READERS)]
    hands: dict[str, list[int]] = {one.username: [] for one in reviewers}
    faults: list[Exception] = []
    start = threading.Barrier(READERS)

    def work(number, reviewer):
        try:
            start.wait()
            for turn in range(200):
                size = 1 + (number * 7 + turn * 5) % 25
                items = given(account, reviewer, size)
                if not items:
                    break
                hands[reviewer.username] += items
                for item_id in items:
                    decide(account=account, item_id=item_id, reviewer=reviewer, outcome="pass", now=NOW)
        except Exception as fault:  # noqa: BLE001 - told by the assertion below
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(reviewers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    given_out = Counter(item for hand in hands.values() for item in hand)
    assert set(given_out.values()) == {1}
    assert len(given_out) == ITEMS, "nothing was left lying"
    assert not ReviewItem.objects.open().exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_steal_back_the_same_items_each_gets_others():
    account = make_account()
    for _number in range(60):
        wait(account)
    first = make_user("first", account=account)
    for author in range(3):
        given(account, first)
        ReviewItem.objects.in_hand_of(first).update(lease_until=NOW - timedelta(seconds=author + 1))
    thieves = [make_user(f"thief{number}", account=account) for number in range(6)]
    hands: list[list[int]] = [[] for _thief in thieves]
    start = threading.Barrier(len(thieves) + 1)

    def steal(place, thief):
        start.wait()
        hands[place] = given(account, thief, 10)
        connection.close()

    def renew():
        start.wait()
        ids = list(ReviewItem.objects.owned_by(account).values_list("pk", flat=True))
        heartbeat(account=account, reviewer=first, item_ids=ids, now=NOW)
        connection.close()

    threads = [threading.Thread(target=steal, args=pair) for pair in enumerate(thieves)]
    threads.append(threading.Thread(target=renew))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    stolen = Counter(item for hand in hands for item in hand)
    assert set(stolen.values()) <= {1}
    kept = set(ReviewItem.objects.in_hand_of(first).values_list("pk", flat=True))
    assert not kept & set(stolen)
