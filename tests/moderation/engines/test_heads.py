"""Heads through their whole life, on public tweets and with the real encoder."""

from datetime import timedelta

import numpy
import pytest
from django_q.models import OrmQ

from config.accounts import revisions
from config.audit.models import AuditRecord
from libraries.models import TextSample
from libraries.operations.samples import remove_text_sample
from moderation.detectors import heads
from moderation.detectors.heads import head_findings, heads_of
from moderation.detectors.sentences import embed_texts
from moderation.learning import tasks
from moderation.learning.agreement import agreement
from moderation.learning.embeddings import unpack
from moderation.learning.examples import available, gather
from moderation.learning.trainer import go_on
from moderation.models import Head, ModerationResult, ResultEmbedding, SampleEmbedding, Training
from moderation.operations.heads import (
    HeadExamplesTooFew,
    HeadInTraining,
    HeadNotAtWork,
    HeadNotPromotable,
    HeadWithoutEarlier,
    promote_head,
    request_training,
    retire_head,
    roll_back_head,
    switch_learning,
)
from moderation.operations.human_verdict import apply_human_verdict
from tests.factories import NOW, make_account, make_result, make_user, service_of
from tests.moderation.engines.conftest import LABEL, needs_data, some, teach, tweets

pytestmark = needs_data
ABUSE = "you are a stupid bitch, fuck off"


def train(account, *, now=NOW) -> Head:
    training = request_training(account=account, label=LABEL, actor=None, now=now)
    while not go_on(training_id=training.pk, now=now):
        pass
    training.refresh_from_db()
    assert not training.error
    return training.head


def heads_revision(account) -> int:
    return revisions.read(account.pk).heads


def look(account, text):
    return head_findings(text, account.pk, heads_revision(account))


@pytest.fixture(scope="module")
def rows():
    return some(tweets(), positive=60, negative=200)


@pytest.fixture
def taught(account, rows):
    teach(account, rows)
    return account


@pytest.fixture
def shadow(taught):
    return train(taught)


class TestATraining:
    def test_makes_a_shadow_head_that_tells_abuse_from_the_rest(self, shadow, taught):
        assert shadow.status == Head.Status.SHADOW
        assert (shadow.n_positive, shadow.n_negative) == (60, 200)
        assert shadow.metrics["holdout"]["positive"] == 15
        assert shadow.metrics["holdout"]["average_precision"] > 0.8
        assert look(taught, ABUSE).shadow_hits[0].score > 60
        assert look(taught, "The library opens at nine on Saturdays.").shadow_hits == []

    def test_measures_on_the_newest_quarter_which_it_did_not_see(self, shadow):
        fitted_on, held_out = shadow.metrics["fitted_on"], shadow.metrics["holdout"]

        assert fitted_on["positive"] + held_out["positive"] == 60
        assert fitted_on["negative"] + held_out["negative"] == 200

    def test_comes_out_the_same_again(self, shadow, taught):
        again = train(taught)

        assert again.version == 2
        assert bytes(again.coefficients) == bytes(shadow.coefficients)
        assert again.metrics == shadow.metrics
        shadow.refresh_from_db()
        assert shadow.status == Head.Status.RETIRED

    def test_keeps_what_it_read_and_reads_it_once(self, shadow, taught):
        assert SampleEmbedding.objects.owned_by(taught).count() == 260
        assert Training.objects.get().embedded == 260
        train(taught)
        assert Training.objects.latest("pk").embedded == 0

    def test_refuses_too_few_examples_and_says_how_many_there_are(self, account, rows):
        teach(account, some(rows, positive=19, negative=150))

        with pytest.raises(HeadExamplesTooFew) as refused:
            request_training(account=account, label=LABEL, actor=None, now=NOW)
        assert refused.value.details == {"positive": 19, "negative": 150}

    def test_runs_once_at_a_time(self, taught):
        request_training(account=taught, label=LABEL, actor=None, now=NOW)

        with pytest.raises(HeadInTraining):
            request_training(account=taught, label=LABEL, actor=None, now=NOW)

    def test_goes_in_steps_and_survives_a_worker_that_dies(self, taught):
        training = request_training(account=taught, label=LABEL, actor=None, now=NOW)
        assert OrmQ.objects.count() == 1
        ticks = iter(range(0, 1000, 20))

        assert not go_on(training_id=training.pk, now=NOW, seconds=30, clock=lambda: next(ticks))
        read = SampleEmbedding.objects.count()
        assert 0 < read < 260
        # A worker that took it and was killed: nobody else touches it until its lease is over.
        Training.objects.update(lease_until=NOW + timedelta(minutes=3))
        assert go_on(training_id=training.pk, now=NOW)
        assert SampleEmbedding.objects.count() == read
        assert go_on(training_id=training.pk, now=NOW + timedelta(minutes=4))
        assert Head.objects.get().n_positive == 60

    def test_that_was_lost_is_taken_up_by_the_schedule(self, taught):
        request_training(account=taught, label=LABEL, actor=None, now=NOW)
        OrmQ.objects.all().delete()
        Training.objects.update(requested_at=NOW - timedelta(days=400))

        assert tasks.go_on_with_trainings() == 1
        assert OrmQ.objects.count() == 1

    def test_forgets_a_text_that_was_taken_out_of_the_samples(self, shadow, taught):
        sample = TextSample.objects.filter(outcome="block").first()
        remove_text_sample(sample=sample, actor=None, now=NOW)

        assert train(taught).n_positive == 59
        assert not SampleEmbedding.objects.filter(sample=sample).exists()

    def test_learns_nothing_from_another_account(self, shadow):
        other = make_account()

        assert available(gather(account=other, label=LABEL)).positive == 0
        assert look(other, ABUSE).embedding is None


