"""Owners, expiries and hits of single keywords."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from config.accounts import revisions
from config.audit.models import AuditRecord
from libraries.matching import cache
from libraries.matching.keyword_index import KeywordIndex, strip_ignored
from libraries.models import Keyword, KeywordHits
from libraries.operations.hits import count_hits, fold_hits
from libraries.operations.keywords import add_keywords, change_keywords
from tests.libraries.conftest import LATER, NOW


def found(account, text: str, now=None) -> list[str]:
    index = cache.keyword_index(account.pk, revisions.read(account.pk).vocabularies)
    return [hit.keyword for hit in index.find(text, now)]


class TestAKeywordThatExpires:
    def test_is_not_found_from_that_moment_on_without_anything_being_loaded_anew(self):
        index = KeywordIndex.build([("bad", 1, 1), ("worse", 1, 2)], expiry={1: NOW})
        text, before = "bad worse b-a-d", NOW - timedelta(seconds=1)

        assert [hit.keyword for hit in index.find(text, before)] == ["bad", "worse", "bad"]
        assert [hit.keyword for hit in index.find(text, NOW)] == ["worse"]
        assert [hit.keyword for hit in index.find_plain(text, NOW)] == ["worse"]

    def test_is_not_ignored_any_more(self):
        expired = {1: timezone.now() - timedelta(seconds=1)}
        index = KeywordIndex.build([("bad", 1, 1)], expiry=expired)

        assert strip_ignored("so bad", index, frozenset({1})) == ("so bad", None)

    def test_is_found_again_when_it_is_prolonged(self, account, make_vocabulary):
        vocabulary = make_vocabulary()
        now = timezone.now()
        add_keywords(
            vocabulary=vocabulary, texts=["bad"], expires_at=now - timedelta(days=1), actor=None, now=NOW
        )
        assert found(account, "bad") == []

        changed = change_keywords(
            vocabulary=vocabulary, texts=["BAD"], expires_at=now + timedelta(days=1), actor=None, now=LATER
        )

        assert changed == 1
        assert found(account, "bad") == ["bad"]
        assert found(account, "bad", now + timedelta(days=2)) == []

    def test_without_an_expiry_never_does(self, account, make_vocabulary):
        make_vocabulary(keywords=["bad"])

        assert found(account, "bad", NOW + timedelta(days=100_000)) == ["bad"]


class TestChangingKeywords:
    def test_changes_what_is_given_and_nothing_else(self, make_vocabulary):
        vocabulary = make_vocabulary(keywords=["bad", "worse"])
        add_keywords(
            vocabulary=vocabulary, texts=["worst"], owner=" Anna  B ", expires_at=LATER, actor=None, now=NOW
        )

        change_keywords(vocabulary=vocabulary, texts=["bad", "worst"], owner="Ben", actor=None, now=LATER)

        rows = {row.text: (row.owner, row.expires_at) for row in vocabulary.keywords.all()}
        assert rows == {"bad": ("Ben", None), "worse": ("", None), "worst": ("Ben", LATER)}
        assert AuditRecord.objects.get(action="keywords.changed")

    def test_of_another_vocabulary_changes_none(self, make_vocabulary):
        one, other = make_vocabulary("A", ["bad"]), make_vocabulary("B", ["bad"])

        ids = [other.keywords.get().pk]

        assert change_keywords(vocabulary=one, ids=ids, owner="x", actor=None, now=LATER) == 0
        assert other.keywords.get().owner == ""


class TestCountingHits:
    def test_adds_up_once(self, account, make_vocabulary):
        row = make_vocabulary(keywords=["bad", "worse"]).keywords.get(text="bad")
        count_hits(account.pk, {row.pk: 2}, NOW)
        count_hits(account.pk, {row.pk: 1, row.pk + 1: 5}, LATER)
        assert Keyword.objects.get(pk=row.pk).hit_count == 0

        assert fold_hits(at_once=2) == 3
        assert fold_hits() == 0

        row.refresh_from_db()
        assert (row.hit_count, row.last_hit_at) == (3, LATER)
        assert not KeywordHits.objects.exists()

    def test_of_a_keyword_that_is_gone_or_of_another_account_counts_nothing(
        self, account, other_account, make_vocabulary
    ):
        row = make_vocabulary(of=other_account, keywords=["bad"]).keywords.get()
        count_hits(account.pk, {row.pk: 2, 10**12: 1}, NOW)

        assert fold_hits() == 2

        row.refresh_from_db()
        assert row.hit_count == 0

    def test_of_nothing_asks_nothing(self, account, django_assert_num_queries):
        with django_assert_num_queries(0):
            count_hits(account.pk, {}, NOW)


@pytest.mark.django_db(transaction=True)
def test_hits_noted_while_others_fold_are_counted_once(account, make_vocabulary):
    row = make_vocabulary(keywords=["bad"]).keywords.get()
    writers = 4

    def act(number):
        try:
            for _time in range(50):
                count_hits(account.pk, {row.pk: 1}, NOW)
                if number % 2:
                    fold_hits(at_once=7)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=[number]) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    fold_hits()

    row.refresh_from_db()
    assert row.hit_count == 50 * writers
