"""A floor on which people decide, recheck and give feedback, through the operations that the product uses."""

import random
from datetime import timedelta

from config.uuid7 import uuid7
from moderation.models import ModerationResult
from review.intake import open_item
from review.models import ReviewQueue, RoutingRule
from review.operations.decisions import decide_many
from review.operations.feedback import give_feedback
from review.operations.recheck import recheck
from review.states import Mode
from tests.factories import make_user, service_of

CONTACT, DRUG, GAMBLING = "pt_to_contact", "contraband_drug", "contraband_gambling"
SERVICES = ("comment_detection", "chat_detection")


class Review:
    def __init__(self, account, *, now, seed=7):
        self.account, self.now, self.dice = account, now, random.Random(seed)
        self.users = [make_user(name, account=account, role="account_admin") for name in ("zoe", "yan")]
        self.services = [service_of(account, code) for code in SERVICES]
        self.made = 0

    def come_in(self, count, *, level="high", label=CONTACT, service=0, back=timedelta(0), mode=Mode.AUDIT):
        """Items that the machine flagged so, so long ago."""
        service, items = self.services[service], []
        label = {"label": label, "level": level, "confidence": 90.0, "evidence": []}
        for _number in range(count):
            self.made += 1
            result = ModerationResult.objects.create(
                account=self.account, request_id=uuid7(), service=service,
                version_id=service.current_version_id, content_type="text", level=level,
                content=f"Text number {self.made} of review", labels=[label] if level != "none" else [],
                source="api", took_us=1, created_at=self.now - back,
            )  # fmt: skip
            items.append(open_item(result=result, mode=mode, now=self.now - back))
        return items

    def decide(
        self, count, outcome, said="", *, back=timedelta(0), after=timedelta(0), handling_ms=None, **kind
    ):
        items = self.come_in(count, back=back, **kind)
        batch = decide_many(
            account=self.account, item_ids=[item.pk for item in items], reviewer=self.users[0],
            outcome=outcome, label=said, handling_ms=handling_ms and handling_ms * count,
            now=self.now - back + after,
        )  # fmt: skip
        assert not batch.refused
        return items

    def recheck(self, items, outcome, label="", *, back=timedelta(0)):
        for item in items:
            recheck(
                account=self.account, item_id=item.pk, reviewer=self.users[1], outcome=outcome, label=label,
                now=self.now - back,
            )  # fmt: skip

    def a_busy_week(self, *, size=3, days=7):
        """Something of everything, in two queues and two services."""
        queue = ReviewQueue.objects.create(
            account=self.account, name="Trade", position=2, sla_minutes=60, created_at=self.now
        )
        RoutingRule.objects.create(
            account=self.account, queue=queue, position=1, services=[self.services[1].pk]
        )
        dice, soon = self.dice, timedelta(minutes=1)
        for day in range(days):
            for service in range(2):
                many = {"back": timedelta(days=day, hours=1), "service": service}
                worked = {"handling_ms": dice.randrange(900, 30_000)}
                late = timedelta(minutes=dice.choice([1, 59]) + 30)
                right = self.decide(dice.randrange(1, size + 3), "block", CONTACT, **many, **worked)
                self.decide(dice.randrange(size), "block", DRUG, after=late, **many)
                self.decide(dice.randrange(size + 1), "pass", **many, **worked, level="low")
                self.decide(dice.randrange(size), "pass", level="none", **many)
                missed = self.decide(dice.randrange(size), "block", GAMBLING, level="none", **many)
                self.decide(1, "block", DRUG, mode=Mode.HUMAN_ONLY, **many)
                self.recheck(right[:2], "pass", back=many["back"] - soon)
                self.recheck(right[2:3], "block", DRUG, back=many["back"] - soon)
                self.recheck(missed[:1], "block", DRUG, back=many["back"] - soon)
        for item in self.come_in(3):
            give_feedback(
                result=item.result, kind="false_positive", label=CONTACT, actor=self.users[0], now=self.now
            )
