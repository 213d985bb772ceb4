"""Vocabularies and their keywords: what the operations write, count, refuse and record."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.accounts import revisions
from config.audit.models import AuditRecord
from config.errors import NotFound, PlatformError
from libraries import limits
from libraries.models import Keyword, Vocabulary
from libraries.operations import keywords as keyword_operations
from libraries.operations import vocabularies as vocabulary_operations
from libraries.operations.keywords import add_keywords, remove_keywords
from libraries.operations.vocabularies import change_vocabulary, delete_vocabulary
from libraries.usage import used_by
from tests.factories import make_account, publish, service_of
from tests.libraries.conftest import LATER, NOW


def add(vocabulary, *texts):
    return add_keywords(vocabulary=vocabulary, texts=texts, actor=None, now=LATER)


def actions_of(account) -> list[str]:
    records = AuditRecord.objects.owned_by(account).filter(subject__startswith="vocabulary:")
    return list(records.order_by("number").values_list("action", flat=True))


def count_of(vocabulary) -> int:
    return Vocabulary.objects.get(pk=vocabulary.pk).keyword_count


class TestCreating:
    def test_keeps_the_words_and_says_so(self, account, make_vocabulary):
        vocabulary = make_vocabulary(keywords=["Blue  Lotus", "彩金", "blue lotus", ""])

        assert set(vocabulary.keywords.values_list("text", "folded")) == {
            ("Blue Lotus", "blue lotus"),
            ("彩金", "彩金"),
        }
        assert vocabulary.keyword_count == count_of(vocabulary) == 2
        assert actions_of(account) == ["vocabulary.created", "keywords.added"]
        assert revisions.read(account.pk).vocabularies == 1

    def test_works_without_words(self, account, make_vocabulary):
        assert make_vocabulary().keyword_count == 0
        assert revisions.read(account.pk).vocabularies == 0

    def test_one_wrong_word_refuses_the_whole(self, account, make_vocabulary):
        with pytest.raises(PlatformError) as refused:
            make_vocabulary(keywords=["good", "50% off", "x" * 21])

        assert refused.value.code == "keywords_refused"
        assert "Line 2, “50% off”: Special characters" in refused.value.message
        assert [one["code"] for one in refused.value.details["first"]] == [
            "keyword_special_characters",
            "keyword_too_long",
        ]
        assert not Vocabulary.objects.owned_by(account).exists()

    def test_a_name_is_taken_once_per_account(self, make_vocabulary, other_account):
        make_vocabulary("Rules")
        make_vocabulary("Rules", of=other_account)

        with pytest.raises(PlatformError) as refused:
            make_vocabulary(" Rules ")

        assert (refused.value.code, refused.value.field) == ("vocabulary_name_taken", "name")

    def test_the_twenty_first_is_refused(self, make_vocabulary):
        for number in range(20):
            make_vocabulary(f"Rules {number}")

        with pytest.raises(PlatformError) as refused:
            make_vocabulary("One more")

        assert (refused.value.code, refused.value.status) == ("vocabulary_limit_reached", 409)


class TestChanging:
    def test_is_recorded_with_before_and_after(self, account, make_vocabulary):
        vocabulary = make_vocabulary()

        changed = change_vocabulary(
            vocabulary=vocabulary, name="Our rules", description="New", actor=None, now=LATER
        )

        assert (changed.name, changed.description, changed.updated_at) == ("Our rules", "New", LATER)
        assert actions_of(account)[-1] == "vocabulary.changed"

    def test_the_same_again_records_nothing(self, account, make_vocabulary):
        vocabulary = make_vocabulary()

        change_vocabulary(vocabulary=vocabulary, name=vocabulary.name, description="", actor=None, now=LATER)

        assert actions_of(account) == ["vocabulary.created"]

    def test_to_a_taken_name_is_refused(self, make_vocabulary):
        make_vocabulary("First")
        second = make_vocabulary("Second")

        with pytest.raises(PlatformError) as refused:
            change_vocabulary(vocabulary=second, name="First", description="", actor=None, now=LATER)

        assert refused.value.code == "vocabulary_name_taken"


class TestDeleting:
    def test_takes_the_keywords_along(self, account, make_vocabulary):
        vocabulary = make_vocabulary(keywords=["bad"])
        before = revisions.read(account.pk).vocabularies

        delete_vocabulary(vocabulary=vocabulary, used_by=[], actor=None, now=LATER)

        assert not Keyword.objects.owned_by(account).exists()
        assert actions_of(account)[-1] == "vocabulary.deleted"
        assert revisions.read(account.pk).vocabularies == before + 1

    def test_is_refused_while_services_use_it_and_names_them(self, make_vocabulary):
        vocabulary = make_vocabulary()

        with pytest.raises(PlatformError) as refused:
            delete_vocabulary(
                vocabulary=vocabulary, used_by=["comment_detection", "chat_detection"], actor=None, now=LATER
            )

        assert refused.value.code == "vocabulary_in_use"
        assert "comment_detection, chat_detection" in refused.value.message
        assert refused.value.details == {"services": ["comment_detection", "chat_detection"]}
        assert Vocabulary.objects.filter(pk=vocabulary.pk).exists()

    def test_the_rules_in_force_are_what_uses_it(self, make_vocabulary):
        account = make_account()
        vocabulary = make_vocabulary(of=account)
        assert used_by(vocabulary) == []
        service = service_of(account)

        publish(
            service, service.current_version.rules.with_label("customized", vocabularies=(vocabulary.pk,))
        )

        assert used_by(vocabulary) == [service.code]

    @pytest.mark.parametrize(
        "act",
        [
            lambda gone: add(gone, "bad"),
            lambda gone: remove_keywords(vocabulary=gone, texts=["bad"], actor=None, now=LATER),
            lambda gone: change_vocabulary(vocabulary=gone, name="x", description="", actor=None, now=LATER),
            lambda gone: delete_vocabulary(vocabulary=gone, used_by=[], actor=None, now=LATER),
        ],
        ids=["add", "remove", "change", "delete"],
    )
    def test_what_comes_too_late_is_told_so(self, make_vocabulary, act):
        vocabulary = make_vocabulary()
        Vocabulary.objects.filter(pk=vocabulary.pk).delete()

        with pytest.raises(NotFound):
            act(vocabulary)


class TestAddingKeywords:
    def test_tells_what_became_of_each(self, make_vocabulary):
        vocabulary = make_vocabulary(keywords=["bad"])

        report = add(vocabulary, "BAD", "worse", "Worse", "", "50%", "x" * 21)

        assert (report.added, report.repeated) == (1, 2)
        assert [(one.line, one.text, one.code) for one in report.refused] == [
            (5, "50%", "keyword_special_characters"),
            (6, "x" * 21, "keyword_too_long"),
        ]
        assert count_of(vocabulary) == 2

    def test_nothing_new_changes_nothing(self, account, make_vocabulary):
        vocabulary = make_vocabulary(keywords=["bad"])
        before = revisions.read(account.pk), actions_of(account)

        add(vocabulary, "bad", "50%")

        assert (revisions.read(account.pk), actions_of(account)) == before

    def test_one_word_may_stand_in_two_vocabularies(self, make_vocabulary):
        assert make_vocabulary("A", ["bad"]).keyword_count == 1
        assert make_vocabulary("B", ["bad"]).keyword_count == 1

    def test_the_limit_counts_all_vocabularies_of_the_account(
        self, monkeypatch, make_vocabulary, other_account
    ):
        monkeypatch.setattr(keyword_operations, "MOST_KEYWORDS", 5)
        make_vocabulary("Elsewhere", ["q", "r", "s"], of=other_account)
        first, second = make_vocabulary("A", ["a", "b", "c"]), make_vocabulary("B", ["d"])
        add(second, "e")

        with pytest.raises(PlatformError) as refused:
            add(second, "f", "g")

        assert refused.value.code == "keyword_limit_reached"
        assert "these are 2 too many" in refused.value.message
        assert (count_of(first), count_of(second)) == (3, 2)
        assert second.keywords.count() == 2

    def test_words_held_already_do_not_count_against_the_limit(self, monkeypatch, make_vocabulary):
        monkeypatch.setattr(keyword_operations, "MOST_KEYWORDS", 2)
        vocabulary = make_vocabulary(keywords=["a", "b"])

        assert add(vocabulary, "a", "B").repeated == 2

    def test_costs_the_same_queries_for_three_words_and_for_three_hundred(self, make_vocabulary):
        vocabulary, costs = make_vocabulary(), []

        for words in (["a", "b", "c"], [f"word{number}" for number in range(300)]):
            with CaptureQueriesContext(connection) as queries:
                add(vocabulary, *words)
            costs.append(len(queries))

        assert costs[0] == costs[1]

    def test_the_limits_are_those_that_are_promised(self):
        assert limits.MOST_VOCABULARIES == vocabulary_operations.MOST_VOCABULARIES == 20
        assert limits.MOST_KEYWORDS == keyword_operations.MOST_KEYWORDS == 100_000
        assert limits.LONGEST_KEYWORD == 20

    def test_a_full_account_is_filled_in_seconds(self, make_vocabulary):
        vocabulary = make_vocabulary()
        words = [f"word{number}" for number in range(100_000)]
        started = time.monotonic()

        report = add(vocabulary, *words)

        print(f"100,000 keywords in {time.monotonic() - started:.1f} s")
        assert report.added == count_of(vocabulary) == 100_000
        with pytest.raises(PlatformError):
            add(vocabulary, "one more")


class TestRemovingKeywords:
    def test_goes_by_id_or_by_any_spelling(self, account, make_vocabulary):
        vocabulary = make_vocabulary(keywords=["Bad", "Worse", "Worst"])
        bad = vocabulary.keywords.get(text="Bad")

        removed = remove_keywords(
            vocabulary=vocabulary, ids=[bad.pk], texts=["ＷＯＲＳＥ", "unknown"], actor=None, now=LATER
        )

        assert removed == 2
        assert list(vocabulary.keywords.values_list("text", flat=True)) == ["Worst"]
        assert count_of(vocabulary) == 1
        assert actions_of(account)[-1] == "keywords.removed"

    def test_never_reaches_another_vocabulary(self, make_vocabulary):
        mine, other = make_vocabulary("A", ["bad"]), make_vocabulary("B", ["bad"])

        ids = other.keywords.values_list("id", flat=True)

        assert remove_keywords(vocabulary=mine, ids=ids, actor=None, now=NOW) == 0
        assert other.keywords.count() == 1

    def test_of_nothing_removes_nothing(self, account, make_vocabulary):
        vocabulary = make_vocabulary(keywords=["bad"])
        before = revisions.read(account.pk)

        assert remove_keywords(vocabulary=vocabulary, actor=None, now=NOW) == 0
        assert revisions.read(account.pk) == before
