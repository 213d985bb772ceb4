"""Care for reviewers: what they saw is counted once, limits hold, and only a lead lifts them."""

from collections import Counter, defaultdict
from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from config.accounts.roles import Role
from config.audit.models import AuditRecord
from config.errors import Forbidden
from moderation.catalogue.groups import GROUPS
from review.care import SEVERE, capped_by
from review.models import BlockCategory, CarePolicy, Exposure, Waiver
from review.operations.care import capped_groups, care_policy_of, exposure_of, note_exposure
from review.operations.waivers import WaiverInvalid, WaiverOwn, waive
from tests.factories import NOW, make_account, make_user
from tests.ground import proofs

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def reviewer(account):
    return make_user(account=account)


@pytest.fixture
def lead(account):
    return make_user(account=account, role=Role.ACCOUNT_ADMIN)


@pytest.fixture
def note(account, reviewer):
    def note(seen, *, now=NOW, **kwargs):
        return note_exposure(account=account, user=reviewer, seen=seen, now=now, **kwargs)

    return note


def limit(account, **caps):
    return CarePolicy.objects.update_or_create(account=account, defaults={"caps": caps})[0]


class TestExposure:
    def test_adds_up_over_a_day_by_detection_type(self, note):
        note({"pornographic": 4.5, "terrorist": 1}, items=2)
        budget = note({"pornographic": 2.5}, items=1)

        assert budget.used == {"pornographic": 7, "terrorist": 1}
        assert budget.items == 3
        assert budget.severe_used == 8

    def test_is_counted_once_however_often_it_is_reported(self, note):
        report = str(uuid4())

        for _again in range(3):
            budget = note({"terrorist": 10}, items=1, report=report)

        assert (budget.used, budget.items) == ({"terrorist": 10}, 1)

    def test_of_a_report_from_before_midnight_is_not_counted_again_after_it(self, account, note):
        report = str(uuid4())
        late = NOW.replace(hour=23, minute=59, second=50)
        note({"terrorist": 10}, report=report, now=late)

        note({"terrorist": 10}, report=report, now=late + MINUTE)

        assert [one.seconds for one in Exposure.objects.owned_by(account)] == [10]

    @pytest.mark.parametrize("seconds", [-5, float("nan"), float("inf"), True, "8", None])
    def test_takes_no_nonsense(self, note, seconds):
        assert note({"terrorist": seconds}).used == {}

    def test_takes_no_more_than_a_browser_can_have_to_tell(self, note):
        assert note({"terrorist": 1e9}).used == {"terrorist": 600}

    def test_of_a_type_nobody_knows_is_kept_without_one(self, note):
        assert note({"no_such_type": 3, "": 2}).used == {"": 5}

    def test_belongs_to_one_person_in_one_account(self, account, note, reviewer):
        note({"terrorist": 10})

        assert exposure_of(account=account, user=make_user(account=account), now=NOW).used == {}
        assert exposure_of(account=make_account(), user=reviewer, now=NOW).used == {}

    def test_starts_anew_with_the_accounts_own_day(self, account, note):
        account.time_zone = "Asia/Shanghai"
        account.save()
        note({"terrorist": 10}, now=NOW.replace(hour=15, minute=59))

        budget = note({"terrorist": 1}, now=NOW.replace(hour=16, minute=1))

        assert budget.used == {"terrorist": 1}


