"""A sample that does too much in too short a time rests until a person releases it."""

from datetime import timedelta

import pytest

from config.audit.models import AuditRecord
from libraries.models import LibraryImage, SampleFlip, TextSample
from libraries.operations.sample_guard import release_sample, watch_samples
from moderation.detectors import registry
from review.operations.decisions import decide
from review.samples import forget
from tests.factories import (
    CLEAN,
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
from tests.libraries.pictures import png

pytestmark = pytest.mark.django_db
TEXT = "Add me on WeChat: abc_12345, free gifts for everybody"
LABEL = "pt_to_contact"
PORN = "pornographic_adultContent"


def at(minutes: float):
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def account(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.ASSAY_SAMPLE_VERDICTS_MOST = 3
    settings.ASSAY_DETECTORS = [
        "moderation.detectors.fake.FakePictureEngine",
        "moderation.detectors.patterns.engine.PatternEngine",
    ]
    registry.forget()
    account = make_account()
    for code in ("comment_detection", "baselineCheck"):
        service = service_of(account, code)
        publish(service, changed(service.current_version.rules))
    yield account
    registry.forget()


def changed(rules):
    return type(rules).from_json(rules.to_json() | {"review_levels": sorted(EVERY_LEVEL)})


@pytest.fixture
def reviewer(account):
    return make_user("ann", account=account)


def decided(item, reviewer, outcome, *, label=LABEL, now=NOW):
    return decide(
        account=item.account,
        item_id=item.pk,
        reviewer=reviewer,
        outcome=outcome,
        label=label if outcome == "block" else "",
        now=now,
    )


def sources(result) -> list[str]:
    return [one["source"] for label in result.labels for one in label["evidence"]]


class TestASampleThatChangesTooManyVerdicts:
    def test_of_a_passed_text_decides_nothing_any_more(self, account, reviewer):
        decided(make_item(account, TEXT), reviewer, "pass")
        for minute in range(3):
            assert make_result(account, TEXT, now=at(minute)).level == "none"

        assert watch_samples(now=at(4)) == 1
        after = make_result(account, TEXT, now=at(5))

        assert after.level != "none"
        assert "quarantined_sample" in sources(after)
        assert "exemption" not in sources(after)

    def test_of_a_blocked_text_decides_nothing_any_more(self, account, reviewer):
        decided(make_item(account, CLEAN), reviewer, "block")
        for minute in range(3):
            assert make_result(account, CLEAN, now=at(minute)).level == "high"

        assert watch_samples(now=at(4)) == 1
        after = make_result(account, CLEAN, now=at(5))

        assert (after.level, sources(after)) == ("none", ["quarantined_sample"])
        assert after.labels[0]["evidence"][0]["sample"] == TextSample.objects.get().pk

    def test_of_a_picture_decides_nothing_any_more(self, account, reviewer):
        decided(make_image_item(account, png(1)), reviewer, "block", label=PORN)
        for minute in range(3):
            assert make_image_result(account, png(1), now=at(minute)).level == "high"

        assert watch_samples(now=at(4)) == 1
        after = make_image_result(account, png(1), now=at(5))

        assert (after.level, sources(after)) == ("none", ["quarantined_sample"])
        assert LibraryImage.objects.get().quarantined_at == at(4)

    def test_is_told_of_in_the_audit_trail_once(self, account, reviewer):
        decided(make_item(account, CLEAN), reviewer, "block")
        for minute in range(5):
            make_result(account, CLEAN, now=at(minute))

        watch_samples(now=at(6))
        assert watch_samples(now=at(7)) == 0

        record = AuditRecord.objects.get(action="sample.quarantined")
        assert record.actor_user is None
        assert '"why": "verdict"' in record.body and '"count": 5' in record.body

    def test_is_left_alone_where_it_takes_longer(self, account, reviewer):
        decided(make_item(account, CLEAN), reviewer, "block")
        for minute in (0, 31, 62):
            make_result(account, CLEAN, now=at(minute))

        assert watch_samples(now=at(63)) == 0
        assert SampleFlip.objects.count() == 2

    def test_is_left_alone_where_the_guard_is_off(self, account, reviewer, settings):
        settings.ASSAY_SAMPLE_VERDICTS_MOST = 0
        decided(make_item(account, CLEAN), reviewer, "block")
        for minute in range(4):
            make_result(account, CLEAN, now=at(minute))

        assert watch_samples(now=at(5)) == 0
        assert not SampleFlip.objects.exists()


class TestWhatDoesNotCount:
    def test_is_a_block_of_what_the_machine_blocks_as_well(self, account, reviewer):
        result = make_result(account, TEXT)
        assert result.level == "high"
        decided(make_item(account, TEXT), reviewer, "block")

        make_result(account, TEXT, now=at(1))

        assert not SampleFlip.objects.exists()

    def test_is_a_pass_of_what_the_machine_passed(self, account, reviewer):
        decided(make_item(account, CLEAN), reviewer, "pass")

        make_result(account, CLEAN, now=at(1))

        assert not SampleFlip.objects.exists()

    def test_is_an_online_test(self, account, reviewer):
        decided(make_item(account, CLEAN), reviewer, "block")

        make_result(account, CLEAN, source="test", now=at(1))

        assert not SampleFlip.objects.exists()


class TestASampleOnWhichPeopleChangeTheirMinds:
    def decide_by_turns(self, account, reviewer, outcomes, make=make_item, label=LABEL, content=TEXT):
        items = [make(account, content) for _outcome in outcomes]
        for minute, (item, outcome) in enumerate(zip(items, outcomes, strict=True)):
            decided(item, reviewer, outcome, label=label, now=at(minute))

    def test_decides_nothing_any_more(self, account, reviewer):
        self.decide_by_turns(account, reviewer, ["pass", "block", "pass"])
        assert not TextSample.objects.get().rests

        account2 = make_account()
        self.decide_by_turns(account2, make_user("eve", account=account2), ["pass", "block", "pass", "block"])

        sample = TextSample.objects.owned_by(account2).get()
        assert sample.rests
        assert "quarantined_sample" in sources(make_result(account2, TEXT, now=at(9)))
        assert '"why": "mind"' in AuditRecord.objects.get(action="sample.quarantined").body

    def test_is_a_picture_as_well(self, account, reviewer):
        outcomes = ["pass", "block", "pass", "block"]
        self.decide_by_turns(account, reviewer, outcomes, make_image_item, PORN, png(1))

        assert LibraryImage.objects.get().rests
        assert make_image_result(account, png(1), now=at(9)).level == "none"

    def test_is_left_alone_where_decisions_are_undone(self, account, reviewer):
        items = [make_item(account, TEXT) for _number in range(5)]
        decided(items[0], reviewer, "pass")
        for minute, item in enumerate(items[1:3], start=1):
            decision = decided(item, reviewer, "block", now=at(minute))
            type(decision).objects.filter(pk=decision.pk).update(undone_at=at(minute), undone_by=reviewer)
            forget(item=item, result=item.result, now=at(minute))

        assert SampleFlip.objects.filter(why="mind").count() == 2
        assert TextSample.objects.get().outcome == "pass"
        assert not TextSample.objects.get().rests


class TestAReleasedSample:
    def test_decides_again_however_much(self, account, reviewer):
        decided(make_item(account, CLEAN), reviewer, "block")
        for minute in range(3):
            make_result(account, CLEAN, now=at(minute))
        watch_samples(now=at(4))

        release_sample(sample=TextSample.objects.get(), actor=reviewer, now=at(5))
        levels = {make_result(account, CLEAN, now=at(6 + minute)).level for minute in range(5)}

        assert levels == {"high"}
        assert watch_samples(now=at(12)) == 0
        assert AuditRecord.objects.get(action="sample.released").actor_user == reviewer

    def test_rests_again_when_minds_change_again(self, account, reviewer):
        items = [make_item(account, TEXT) for _number in range(8)]
        for minute, item in enumerate(items[:4]):
            decided(item, reviewer, "pass" if minute % 2 else "block", now=at(minute))
        release_sample(sample=TextSample.objects.get(), actor=reviewer, now=at(10))
        assert not TextSample.objects.get().rests
        for minute, item in enumerate(items[4:7], start=11):
            decided(item, reviewer, "pass" if minute % 2 == 0 else "block", now=at(minute))

        assert TextSample.objects.get().rests


class TestTheConsole:
    def test_marks_it_and_lets_a_person_release_it(self, account, client):
        admin = make_user("boss", account=account, role="account_admin")
        client.force_login(admin)
        decided(make_item(account, CLEAN), admin, "block")
        decided(make_image_item(account, png(1)), admin, "block", label=PORN)
        TextSample.objects.update(quarantined_at=NOW)
        LibraryImage.objects.update(quarantined_at=NOW)
        text, image = TextSample.objects.get(), LibraryImage.objects.get()
        pages = [
            "/console/libraries/textsample/?quarantine=1",
            f"/console/libraries/textsample/{text.pk}/change/",
            "/console/image-libraries/",
            f"/console/image-libraries/{image.library_id}/?quarantine=1",
            f"/console/library-images/{image.pk}/",
        ]

        for page in pages:
            assert "uarantine" in client.get(page).content.decode(), page
        client.post(f"/console/text-samples/{text.pk}/release/")
        client.post(f"/console/library-images/{image.pk}/release/")

        assert not TextSample.objects.get().rests and not LibraryImage.objects.get().rests

    def test_lets_nobody_release_it_who_may_not_edit_libraries(self, account, reviewer, client):
        client.force_login(reviewer)
        decided(make_item(account, CLEAN), reviewer, "block")
        TextSample.objects.update(quarantined_at=NOW)

        answer = client.post(f"/console/text-samples/{TextSample.objects.get().pk}/release/")

        assert answer.status_code == 403
        assert TextSample.objects.get().rests
