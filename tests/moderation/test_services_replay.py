"""What other rules would have made of the latest results."""

from dataclasses import replace

import pytest

from libraries.operations.samples import add_text_sample
from moderation.models import ModerationResult
from moderation.replay import replay
from moderation.values import Level
from tests.factories import CLEAN, NOW, RISKY, make_account, make_result, make_vocabulary, publish, service_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def service(account):
    return service_of(account)


def tried(service, after, **kwargs):
    service = service_of(service.account, service.code)
    return replay(service=service, before=service.current_version.rules, after=after, **kwargs)


def rules_of(service):
    return service_of(service.account, service.code).current_version.rules


class TestAReplay:
    def test_counts_what_rises_and_falls(self, account, service):
        for content in (RISKY, f"{RISKY}!", CLEAN):
            make_result(account, content)

        calmer = tried(service, rules_of(service).with_label("pt_to_contact", on=False))
        assert (calmer.count, calmer.rises, calmer.falls) == (3, 0, 2)
        assert calmer.levels() == [
            (Level.HIGH, 2, 0),
            (Level.MEDIUM, 0, 0),
            (Level.LOW, 0, 0),
            (Level.NONE, 1, 3),
        ]
        same = tried(service, rules_of(service))
        assert (same.rises, same.falls) == (0, 0)

    def test_agrees_with_what_publishing_then_does(self, account, service):
        texts = [RISKY, CLEAN, "Casino bonus, double your deposit", "part-time job, 500 a day, see bit.ly/x1"]
        for text in texts:
            make_result(account, text)
        after = rules_of(service)
        for label in ("pt_to_contact", "contraband_gambling", "pt_to_sites"):
            after = after.with_label(label, medium=0.0, high=99.0)
        foreseen = {level: count for level, _before, count in tried(service, after).levels()}

        publish(service, after)
        levels = [make_result(account, text).level for text in texts]

        assert foreseen == {level: levels.count(level) for level in Level}
        assert len(set(levels)) > 1

    def test_keeps_what_vocabularies_found_while_they_are_asked(self, account, service):
        words = make_vocabulary(account, words=["saturdays"])
        publish(service, rules_of(service).with_label("customized", vocabularies=(words.pk,)))
        assert make_result(account, CLEAN).level == "high"

        moved = tried(service, rules_of(service).with_label("ad", on=True))
        gone = tried(service, rules_of(service).with_label("customized", vocabularies=()))
        assert (moved.rises, moved.falls) == (0, 0)
        assert (gone.rises, gone.falls) == (0, 1)

    def test_keeps_what_reviewers_decided_while_they_are_asked(self, account, service):
        add_text_sample(
            account=account, content=CLEAN, outcome="block", label="spam", origin="review:1", now=NOW
        )
        publish(service, rules_of(service).with_label("spam", on=True))
        assert make_result(account, CLEAN).level == "high"

        assert tried(service, replace(rules_of(service), use_reviewed_samples=False)).falls == 1
        assert tried(service, rules_of(service).with_label("ad", on=True)).falls == 0

    def test_takes_the_latest_only_and_no_tests(self, account, service):
        for number in range(5):
            make_result(account, f"{RISKY} {number}")
        newest = ModerationResult.objects.newest_first().first()
        ModerationResult.objects.filter(pk=newest.pk).update(source="test")

        assert tried(service, rules_of(service)).count == 4
        assert tried(service, rules_of(service), latest=2).count == 2