class TestNegatives:
    def test_are_topped_up_with_results_that_passed(self, account, rows):
        teach(account, some(rows, positive=30, negative=10))
        for number in range(95):
            make_result(account, f"Line {number + 1000} of the timetable has changed.")

        held = available(gather(account=account, label=LABEL))
        assert (held.positive, held.negative, held.passed) == (30, 10, 95)
        head = train(account)
        assert (head.n_negative, head.metrics["passed"]) == (105, 95)
        assert ResultEmbedding.objects.owned_by(account).count() == 95

    def test_include_what_people_blocked_under_other_labels(self, account, rows):
        teach(account, some(rows, positive=30, negative=0))

        assert available(gather(account=account, label="contraband_drug")).negative == 30

    def test_lose_against_what_a_person_said_of_the_same_text(self, account, rows):
        for _number in range(130):
            make_result(account, f"Line {_number + 1000} of the timetable has changed.")
        make_result(account, rows[0][0].replace("http", "see"), source="api")
        ModerationResult.objects.update(level="none", content=ABUSE)
        teach(account, [(ABUSE, True), *some(rows, positive=30, negative=120)])

        head = train(account)
        assert head.n_positive == 31
        assert head.n_negative == 120


class TestShadowHeads:
    def test_score_but_do_not_decide(self, shadow, taught):
        found = look(taught, ABUSE)

        assert found.hits == []
        assert found.shadow_hits[0].raw == LABEL
        assert found.shadow_hits[0].note == "v1"
        assert heads_of(taught.pk, heads_revision(taught)).labels == frozenset()

    def test_decide_once_promoted_with_the_next_request(self, shadow, taught):
        before = revisions.read(taught.pk)
        admin = make_user(account=taught)
        promote_head(head=shadow, actor=admin, now=NOW)
        after = revisions.read(taught.pk)

        assert (after.heads, after.services) == (before.heads + 1, before.services + 1)
        found = look(taught, ABUSE)
        assert found.shadow_hits == []
        assert found.hits[0].score > 60
        assert heads_of(taught.pk, after.heads).labels == {LABEL}
        shadow.refresh_from_db()
        assert (shadow.promoted_by, shadow.promoted_at) == (admin, NOW)

    def test_are_counted_against_what_people_say_later(self, shadow, taught, rows):
        later = [row for row in tweets()[3000:] if row not in rows]
        judged = some(later, positive=20, negative=20)
        said = []
        for text, is_bad in judged:
            result = make_result(taught, text)
            [vector] = unpack([result.embedding.vector])
            apply_human_verdict(
                result=result,
                outcome="block" if is_bad else "pass",
                label=LABEL if is_bad else "",
                now=NOW + timedelta(days=1),
            )
            hits = head_findings(vector, taught.pk, heads_revision(taught)).shadow_hits
            said.append((is_bad, bool(hits) and hits[0].score >= 60))

        counted = agreement(shadow)

        assert counted.seen == 40
        assert counted.confirmed == sum(is_bad and hit for is_bad, hit in said) > 10
        assert counted.false_alarms == sum(hit and not is_bad for is_bad, hit in said)
        assert counted.missed == sum(is_bad and not hit for is_bad, hit in said)
        shadow.trained_at = NOW + timedelta(days=2)
        assert agreement(shadow).seen == 0