class TestCaps:
    def test_are_none_until_a_lead_sets_them(self, account, reviewer, note):
        note({"terrorist": 600})

        assert capped_groups(account, reviewer, NOW) == frozenset()
        assert care_policy_of(account).pk is None

    def test_stop_a_type_once_it_is_used_up(self, account, reviewer, note):
        limit(account, terrorist=10)

        assert note({"terrorist": 9.5}).left("terrorist") == 0.5
        assert capped_groups(account, reviewer, NOW) == frozenset()
        budget = note({"terrorist": 0.5})
        assert capped_groups(account, reviewer, NOW) == budget.capped == {"terrorist"}
        assert budget.left("terrorist") == 0
        assert budget.left("abusive") is None

    def test_on_all_that_is_severe_stop_every_severe_type(self, account, reviewer, note):
        limit(account, **{"": 10})
        note({"pornographic": 6, "abusive": 600})
        assert capped_groups(account, reviewer, NOW) == frozenset()

        assert note({"terrorist": 4}).capped == {"pornographic", "terrorist"}

    def test_take_what_is_severe_from_the_accounts_categories(self, account, note):
        limit(account, **{"": 10})
        BlockCategory.objects.create(
            account=account, code="hate", name="Hate", groups=["abusive"], is_severe=True
        )

        assert note({"terrorist": 60}).capped == frozenset()
        assert note({"abusive": 10}).capped == {"abusive"}

    def test_end_with_the_day(self, account, reviewer, note):
        limit(account, terrorist=10)
        note({"terrorist": 10})

        assert capped_groups(account, reviewer, NOW + timedelta(days=1)) == frozenset()

    @given(
        st.dictionaries(st.sampled_from([*GROUPS, ""]), st.floats(0, 100)),
        st.dictionaries(st.sampled_from(list(GROUPS)), st.floats(0, 100)),
        st.sets(st.sampled_from([*GROUPS, ""])),
        st.sets(st.sampled_from(list(GROUPS))),
    )
    def test_only_grow_tighter_with_what_was_seen(self, caps, used, waived, severe):
        capped = capped_by(caps=caps, used=used, severe=severe, waived=waived)
        more = {group: seconds + 1 for group, seconds in used.items()}

        assert capped <= capped_by(caps=caps, used=more, severe=severe, waived=waived)
        assert capped <= capped_by(caps=caps, used=used, severe=severe)
        assert capped_by(caps=caps, used=used, severe=severe, waived=[*caps]) == frozenset()


class TestRest:
    def test_is_due_after_work_without_a_pause(self, note):
        for minute in range(0, 55):
            budget = note({}, now=NOW + minute * MINUTE)
        assert not budget.break_due
        assert budget.break_due_at == NOW + 55 * MINUTE

        assert note({}, now=NOW + 55 * MINUTE).break_due

    def test_is_taken_by_being_away_for_as_long(self, account, reviewer, note):
        for minute in range(0, 56):
            note({}, now=NOW + minute * MINUTE)

        assert exposure_of(account=account, user=reviewer, now=NOW + 59 * MINUTE).break_due
        assert not exposure_of(account=account, user=reviewer, now=NOW + 60 * MINUTE).break_due
        assert note({}, now=NOW + 61 * MINUTE).at_work_since == NOW + 61 * MINUTE

    def test_is_not_taken_by_less(self, note):
        note({})
        for minute in range(4, 60, 4):
            budget = note({}, now=NOW + minute * MINUTE)

        assert budget.break_due

    def test_can_be_put_off_by_a_lead(self, account, reviewer, lead, note):
        for minute in range(0, 56):
            note({}, now=NOW + minute * MINUTE)
        now = NOW + 55 * MINUTE

        waive(
            account=account, user=reviewer, kind="rest", reason="Shooting in the news", minutes=30,
            actor=lead, now=now,
        )  # fmt: skip

        assert not exposure_of(account=account, user=reviewer, now=now).break_due
        for minute in range(56, 87):
            budget = note({}, now=NOW + minute * MINUTE)
        assert budget.break_due


