"""Other items like one: offered for the same decision, and told of as precedents."""

from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.detectors import registry
from review.models import ReviewItem
from review.operations.claims import claim
from review.operations.decisions import decide
from review.similar import Similar, precedents, similar_open
from tests.factories import (
    EVERY_LEVEL,
    NOW,
    make_account,
    make_image_item,
    make_item,
    make_user,
    publish,
    service_of,
)
from tests.libraries.pictures import as_file, picture

pytestmark = pytest.mark.django_db
TEXT = "Add me on WeChat: abc_12345, free gifts for everybody who comes to the harbour"

PHONES = "Call 13812345678 for cheap phones, today only, at the corner of the square"


@pytest.fixture
def account(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make_account()


@pytest.fixture
def reviewer(account):
    return make_user("ann", account=account)


@pytest.fixture
def images(account, settings):
    """Opens an item for any picture."""
    settings.ASSAY_DETECTORS = ["moderation.detectors.fake.FakePictureEngine"]
    registry.forget()
    service = service_of(account, "baselineCheck")
    publish(service, replace(service.current_version.rules, review_levels=EVERY_LEVEL))
    yield lambda image, **how: make_image_item(account, as_file(image, **how))
    registry.forget()


def ids(found) -> list[int]:
    return [item.pk for item in found]


class TestSimilarOpenItems:
    def test_are_the_same_texts_first_and_then_the_nearest(self, account):
        far = make_item(account, TEXT + " today!")
        near = make_item(account, TEXT + "!")
        same = make_item(account, TEXT.upper())
        make_item(account, PHONES)
        item = make_item(account, TEXT)

        found = similar_open(account=account, item=item)

        assert ids(found.items) == [same.pk, near.pk, far.pk]
        assert found.items[0].distance == 0
        assert 0 < found.items[1].distance < found.items[2].distance <= 56

    def test_are_pictures_saved_anew_made_smaller_or_mirrored(self, account, images):
        one = picture(1)
        alike = [
            images(one.resize((320, 240))),
            images(one.transpose(0)),
            images(one, kind="JPEG", quality=30),
        ]
        images(picture(2))
        item = images(one)

        found = similar_open(account=account, item=item)

        assert set(ids(found.items)) == set(ids(alike))
        assert all(one.distance <= 31 for one in found.items)

    def test_leave_out_what_is_decided_foreign_or_the_item_itself(self, account, reviewer):
        decided, item = make_item(account, TEXT), make_item(account, TEXT)
        decide(account=account, item_id=decided.pk, reviewer=reviewer, outcome="pass", now=NOW)
        make_item(make_account(), TEXT)

        assert similar_open(account=account, item=item).items == []

    def test_leave_out_what_a_colleague_holds_where_it_is_said_who_asks(self, account, reviewer):
        held, item = make_item(account, TEXT), make_item(account, TEXT)
        ReviewItem.objects.filter(pk=item.pk).update(urgent_at=NOW + timedelta(days=9))
        claim(account=account, reviewer=make_user("ben", account=account), count=1, now=NOW)

        assert ids(similar_open(account=account, item=item).items) == [held.pk]
        assert similar_open(account=account, item=item, reviewer=reviewer, now=NOW).items == []
        later = NOW + timedelta(minutes=11)
        assert len(similar_open(account=account, item=item, reviewer=reviewer, now=later)) == 1

    def test_are_no_more_than_asked_for(self, account):
        item, *others = [make_item(account, TEXT) for _number in range(5)]

        assert ids(similar_open(account=account, item=item, limit=2).items) == ids(others[::-1][:2])

    def test_show_the_nearest_the_farthest_and_one_between(self, account):
        item = make_item(account, TEXT)
        for end in ("!", "!!", " today!", " tonight!"):
            make_item(account, TEXT + end)

        found = similar_open(account=account, item=item)
        again = similar_open(account=account, item=item)

        assert ids(found.shown[:2]) == [found.items[0].pk, found.items[-1].pk]
        assert found.shown[2].pk in ids(found.items[1:-1])
        assert ids(found.shown) == ids(again.shown)

    def test_that_are_few_are_all_shown(self):
        few = [ReviewItem(pk=1), ReviewItem(pk=2)]

        assert Similar(few).shown == few

    def test_of_a_text_too_short_to_be_like_another_are_the_same_only(self, account):
        same, item = make_item(account, "QQ 12345678"), make_item(account, "qq 12345678")
        make_item(account, "QQ 12345679")

        assert ids(similar_open(account=account, item=item).items) == [same.pk]


class TestPrecedents:
    def test_are_the_same_first_and_the_newest_of_them(self, account, reviewer):
        decided = [make_item(account, text) for text in (TEXT + " today!", TEXT, TEXT)]
        other = make_item(account, PHONES)
        for item in (*decided, other):
            decide(
                account=account,
                item_id=item.pk,
                reviewer=reviewer,
                outcome="block",
                label="pt_to_contact",
                now=NOW,
            )
        item = ReviewItem(account=account, content_type="text", digest=bytes(decided[1].digest))
        item.likeness = bytes(decided[1].likeness)

        found = precedents(account=account, item=item)

        assert ids(found) == [decided[2].pk, decided[1].pk, decided[0].pk]
        assert [one.effective_outcome for one in found] == ["block"] * 3
        assert found[0].decided_by == reviewer

    def test_are_none_of_another_account(self, account):
        foreign = make_account()
        theirs = make_item(foreign, TEXT)
        decide(
            account=foreign,
            item_id=theirs.pk,
            reviewer=make_user("eve", account=foreign),
            outcome="pass",
            now=NOW,
        )

        assert precedents(account=account, item=make_item(account, TEXT)) == []
