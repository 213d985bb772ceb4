"""After an erasure nothing of the subject is found; others are as they were; the audit chain is whole."""

import json

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.utils import timezone

from config.accounts import revisions
from config.audit.models import AuditRecord
from config.audit.records import faults
from config.erasure.models import MOST_TRIES, ErasureReceipt, SubjectMark, SubjectRequest
from config.erasure.operations import SubjectBusy, SubjectHeld, ask_count, ask_erasure
from config.erasure.receipts import sum_of
from config.erasure.registry import erased_models, nobody
from config.erasure.search import search
from config.erasure.subjects import Subject
from config.erasure.work import go_on, work_on
from config.retention.holds import place_hold, release_hold
from libraries.matching.cache import look_up
from libraries.models import TextSample
from moderation.models import MediaAsset, ModerationResult, SampleEmbedding
from review.intake import open_item
from review.models import ReviewItem
from review.operations.decisions import decide
from review.states import Mode
from stats.models import UsageFact
from tests.erasure.people import make_person
from tests.factories import NOW, make_account, make_result

WORDS = "Ring me on WeChat: abc_99999, cheap watches"


def of_author(author_id: str) -> Subject:
    return Subject.named("author_id", author_id)


def count(account, author_id: str, actor) -> SubjectRequest:
    return finished(ask_count(account=account, subject=of_author(author_id), actor=actor, now=NOW))


def block(account, author_id: str, reviewer) -> ModerationResult:
    """The same words of an author, decided on."""
    result = make_result(account, WORDS, author_id=author_id)
    item = ReviewItem.objects.filter(result=result).first()
    item = item or open_item(result=result, mode=Mode.AUDIT, now=NOW)
    decide(
        account=account, item_id=item.pk, reviewer=reviewer, outcome="block", label="pt_to_contact", now=NOW
    )
    return result


def finished(request, **how) -> SubjectRequest:
    for _job in range(20):
        work_on(request_id=request.pk, now=NOW, **how)
        request.refresh_from_db()
        if not request.is_unfinished:
            return request
    raise AssertionError(request.state)


def erase(account, kind, value, actor) -> SubjectRequest:
    subject = Subject.named(kind, value)
    return finished(ask_erasure(account=account, subject=subject, actor=actor, now=NOW))


def places(marks) -> list:
    return [(place.where, place.mark) for place in search(marks)]


def rows_of(person) -> dict:
    """Every row that bears a mark of them, by table."""
    found = {}
    for place in search(person.marks):
        found[place.where, place.mark] = place.count
    return found


def but_exports(found: dict) -> dict:
    """Exported lists of the account are thrown away whole, whoever's else they are."""
    return {
        (where, mark): count
        for (where, mark), count in found.items()
        if not where.startswith("exports/") and not mark.startswith(b"exports/")
    }


class TestAnAuthor:
    def test_is_found_nowhere_afterwards_and_others_are_as_they_were(self, account, reviewer):
        ann = make_person(account, "ann", reviewer=reviewer)
        bob = make_person(account, "bob", reviewer=reviewer)
        before = rows_of(bob)
        tables = {where.split(".")[0] for where, _mark in rows_of(ann)}
        assert len(tables) >= 15, tables
        counted = finished(
            ask_count(
                account=account, subject=Subject.named("author_id", ann.author_id), actor=reviewer, now=NOW
            )
        )
        assert rows_of(bob) == before

        done = erase(account, "author_id", ann.author_id, reviewer)

        assert done.state == "done"
        left = places(ann.marks)
        assert left == [], "\n".join(map(str, left))
        assert but_exports(rows_of(bob)) == but_exports(before)
        assert list(faults()) == []
        assert SubjectMark.objects.count() == 0
        receipt = ErasureReceipt.objects.get(request=done)
        assert receipt.counts == counted.counts
        assert receipt.files == counted.files
        assert (receipt.rows, receipt.digest) == (done.rows, done.digest)
        told = AuditRecord.objects.get(action="subject.erased")
        assert json.loads(told.body)["after"]["sha256"] == receipt.sha256 == sum_of(receipt)

    def test_is_not_told_by_what_processes_hold_in_memory(self, account, reviewer):
        block(account, "ann", reviewer)
        assert look_up(account.pk, revisions.read(account.pk).samples, WORDS) is not None

        erase(account, "author_id", "ann", reviewer)

        assert look_up(account.pk, revisions.read(account.pk).samples, WORDS) is None
        assert SampleEmbedding.objects.count() == 0

    def test_takes_no_sample_away_that_rests_on_somebody_elses_words(self, account, reviewer):
        bobs = block(account, "bob", reviewer)
        block(account, "ann", reviewer)

        erase(account, "author_id", "ann", reviewer)

        sample = TextSample.objects.get()
        assert (sample.origin, sample.content, sample.removed_at) == (str(bobs.request_id), WORDS, None)


class TestOneThing:
    @pytest.mark.parametrize("kind", ["data_id", "request_id", "media_id"])
    def test_goes_without_the_rest_of_its_author(self, account, reviewer, kind):
        ann = make_person(account, "ann", reviewer=reviewer)
        text, picture, film = ann.results
        value, gone, kept = {
            "data_id": ("post-ann", text, picture),
            "request_id": (str(picture.request_id), picture, text),
            "media_id": (ann.asset.media_id, film, text),
        }[kind]

        erase(account, kind, value, reviewer)

        assert places([value, str(gone.request_id)]) == []
        assert ModerationResult.objects.filter(pk=kept.pk).exists()
        assert ReviewItem.objects.filter(request_id=kept.request_id).exists()
        assert list(faults()) == []

    def test_leaves_a_recording_that_only_the_review_is_erased_of(self, account, reviewer):
        ann = make_person(account, "ann", reviewer=reviewer)
        film = ann.results[2]

        erase(account, "request_id", str(film.request_id), reviewer)

        asset = MediaAsset.objects.get(pk=ann.asset.pk)
        assert default_storage.exists(asset.key)
        assert default_storage.exists(asset.cover_key)