class TestWaivers:
    @pytest.fixture(autouse=True)
    def _used_up(self, account, note):
        limit(account, **{"terrorist": 10, "": 20})
        note({"terrorist": 30})

    def waive(self, account, reviewer, actor, **kwargs):
        asked = {"kind": "cap", "group": "terrorist", "reason": "All hands today", "now": NOW}
        return waive(account=account, user=reviewer, actor=actor, **asked | kwargs)

    def test_lift_one_cap_and_leave_the_others(self, account, reviewer, lead):
        self.waive(account, reviewer, lead)
        assert capped_groups(account, reviewer, NOW) == {"pornographic", "terrorist"}

        self.waive(account, reviewer, lead, group="")
        assert capped_groups(account, reviewer, NOW) == frozenset()

    def test_are_audited(self, account, reviewer, lead):
        self.waive(account, reviewer, lead)

        told = AuditRecord.objects.owned_by(account).filter(action="care.cap_waived").get()
        assert told.actor_user == lead
        assert "All hands today" in told.body
        assert told.subject == f"user:{reviewer.username}"

    def test_end_with_the_reviewers_day(self, account, reviewer, lead, note):
        waiver = self.waive(account, reviewer, lead)

        assert waiver.until == NOW.replace(hour=0) + timedelta(days=1)
        tomorrow = NOW + timedelta(days=1)
        note({"terrorist": 10}, now=tomorrow)
        assert capped_groups(account, reviewer, tomorrow) == {"terrorist"}

    @pytest.mark.parametrize("role", [Role.REVIEWER, Role.RECHECKER, Role.POLICY_ADMIN, Role.AUDITOR])
    def test_are_a_leads_alone(self, account, reviewer, role):
        with pytest.raises(Forbidden):
            self.waive(account, reviewer, make_user(account=account, role=role))

        assert capped_groups(account, reviewer, NOW)

    def test_are_never_ones_own(self, account, lead):
        with pytest.raises(WaiverOwn):
            self.waive(account, lead, lead)
        with pytest.raises(IntegrityError), transaction.atomic():
            Waiver.objects.create(
                account=account, user=lead, kind="cap", given_by=lead, given_at=NOW, until=NOW + MINUTE
            )

    @pytest.mark.parametrize(
        "change",
        [{"reason": "  "}, {"reason": "x" * 201}, {"minutes": 0}, {"minutes": 1441}, {"group": "nothing"},
         {"kind": "all"}, {"kind": "rest"}],
    )  # fmt: skip
    def test_need_sense(self, account, reviewer, lead, change):
        with pytest.raises(WaiverInvalid):
            self.waive(account, reviewer, lead, **change)


class TestLongRun:
    """10,000 claims and looks of three reviewers over several days, beside a model of our own."""

    WAITING = ("terrorist", "pornographic", "abusive", "abusive", "advertising", "religion")
    CAPS = {"terrorist": 40, "pornographic": 60, "abusive": 25, "": 75}
    LONGEST = 6.0
    STEPS = proofs.of(10_000, part=2500)

    def is_used_up(self, used, lifted, group):
        severe = sum(used[one] for one in SEVERE)
        over = group in self.CAPS and group not in lifted and used[group] >= self.CAPS[group]
        return over or (group in SEVERE and "" not in lifted and severe >= self.CAPS[""])

    def test_no_reviewer_is_given_what_they_have_used_up(self, account, lead):
        random, now = Random(20261121), NOW
        limit(account, **self.CAPS)
        reviewers = [make_user(account=account) for _number in range(3)]
        used, lifted = defaultdict(Counter), defaultdict(set)
        given = refused = waived = steps = 0
        while steps < self.STEPS:
            reviewer = random.choice(reviewers)
            now += timedelta(seconds=random.uniform(1, 80))
            today = (reviewer.pk, now.date())
            # A claim: an item of any type waits, and is given unless its type is used up.
            group, steps = random.choice(self.WAITING), steps + 1
            capped = capped_groups(account, reviewer, now)
            assert (group in capped) == self.is_used_up(used[today], lifted[today], group)
            if group in capped:
                refused += 1
                if random.random() < 0.002:
                    which = random.choice(["", group])
                    waive(
                        account=account,
                        user=reviewer,
                        kind="cap",
                        group=which,
                        reason="r",
                        actor=lead,
                        now=now,
                    )
                    lifted[today].add(which)
                    waived += 1
                continue
            # A look, told by the browser once or again.
            given, steps = given + 1, steps + 1
            seconds = round(random.uniform(0, self.LONGEST), 3)
            report = {"user": reviewer, "seen": {group: seconds}, "items": 1, "report": str(uuid4())}
            used[today][group] += seconds
            for _time in range(random.choice([1, 1, 1, 1, 2])):
                budget = note_exposure(account=account, now=now, **report)
            assert budget.used == pytest.approx(used[today])
        stored = defaultdict(Counter)
        for row in Exposure.objects.owned_by(account):
            stored[row.user_id, row.day][row.group] = row.seconds
        for today, seen in used.items():
            assert stored[today] == pytest.approx(seen)
            for group, cap in self.CAPS.items():
                total = sum(seen[one] for one in SEVERE) if group == "" else seen[group]
                assert group in lifted[today] or total < cap + self.LONGEST
        assert min(given, refused) > self.STEPS // 10
        told = AuditRecord.objects.owned_by(account).filter(action="care.cap_waived")
        assert told.count() == waived > 0
