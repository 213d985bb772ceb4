"""Once a person has decided, the same content and content like it are answered with that verdict."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from PIL import Image, ImageOps

from config.accounts.models import Account
from config.audit.models import AuditRecord
from libraries.models import ImageLibrary, LibraryImage, TextSample
from moderation.detectors import registry
from moderation.models import Label, LabelMapping, ModerationResult, ResultFingerprint
from moderation.values import Level
from review.models import Decision, ReviewItem
from review.operations.decisions import decide
from review.samples import forget, remember
from tests.factories import (
    EVERY_LEVEL,
    NOW,
    make_account,
    make_image_item,
    make_image_result,
    make_item,
    make_result,
    make_user,
    publish,
    service_of,
)
from tests.libraries.pictures import picture, png
from tests.moderation.conftest import FAKES, MEANINGS
from tests.pictures import encode, saying, scene

pytestmark = pytest.mark.django_db
SOON, LATER = NOW + timedelta(minutes=5), NOW + timedelta(minutes=10)
PORN = "pornographic_adultContent"
PICTURE = saying("[[fake:porn=91.5]]", picture(2))
OTHER = png(1)
HONEST = "Honey from our own bees, ask for it on WeChat: honey_54321, every Thursday"
TEXT = "Add me on WeChat: abc_12345, free gifts for everybody"


@pytest.fixture
def account(settings, tmp_path) -> Account:
    settings.ASSAY_DETECTORS = [*FAKES, "moderation.detectors.patterns.engine.PatternEngine"]
    settings.MEDIA_ROOT = tmp_path
    registry.forget()
    for engine, raw, code in MEANINGS:
        LabelMapping.objects.create(engine=engine, raw=raw, label=Label.objects.get(code=code))
    account = make_account()
    service = service_of(account, "baselineCheck")
    rules = service.current_version.rules.with_label(PORN, on=True, medium=50, high=85)
    publish(service, replace_levels(rules))
    yield account
    registry.forget()


def replace_levels(rules):

    return replace(rules, review_levels=EVERY_LEVEL)


@pytest.fixture
def reviewer(account):
    return make_user("ann", account=account)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def jpeg_30(data):
    return encode(opened(data), "JPEG", quality=30)


def half_as_large(data):
    image = opened(data)
    return encode(image.resize((image.width // 2, image.height // 2)))


def mirrored(data):
    return encode(ImageOps.mirror(opened(data)))


def cropped(data):
    image = opened(data)
    width, height = image.size
    return encode(image.crop((width // 25, height // 25, width - width // 25, height - height // 25)))


EDITS = [jpeg_30, half_as_large, mirrored, cropped]
KEPT = [jpeg_30, half_as_large, mirrored]


def block(item, reviewer, label=PORN, now=NOW) -> Decision:
    return decide(
        account=item.account, item_id=item.pk, reviewer=reviewer, outcome="block", label=label, now=now
    )


def passed(item, reviewer, now=NOW) -> Decision:
    return decide(account=item.account, item_id=item.pk, reviewer=reviewer, outcome="pass", now=now)


def undone(decision, *, now) -> None:
    """What the undoing of a decision does before the samples follow."""
    Decision.objects.filter(pk=decision.pk).update(undone_at=now, undone_by=decision.reviewer)
    forget(item=decision.item, result=decision.item.result, now=now)


def codes(result: ModerationResult) -> list[str]:
    return [label["label"] for label in result.labels]


def sample_in(result: ModerationResult) -> dict:
    """The evidence that names the sample."""
    found = [one for label in result.labels for one in label["evidence"] if one["detector"] == "samples"]
    assert len(found) == 1, result.labels
    return found[0]


class TestAPictureLikeABlockedOne:
    @pytest.mark.parametrize("edit", [bytes, *EDITS])
    def test_is_blocked_with_the_sample_named(self, account, reviewer, edit):
        item = make_image_item(account, PICTURE)
        assert make_image_result(account, edit(OTHER)).level == "none"

        block(item, reviewer)
        again = make_image_result(account, edit(PICTURE), now=SOON)

        assert again.level == "high"
        assert codes(again) == [PORN + "_lib"] or PORN + "_lib" in codes(again)
        evidence = sample_in(again)
        assert evidence["source"] == "sample"
        assert evidence["sample"] == LibraryImage.objects.get().pk
        assert 0 <= evidence["distance"] <= 31

    def test_is_blocked_under_the_label_that_the_reviewer_chose(self, account, reviewer):
        publish(
            service_of(account, "baselineCheck"),
            service_of(account, "baselineCheck").current_version.rules.with_label("violent_blood", on=True),
        )
        block(make_image_item(account, OTHER), reviewer, label="violent_blood")

        again = make_image_result(account, jpeg_30(OTHER), now=SOON)

        assert (again.level, codes(again)) == ("high", ["violent_blood_lib"])

    def test_is_blocked_too_where_the_service_looks_for_another_label_only(self, account, reviewer):
        """The person saw what the rules left out; the service asks its reviewers."""
        rules = service_of(account, "baselineCheck").current_version.rules
        publish(service_of(account, "baselineCheck"), rules.with_label("violent_blood", on=False))
        block(make_image_item(account, OTHER), reviewer, label="violent_blood")

        assert make_image_result(account, OTHER, now=SOON).level == "high"

    def test_is_judged_afresh_where_the_service_asks_no_samples(self, account, reviewer):
        block(make_image_item(account, OTHER), reviewer)
        service = service_of(account, "baselineCheck")

        publish(service, replace(service.current_version.rules, use_reviewed_samples=False))

        assert codes(make_image_result(account, OTHER, now=SOON)) == ["nonLabel"]

    def test_of_another_account_is_judged_afresh(self, account, reviewer):
        block(make_image_item(account, OTHER), reviewer)

        assert make_image_result(make_account(), OTHER).level == "none"

    def test_counts_as_a_hit_of_the_sample(self, account, reviewer):
        block(make_image_item(account, OTHER), reviewer)
        make_image_result(account, jpeg_30(OTHER), now=SOON)

        assert LibraryImage.objects.with_hits().get().hits == 1


class TestAPictureLikeAPassedOne:
    @pytest.mark.parametrize("edit", [bytes, *KEPT])
    def test_is_passed_with_the_sample_named(self, account, reviewer, edit):
        passed(make_image_item(account, PICTURE), reviewer)

        again = make_image_result(account, edit(PICTURE), now=SOON)

        assert (again.level, codes(again)) == ("none", ["nonLabel_lib"])
        evidence = sample_in(again)
        assert evidence["source"] == "exemption"
        assert evidence["sample"] == LibraryImage.objects.get().pk
        assert evidence["distance"] <= 12

    def test_is_judged_afresh_where_it_is_only_a_part_of_it(self, account, reviewer):
        """Likeness passes nothing."""
        passed(make_image_item(account, PICTURE), reviewer)
        image = opened(PICTURE)
        half = encode(image.crop((0, 0, image.width, image.height // 2)))

        assert "nonLabel_lib" not in codes(make_image_result(account, half, now=SOON))

    def test_is_judged_afresh_where_it_stands_in_a_larger_picture(self, account, reviewer):
        passed(make_image_item(account, PICTURE), reviewer)
        sheet = scene(4, 1300, 960)
        sheet.paste(opened(PICTURE), (10, 10))

        assert "nonLabel_lib" not in codes(make_image_result(account, encode(sheet), now=SOON))


class TestOfSeveralSamples:
    def test_the_same_file_has_the_say_before_one_that_is_like_it(self, account, reviewer):
        like = cropped(OTHER)
        passed(make_image_item(account, OTHER), reviewer, now=NOW)
        block(make_image_item(account, like), reviewer, now=SOON)

        assert codes(make_image_result(account, OTHER, now=LATER)) == ["nonLabel_lib"]
        assert make_image_result(account, like, now=LATER).level == "high"

    def test_the_newest_has_the_say_among_equals(self, account, reviewer):
        passed(make_image_item(account, jpeg_30(OTHER)), reviewer, now=NOW)
        block(make_image_item(account, half_as_large(OTHER)), reviewer, now=SOON)

        assert make_image_result(account, OTHER, now=LATER).level == "high"


class TestATextLikeADecidedOne:
    EDITS = {
        "as it was": TEXT,
        "in capitals": TEXT.upper(),
        "with other spaces": TEXT.replace(" ", "   "),
        "in full width": "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in TEXT),
    }

    @pytest.mark.parametrize("edited", EDITS.values(), ids=EDITS)
    def test_is_blocked_with_the_sample_named(self, account, reviewer, edited):
        block(make_item(account, TEXT), reviewer, label="contraband_drug")

        again = make_result(account, edited, now=SOON)

        assert again.level == "high"
        assert "contraband_drug_lib" in codes(again)
        assert sample_in(again)["sample"] == TextSample.objects.get().pk

    @pytest.mark.parametrize("edited", EDITS.values(), ids=EDITS)
    def test_is_passed_with_the_sample_named(self, account, reviewer, edited):
        passed(make_item(account, TEXT), reviewer)

        again = make_result(account, edited, now=SOON)

        assert (again.level, codes(again)) == ("none", ["nonLabel_lib"])
        assert sample_in(again)["sample"] == TextSample.objects.get().pk

    def test_that_says_nearly_the_same_is_blocked_and_not_passed(self, account, reviewer):
        block(make_item(account, TEXT), reviewer, label="contraband_drug")
        near = make_result(account, TEXT + "!!", now=SOON)
        passed(make_item(account, HONEST), reviewer)
        stretched = make_result(account, HONEST + "!!", now=SOON)

        assert near.level == "high" and sample_in(near)["distance"] > 0
        assert "nonLabel_lib" not in codes(stretched)


class TestAVideo:
    @pytest.mark.parametrize("kind", ["video", "audio"])
    def test_feeds_no_library(self, account, reviewer, kind):
        item = make_image_item(account, OTHER)
        item.result.content_type = item.content_type = kind

        remember(item=item, result=item.result, outcome="block", label=PORN, now=NOW)
        forget(item=item, result=item.result, now=SOON)

        assert not LibraryImage.objects.exists()
        assert not ImageLibrary.objects.exists()
        assert not TextSample.objects.exists()


class TestAChangedMind:
    def test_replaces_the_picture_in_the_other_library(self, account, reviewer):
        passed(make_image_item(account, OTHER), reviewer, now=NOW)
        first = LibraryImage.objects.get()
        block(make_image_item(account, OTHER), reviewer, now=SOON)

        assert make_image_result(account, jpeg_30(OTHER), now=LATER).level == "high"
        sample = LibraryImage.objects.present().get()
        assert sample.pk == first.pk
        assert sample.library.kind == "reviewed_block"
        assert dict(ImageLibrary.objects.values_list("kind", "image_count")) == {
            "reviewed_pass": 0,
            "reviewed_block": 1,
        }

    def test_replaces_the_text(self, account, reviewer):
        first, second = make_item(account, TEXT), make_item(account, TEXT)
        passed(first, reviewer)
        block(second, reviewer, label="contraband_drug", now=SOON)

        assert make_result(account, TEXT, now=LATER).level == "high"


class TestAnUndoneDecision:
    def test_takes_the_picture_back(self, account, reviewer):
        undone(block(make_image_item(account, OTHER), reviewer), now=SOON)

        assert codes(make_image_result(account, jpeg_30(OTHER), now=LATER)) == ["nonLabel"]
        assert codes(make_image_result(account, OTHER, now=LATER)) == ["nonLabel"]
        assert not LibraryImage.objects.present().exists()
        assert ImageLibrary.objects.get().image_count == 0

    def test_takes_the_text_back(self, account, reviewer):
        undone(passed(make_item(account, TEXT), reviewer), now=SOON)

        assert make_result(account, TEXT, now=LATER).level != "none"
        assert not TextSample.objects.present().exists()

    def test_lets_an_earlier_one_on_the_same_picture_stand_again(self, account, reviewer):
        passed(make_image_item(account, OTHER), reviewer, now=NOW)
        undone(block(make_image_item(account, OTHER), reviewer, now=SOON), now=SOON)

        assert codes(make_image_result(account, jpeg_30(OTHER), now=LATER)) == ["nonLabel_lib"]
        assert LibraryImage.objects.present().get().added_at == NOW

    def test_lets_an_earlier_one_on_the_same_text_stand_again(self, account, reviewer):
        first, second = make_item(account, TEXT), make_item(account, TEXT)
        block(first, reviewer, label="contraband_drug", now=NOW)
        undone(passed(second, reviewer, now=SOON), now=SOON)

        assert "contraband_drug_lib" in codes(make_result(account, TEXT, now=LATER))

    def test_leaves_a_later_one_standing(self, account, reviewer):
        earlier = passed(make_image_item(account, OTHER), reviewer, now=NOW)
        block(make_image_item(account, OTHER), reviewer, now=SOON)
        undone(earlier, now=LATER)

        assert make_image_result(account, OTHER, now=LATER).level == "high"

    def test_brings_nothing_back_that_was_removed_by_hand(self, account, reviewer):
        passed(make_item(account, TEXT), reviewer)
        second = ReviewItem.objects.get()
        TextSample.objects.update(removed_at=NOW)
        undone(Decision.objects.get(item=second), now=SOON)

        assert not TextSample.objects.present().exists()


class TestTheDecision:
    def test_decodes_nothing_and_reads_no_file(self, account, reviewer, settings, tmp_path):
        item = make_image_item(account, OTHER)
        settings.MEDIA_ROOT = tmp_path / "nowhere"

        block(item, reviewer)

        sample = LibraryImage.objects.select_related("fingerprint").get()
        assert {one.kind for one in sample.fingerprint.fingerprints} >= {"plain"}
        assert not any(one.kind.startswith("dihedral") for one in sample.fingerprint.fingerprints)
        assert (sample.width, sample.height, sample.format) == (640, 480, "png")
        assert sample.origin == str(item.request_id)

    def test_is_told_in_one_audit_record(self, account, reviewer):
        item = make_image_item(account, OTHER)
        before = AuditRecord.objects.count()

        block(item, reviewer)

        assert list(AuditRecord.objects.order_by("number").values_list("action", flat=True))[before:] == [
            "review.decided"
        ]

    def test_on_a_picture_whose_fingerprints_were_not_kept_holds_for_the_same_file(self, account, reviewer):
        item = make_image_item(account, OTHER)
        ResultFingerprint.objects.all().delete()

        block(item, reviewer)

        assert make_image_result(account, OTHER, now=SOON).level == "high"
        assert sample_in(make_image_result(account, OTHER, now=SOON))["match"] == "file"


class TestWhatIsKeptForReviewers:
    def test_are_the_fingerprints_of_what_goes_to_people(self, account):
        item = make_image_item(account, OTHER)

        assert bytes.fromhex(item.result.media["pdq"]) == bytes(item.likeness)
        assert ResultFingerprint.objects.get().result_id == item.result_id

    def test_is_nothing_where_nobody_will_look(self, account):
        service = service_of(account, "baselineCheck")

        publish(service, replace(service.current_version.rules, review_levels=frozenset({Level.HIGH})))
        result = make_image_result(account, OTHER)

        assert "pdq" not in result.media
        assert not ResultFingerprint.objects.exists()
