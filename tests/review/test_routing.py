"""Which queue an item waits in, and by when it is due."""

from datetime import timedelta

import pytest

from config.audit.models import AuditRecord
from review.language import language_of
from review.models import ReviewItem, ReviewQueue, RoutingRule
from review.operations.queues import (
    DefaultQueueNeeded,
    QueueInUse,
    QueueInvalid,
    QueueNameTaken,
    SkillInvalid,
    change_queue,
    delete_queue,
    pause_queue,
)
from review.operations.routing_rules import RuleInvalid, change_rule, create_rule, delete_rule, move_rule
from review.states import Mode
from tests.factories import NOW, make_account, make_user, service_of
from tests.moderation.results_made import image_service
from tests.review.people import CONTACT, DRUGS, queue, wait

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def lead(account):
    return make_user("lea", account=account, role="account_admin")


def rule(target: ReviewQueue, **conditions) -> RoutingRule:
    return create_rule(account=target.account, queue=target, conditions=conditions, actor=None, now=NOW)


class TestAnItem:
    def test_that_no_rule_fits_waits_in_the_queue_that_takes_the_rest(self, account):
        rule(queue(account, "Porn"), label_groups=["pornographic"])

        assert wait(account, CONTACT).queue.is_default

    def test_goes_where_the_first_rule_that_fits_sends_it(self, account):
        first, second = queue(account, "First"), queue(account, "Second")
        rule(first, label_groups=["advertising"], levels=["high"])
        rule(second, label_groups=["advertising"])

        assert wait(account, CONTACT, level="high").queue == first
        assert wait(account, CONTACT, level="medium").queue == second

    @pytest.mark.parametrize(
        ("conditions", "fitting", "other"),
        [
            ({"modes": ["human_machine"]}, {"mode": Mode.HUMAN_MACHINE}, {"mode": Mode.AUDIT}),
            ({"content_types": ["image"]}, {"service": "albums"}, {}),
            ({"label_groups": ["prohibited"]}, {"label": DRUGS}, {"label": CONTACT}),
            ({"languages": ["zh"]}, {"content": "加我微信"}, {"content": "add me and we will chat"}),
            ({"languages": ["und"]}, {"content": "1234567"}, {"content": "加我微信"}),
            ({"levels": ["low", "medium"]}, {"level": "low"}, {"level": "high"}),
            ({"services": ["ad_compliance_detection"]}, {"service": "ad_compliance_detection"}, {}),
        ],
        ids=["mode", "content type", "label group", "language", "untold language", "level", "service"],
    )
    def test_is_told_apart_by(self, account, conditions, fitting, other):
        image_service(account)
        if "services" in conditions:
            conditions = {"services": [service_of(account, conditions["services"][0]).pk]}
        special = queue(account, "Special")
        rule(special, **conditions)

        assert wait(account, fitting.pop("label", CONTACT), **fitting).queue == special
        assert wait(account, other.pop("label", CONTACT), **other).queue != special

    def test_must_fit_every_condition_of_a_rule(self, account):
        special = queue(account, "Special")
        rule(special, label_groups=["advertising"], modes=["human_only"], levels=["high"])

        assert wait(account, CONTACT, mode=Mode.HUMAN_ONLY).queue == special
        assert wait(account, CONTACT, mode=Mode.AUDIT).queue != special
        assert wait(account, DRUGS, mode=Mode.HUMAN_ONLY).queue != special

    def test_is_due_by_its_queue_and_urgent_by_its_level(self, account):
        rule(queue(account, "Quick", sla_minutes=60))

        due, urgent = {}, {}
        for level in ("high", "medium", "low", "none"):
            item = wait(account, CONTACT, level=level)
            due[level], urgent[level] = item.due_at - NOW, item.urgent_at - NOW

        assert set(due.values()) == {timedelta(hours=1)}
        assert [urgent[level] / due[level] for level in urgent] == [0, 0.25, 0.5, 1]

    def test_keeps_its_due_date_when_the_queue_gets_another_time(self, account, lead):
        fast = queue(account, "Fast", sla_minutes=60)
        rule(fast)
        before = wait(account)
        change_queue(queue=fast, name="Fast", sla_minutes=10, actor=lead, now=NOW)

        assert ReviewItem.objects.get(pk=before.pk).due_at == NOW + timedelta(hours=1)
        assert wait(account).due_at == NOW + timedelta(minutes=10)

    def test_of_another_account_is_no_matter_of_its_rules(self, account):
        rule(queue(make_account(), "Theirs"))

        assert wait(account).queue.is_default

    def test_says_its_language(self, account):
        assert wait(account, content="Привет, напиши мне").language == "ru"
        assert wait(account, content="12 34 56").language == ""


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Add me on WeChat: abc_12345, free gifts", "en"),
        ("加我微信 abc_12345，免费送礼品", "zh"),
        ("無料で配布中です", "ja"),
        ("こんにちは", "ja"),
        ("안녕하세요 카톡 추가", "ko"),
        ("مرحبا كيف حالك", "ar"),
        ("سلام، چطوری؟", "fa"),
        ("Привіт, як справи", "uk"),
        ("Bonjour, je vends des armes à Paris", "fr"),
        ("Ich verkaufe das nicht in Berlin", "de"),
        ("compra ya, llama a este número", "es"),
        ("eu vendo isso para você", "pt"),
        ("tôi bán hàng", "vi"),
        ("bunu satıyorum, çok güzel", "tr"),
        ("สวัสดีครับ", "th"),
        ("नमस्ते दोस्त", "hi"),
        ("https://example.com/the/and/of", ""),
        ("😀 12345", ""),
        ("", ""),
    ],
)
def test_languages_are_told_by_script_and_common_words(text, language):
    assert language_of(text) == language