class TestPromotion:
    def test_puts_the_earlier_version_to_rest_and_one_step_brings_it_back(self, shadow, taught):
        promote_head(head=shadow, actor=None, now=NOW)
        second = train(taught)
        promote_head(head=second, actor=None, now=NOW)
        shadow.refresh_from_db()
        assert shadow.status == Head.Status.RETIRED

        back = roll_back_head(head=second, actor=None, now=NOW)

        assert back.pk == shadow.pk
        assert list(Head.objects.filter(status="active")) == [shadow]
        assert look(taught, ABUSE).hits[0].note == "v1"
        with pytest.raises(HeadWithoutEarlier):
            roll_back_head(head=back, actor=None, now=NOW)

    def test_of_what_decides_already_is_refused(self, shadow):
        promote_head(head=shadow, actor=None, now=NOW)

        with pytest.raises(HeadNotPromotable):
            promote_head(head=shadow, actor=None, now=NOW)

    def test_is_refused_for_a_head_of_another_encoder_which_does_not_score_either(self, shadow, taught):
        assert look(taught, ABUSE).shadow_hits
        Head.objects.update(embedder_sha256="0" * 64)

        with pytest.raises(HeadNotPromotable):
            promote_head(head=shadow, actor=None, now=NOW)
        heads.forget()
        assert look(taught, ABUSE).shadow_hits == []

    def test_and_all_other_steps_are_audited(self, shadow, taught):
        promote_head(head=shadow, actor=None, now=NOW)
        second = train(taught)
        promote_head(head=second, actor=None, now=NOW)
        roll_back_head(head=second, actor=None, now=NOW)
        retire_head(head=shadow, actor=None, now=NOW)
        switch_learning(account=taught, service=None, is_on=True, actor=None, now=NOW)

        written = AuditRecord.objects.owned_by(taught).order_by("number").values_list("action", flat=True)
        assert [action for action in written if action.startswith(("head.", "learning."))] == [
            "head.training_requested",
            "head.trained",
            "head.promoted",
            "head.training_requested",
            "head.trained",
            "head.promoted",
            "head.rolled_back",
            "head.retired",
            "learning.switched_on",
        ]


def test_a_retired_head_sees_nothing_and_is_not_retired_twice(shadow, taught):
    retire_head(head=shadow, actor=None, now=NOW)

    assert look(taught, ABUSE).shadow_hits == []
    with pytest.raises(HeadNotAtWork):
        retire_head(head=shadow, actor=None, now=NOW)


class TestTheEncoder:
    def test_is_asked_only_where_heads_or_learning_want_it(self, account):
        service = service_of(account)
        assert look(account, ABUSE).embedding is None

        switch_learning(account=account, service=service, is_on=True, actor=None, now=NOW)
        revision = heads_revision(account)
        assert head_findings(ABUSE, account.pk, revision).embedding is None
        embedding = head_findings(ABUSE, account.pk, revision, service_id=service.pk).embedding
        assert numpy.allclose(embedding, embed_texts([ABUSE])[0], atol=1e-3)

        switch_learning(account=account, service=service, is_on=False, actor=None, now=NOW)
        assert (
            head_findings(ABUSE, account.pk, heads_revision(account), service_id=service.pk).embedding is None
        )