class TestAnErasure:
    def test_goes_on_where_a_job_was_ended(self, account, reviewer):
        ann = make_person(account, "ann", reviewer=reviewer)
        whole = finished(
            ask_count(
                account=account, subject=Subject.named("author_id", ann.author_id), actor=reviewer, now=NOW
            )
        )
        subject = of_author(ann.author_id)
        asked = ask_erasure(account=account, subject=subject, actor=reviewer, now=NOW)
        jobs = 0
        while SubjectRequest.objects.get(pk=asked.pk).is_unfinished:
            work_on(request_id=asked.pk, now=NOW, seconds=0.05)
            jobs += 1
            assert jobs < 500

        assert jobs > 1
        assert places(ann.marks) == []
        assert ErasureReceipt.objects.get().counts == whole.counts

    def test_of_a_subject_nobody_knows_ends_with_an_empty_receipt(self, account, reviewer):
        done = erase(account, "author_id", "nobody", reviewer)

        assert (done.state, done.counts, done.receipt.rows) == ("done", {}, 0)

    def test_can_be_asked_again(self, account, reviewer):
        make_result(account, author_id="ann")
        erase(account, "author_id", "ann", reviewer)
        make_result(account, author_id="ann")

        again = erase(account, "author_id", "ann", reviewer)

        assert again.counts["moderation.ModerationResult"] == 1
        assert ErasureReceipt.objects.filter(digest=again.digest).count() == 2

    def test_is_one_at_a_time_per_subject(self, account, reviewer):
        subject = of_author("ann")
        ask_erasure(account=account, subject=subject, actor=reviewer, now=NOW)

        with pytest.raises(SubjectBusy):
            ask_erasure(account=account, subject=subject, actor=reviewer, now=NOW)

    def test_keeps_out_of_other_accounts(self, account, reviewer):
        other = make_account()
        kept = make_result(other, author_id="ann", data_id="post")
        gone = make_result(account, author_id="ann", data_id="post")

        erase(account, "author_id", "ann", reviewer)

        assert list(ModerationResult.objects.filter(pk__in=[kept.pk, gone.pk])) == [kept]

    def test_leaves_the_sums_of_usage(self, account, reviewer):
        make_result(account, author_id="ann")
        before = sum(UsageFact.objects.owned_by(account).values_list("calls", flat=True))

        erase(account, "author_id", "ann", reviewer)

        assert before == 1
        assert sum(UsageFact.objects.owned_by(account).values_list("calls", flat=True)) == before

    def test_that_fails_too_often_says_so_and_forgets_whom(self, account, reviewer):
        make_result(account, author_id="ann")
        subject = of_author("ann")
        asked = ask_erasure(account=account, subject=subject, actor=reviewer, now=NOW)
        SubjectRequest.objects.filter(pk=asked.pk).update(tries=MOST_TRIES)

        go_on(now=NOW)

        asked.refresh_from_db()
        assert (asked.state, bytes(asked.sealed)) == ("failed", b"")


class TestALegalHold:
    @pytest.fixture
    def hold(self, account, reviewer):
        """On one post of the author's."""
        asked = {
            "scope": "data_id",
            "value": "post-ann",
            "reason": "Case 7, about Ann's post",
            "actor": reviewer,
        }
        return lambda: place_hold(account=account, now=NOW, **asked)

    def test_on_one_post_refuses_to_erase_its_author(self, account, reviewer, hold):
        make_result(account, author_id="ann", data_id="post-ann")
        hold()

        with pytest.raises(SubjectHeld):
            erase(account, "author_id", "ann", reviewer)
        erase(account, "author_id", "bob", reviewer)

    def test_stops_one_that_was_asked_before_and_lets_it_go_on_when_released(self, account, reviewer, hold):
        make_result(account, author_id="ann", data_id="post-ann")
        subject = of_author("ann")
        asked = ask_erasure(account=account, subject=subject, actor=reviewer, now=NOW)
        held = hold()

        work_on(request_id=asked.pk, now=NOW)

        asked.refresh_from_db()
        assert asked.state == "held"
        assert ModerationResult.objects.filter(author_id="ann").exists()
        release_hold(account=account, hold_id=held.pk, actor=reviewer, now=timezone.now())
        work_on(request_id=asked.pk, now=asked.rests_until)
        asked.refresh_from_db()
        assert asked.state == "done"
        assert places(["post-ann", "Ann's post"]) == []

    def test_does_not_keep_anybody_from_knowing(self, account, reviewer, hold):
        make_result(account, author_id="ann", data_id="post-ann")
        hold()

        counted = count(account, "ann", reviewer)

        assert counted.counts["moderation.ModerationResult"] == 1


def test_every_model_has_an_eraser_or_says_that_it_holds_nobody():
    every = {model._meta.label for model in apps.get_models(include_auto_created=False)}
    erased = set(erased_models())

    assert sorted(every - erased - set(nobody)) == []
    assert sorted((set(nobody) | erased) - every) == []
    assert sorted(set(nobody) & erased) == []