class TestARule:
    def test_is_moved_past_its_neighbour(self, account, lead):
        target = queue(account, "A")
        one, two, three = [rule(target, levels=[level]) for level in ("low", "medium", "high")]

        move_rule(rule=three, by=-1, actor=lead, now=NOW)
        move_rule(rule=one, by=-1, actor=lead, now=NOW)

        assert list(RoutingRule.objects.owned_by(account).in_order()) == [one, three, two]
        assert AuditRecord.objects.filter(action="review.rule_moved").count() == 1

    def test_names_only_what_there_is(self, account):
        target = queue(account, "A")
        foreign = service_of(make_account())

        for conditions in (
            {"levels": ["dreadful"]},
            {"languages": ["klingon"]},
            {"services": [foreign.pk]},
            {"colours": ["red"]},
        ):
            with pytest.raises(RuleInvalid):
                rule(target, **conditions)
        with pytest.raises(RuleInvalid):
            create_rule(account=make_account(), queue=target, conditions={}, actor=None, now=NOW)

    def test_is_changed_and_deleted_on_the_record(self, account, lead):
        one, two = queue(account, "A"), queue(account, "B")
        changed = rule(one, levels=["high"])

        change_rule(rule=changed, queue=two, conditions={"modes": ["audit"]}, actor=lead, now=NOW)
        assert wait(account, level="low").queue == two
        delete_rule(rule=changed, actor=lead, now=NOW)

        assert wait(account, level="low").queue.is_default
        actions = AuditRecord.objects.owned_by(account).filter(action__startswith="review.rule")
        assert set(actions.values_list("action", flat=True)) == {
            "review.rule_created", "review.rule_changed", "review.rule_deleted",
        }  # fmt: skip


class TestAQueue:
    def test_has_a_name_of_its_own_and_a_time(self, account):
        queue(account, "Porn")

        with pytest.raises(QueueNameTaken):
            queue(account, " porn ")
        with pytest.raises(QueueInvalid):
            queue(account, "Empty", sla_minutes=0)
        with pytest.raises(QueueInvalid):
            queue(account, " ")
        with pytest.raises(SkillInvalid):
            queue(account, "Skilled", skills=["x" * 41])
        assert queue(account, "Chinese", skills=[" Chinese", "chinese", ""]).skills == ["chinese"]

    def test_is_the_one_that_takes_the_rest_when_it_is_named_so(self, account, lead):
        first = wait(account).queue
        second = queue(account, "Rest", is_default=True)

        assert wait(account).queue == second
        assert ReviewQueue.objects.owned_by(account).get(is_default=True) == second
        with pytest.raises(DefaultQueueNeeded):
            change_queue(queue=second, name="Rest", sla_minutes=5, actor=lead, now=NOW)
        with pytest.raises(DefaultQueueNeeded):
            delete_queue(queue=second, actor=lead, now=NOW)
        assert not ReviewQueue.objects.get(pk=first.pk).is_default

    def test_goes_with_its_rules_unless_items_went_through_it(self, account, lead):
        empty, used = queue(account, "Empty"), queue(account, "Used")
        rule(used, levels=["high"])
        rule(empty, levels=["low"])
        wait(account, level="high")

        delete_queue(queue=empty, actor=lead, now=NOW)
        with pytest.raises(QueueInUse):
            delete_queue(queue=used, actor=lead, now=NOW)

        assert [one.queue for one in RoutingRule.objects.owned_by(account)] == [used]

    def test_that_is_paused_still_takes_items(self, account, lead):
        target = queue(account, "A")
        rule(target)
        pause_queue(queue=target, is_paused=True, actor=lead, now=NOW)
        pause_queue(queue=target, is_paused=True, actor=lead, now=NOW)

        assert wait(account).queue == target
        assert AuditRecord.objects.filter(action="review.queue_paused").count() == 1
