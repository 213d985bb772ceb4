"""Limits that several writers push at together hold, over real connections."""

import threading

import pytest
from django.db import connection

from config.errors import PlatformError
from libraries.models import Keyword, Vocabulary
from libraries.operations import keywords as keyword_operations
from libraries.operations.keywords import add_keywords
from libraries.operations.vocabularies import create_vocabulary, delete_vocabulary
from tests.libraries.conftest import NOW

WRITERS = 8

pytestmark = pytest.mark.django_db(transaction=True)


def all_at_once(act) -> list[str]:
    """What became of each writer: "done" or the code of its refusal."""
    start, outcomes = threading.Barrier(WRITERS), []

    def write(number):
        try:
            start.wait(10)
            act(number)
            outcomes.append("done")
        except PlatformError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=[number]) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
    return sorted(outcomes)


def test_the_last_place_for_a_vocabulary_goes_to_one(account, make_vocabulary):
    for number in range(18):
        make_vocabulary(f"Rules {number}")

    outcomes = all_at_once(lambda number: make_vocabulary(f"New {number}"))

    assert outcomes == ["done"] * 2 + ["vocabulary_limit_reached"] * (WRITERS - 2)
    assert Vocabulary.objects.owned_by(account).count() == 20


def test_a_name_goes_to_one(account):
    def create(number):
        create_vocabulary(account=account, name="Rules", description="", actor=None, now=NOW)

    assert all_at_once(create) == ["done"] + ["vocabulary_name_taken"] * (WRITERS - 1)


def test_the_last_places_for_keywords_are_not_given_twice(account, make_vocabulary, monkeypatch):
    monkeypatch.setattr(keyword_operations, "MOST_KEYWORDS", 35)
    vocabularies = [make_vocabulary(f"Rules {number}") for number in range(WRITERS)]

    def add(number):
        words = [f"word {number} {place}" for place in range(10)]
        add_keywords(vocabulary=vocabularies[number], texts=words, actor=None, now=NOW)

    outcomes = all_at_once(add)

    assert outcomes == ["done"] * 3 + ["keyword_limit_reached"] * (WRITERS - 3)
    assert Keyword.objects.owned_by(account).count() == 30


def test_the_same_words_added_by_all_are_there_once_and_counted_once(make_vocabulary):
    vocabulary = make_vocabulary()
    words = [f"word {place}" for place in range(50)]

    all_at_once(lambda number: add_keywords(vocabulary=vocabulary, texts=words, actor=None, now=NOW))

    vocabulary.refresh_from_db()
    assert vocabulary.keyword_count == vocabulary.keywords.count() == 50


def test_adding_while_it_is_deleted_is_one_or_the_other(account, make_vocabulary):
    vocabulary = make_vocabulary()

    def write(number):
        if number == 0:
            delete_vocabulary(
                vocabulary=Vocabulary(pk=vocabulary.pk, account=account), used_by=[], actor=None, now=NOW
            )
        else:
            add_keywords(vocabulary=vocabulary, texts=[f"word {number}"], actor=None, now=NOW)

    assert set(all_at_once(write)) <= {"done", "not_found"}
    assert not Keyword.objects.owned_by(account).exists()
