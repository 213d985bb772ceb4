"""What a reviewer does with an item that they had better not decide: pass it on, escalate it, note it."""

from datetime import timedelta

import pytest

from config.audit.models import AuditRecord
from config.errors import NotFound
from review.models import ItemNote, ReviewItem, Skip
from review.operations.decisions import decide
from review.operations.escalation import ItemClosed, ItemNoteInvalid, add_note, escalate
from review.operations.skips import SkipReasonInvalid, skip
from tests.factories import NOW, make_account, make_user
from tests.review.people import given, wait

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=5)


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def people(account):
    return [make_user(name, account=account) for name in ("ann", "ben", "cem", "dee")]


@pytest.fixture
def ann(people):
    return people[0]


@pytest.fixture
def lea(account):
    return make_user("lea", account=account, role="rechecker")


def passed_on(item, user, reason="Not my language"):
    return skip(account=item.account, item_id=item.pk, reviewer=user, reason=reason, now=NOW)


class TestASkippedItem:
    def test_goes_to_a_colleague_and_never_comes_back(self, account, people):
        ann, ben = people[:2]
        item = wait(account, author_id="mallory")
        assert given(account, ann) == [item.pk]

        passed_on(item, ann)

        assert given(account, ann) == []
        assert given(account, ann, author_id="mallory") == []
        assert given(account, ben) == [item.pk]

    def test_is_skipped_once_with_the_last_reason(self, account, ann):
        item = wait(account)
        passed_on(item, ann, "Too blurred")
        passed_on(item, ann, "  I know\nthe author ")

        assert Skip.objects.owned_by(account).get().reason == "I know the author"

    def test_stays_with_a_colleague_who_has_it_in_hand(self, account, people):
        ann, ben = people[:2]
        item = wait(account)
        given(account, ben)

        passed_on(item, ann)

        assert given(account, ben) == [item.pk]

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 121])
    def test_needs_a_reason(self, account, ann, reason):
        with pytest.raises(SkipReasonInvalid):
            passed_on(wait(account), ann, reason)

    def test_that_three_passed_on_is_left_to_those_who_recheck(self, account, people, lea):
        item = wait(account)
        for person in people[:3]:
            assert given(account, person) == [item.pk]
            passed_on(item, person)

        assert given(account, people[3]) == []
        assert given(account, lea) == [item.pk]
        told = AuditRecord.objects.owned_by(account).get(action="review.escalated")
        assert told.actor_user is None

    def test_is_no_longer_skipped_once_it_is_decided(self, account, ann):
        item = wait(account)
        decide(account=account, item_id=item.pk, reviewer=ann, outcome="pass", now=NOW)

        with pytest.raises(ItemClosed):
            passed_on(item, ann)

    def test_of_another_account_is_not_there(self, account, ann):
        foreign = wait(make_account())

        with pytest.raises(NotFound):
            skip(account=account, item_id=foreign.pk, reviewer=ann, reason="x", now=NOW)


class TestAnEscalatedItem:
    def test_goes_out_of_the_hand_with_a_note(self, account, ann, lea):
        item = wait(account)
        given(account, ann)

        escalate(account=account, item_id=item.pk, reviewer=ann, note=" Satire? ", now=SOON)

        item.refresh_from_db()
        assert (item.state, item.escalated_by, item.escalated_at) == ("waiting", ann, SOON)
        assert ItemNote.objects.owned_by(account).get().text == "Satire?"
        assert given(account, lea) == [item.pk]
        assert AuditRecord.objects.owned_by(account).get(action="review.escalated").actor_user == ann

    def test_is_not_given_to_the_one_who_left_it(self, account, ann, lea):
        item = wait(account)
        escalate(account=account, item_id=item.pk, reviewer=lea, note="?", now=NOW)

        assert given(account, lea) == []
        assert given(account, make_user(account=account, role="account_admin")) == [item.pk]

    def test_twice_gets_a_second_note_and_keeps_its_first_time(self, account, people):
        item = wait(account)
        for person, moment in zip(people[:2], (NOW, SOON), strict=True):
            escalate(account=account, item_id=item.pk, reviewer=person, note="?", now=moment)

        assert ReviewItem.objects.get(pk=item.pk).escalated_at == NOW
        assert ItemNote.objects.count() == 2

    def test_needs_a_note_and_an_open_item(self, account, ann):
        item = wait(account)
        for note in ("", " \n", "x" * 501):
            with pytest.raises(ItemNoteInvalid):
                escalate(account=account, item_id=item.pk, reviewer=ann, note=note, now=NOW)
        decide(account=account, item_id=item.pk, reviewer=ann, outcome="pass", now=NOW)

        with pytest.raises(ItemClosed):
            escalate(account=account, item_id=item.pk, reviewer=ann, note="?", now=NOW)
        item.refresh_from_db()
        assert item.escalated_at is None

    def test_of_those_who_recheck_comes_by_author_as_well(self, account, ann, lea):
        item = wait(account, author_id="mallory")
        escalate(account=account, item_id=item.pk, reviewer=ann, note="?", now=NOW)

        assert given(account, ann, author_id="mallory") == []
        assert given(account, lea, author_id="mallory") == [item.pk]


class TestANote:
    def test_may_be_added_to_any_item_of_the_account(self, account, ann):
        item = wait(account)
        decide(account=account, item_id=item.pk, reviewer=ann, outcome="pass", now=NOW)

        note = add_note(account=account, item_id=item.pk, author=ann, text=" Seen before\0 ", now=SOON)

        assert (note.text, note.author, note.created_at) == ("Seen before", ann, SOON)
        with pytest.raises(NotFound):
            add_note(account=make_account(), item_id=item.pk, author=ann, text="x", now=NOW)
        with pytest.raises(ItemNoteInvalid):
            add_note(account=account, item_id=item.pk, author=ann, text=" ", now=NOW)
