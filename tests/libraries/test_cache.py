"""What a process keeps: as fresh as the revision of the request, loaded once, bounded."""

import os
import subprocess
import sys
import threading
import time

import pytest

from config import embedded
from config.accounts import revisions
from libraries.matching import cache
from libraries.matching.keyword_index import KeywordIndex
from libraries.operations.keywords import add_keywords, remove_keywords
from libraries.operations.samples import add_text_sample, remove_text_sample
from libraries.operations.vocabularies import delete_vocabulary
from tests.libraries.conftest import LATER, NOW
from tests.libraries.test_simhash import OTHER, SPAM
from tests.stats.programs import database_url


def seen(account, text: str) -> list[str]:
    """As a request does it: read the revisions once, then look."""
    index = cache.keyword_index(account.pk, revisions.read(account.pk).vocabularies)
    return [hit.keyword for hit in index.find(text)]


def sample(account, content: str, outcome: str = "pass", label: str = ""):
    return add_text_sample(
        account=account, content=content, outcome=outcome, label=label, origin="r1", now=NOW
    )


def answer(account, content: str) -> tuple[str, str] | None:
    match = cache.look_up(account.pk, revisions.read(account.pk).samples, content)
    return match and (match.outcome, match.label)


class TestKeywords:
    def test_follow_every_change(self, account, make_vocabulary):
        assert seen(account, "bad") == []
        vocabulary = make_vocabulary(keywords=["bad"])
        assert seen(account, "bad worse") == ["bad"]
        add_keywords(vocabulary=vocabulary, texts=["worse"], actor=None, now=LATER)
        assert seen(account, "bad worse") == ["bad", "worse"]
        remove_keywords(vocabulary=vocabulary, texts=["bad"], actor=None, now=LATER)
        assert seen(account, "bad worse") == ["worse"]
        delete_vocabulary(vocabulary=vocabulary, used_by=[], actor=None, now=LATER)
        assert seen(account, "bad worse") == []

    def test_of_another_account_are_not_seen(self, account, other_account, make_vocabulary):
        make_vocabulary(keywords=["bad"], of=other_account)

        assert seen(account, "bad") == []

    def test_are_loaded_once_for_a_revision(self, account, make_vocabulary, django_assert_num_queries):
        make_vocabulary(keywords=["bad"])
        number = revisions.read(account.pk).vocabularies
        cache.keyword_index(account.pk, number)

        with django_assert_num_queries(0):
            for _request in range(3):
                cache.keyword_index(account.pk, number)

    def test_a_slower_request_with_an_older_number_does_not_load_again(
        self, account, make_vocabulary, django_assert_num_queries
    ):
        make_vocabulary(keywords=["bad"])
        number = revisions.read(account.pk).vocabularies
        cache.keyword_index(account.pk, number)

        with django_assert_num_queries(0):
            cache.keyword_index(account.pk, number - 1)


class TestShelf:
    def test_threads_wait_for_the_one_that_loads(self):
        loaded, got = [], []

        def load(account_id, revision, held):
            loaded.append(threading.get_ident())
            time.sleep(0.05)
            return KeywordIndex.build([("bad", 1, 1)], revision=revision)

        shelf = cache.Shelf(load, most=10)
        threads = [threading.Thread(target=lambda: got.append(shelf.get(1, 7))) for _number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)

        assert len(loaded) == 1
        assert len(got) == 8
        assert len(set(map(id, got))) == 1

    def test_a_load_that_fails_is_tried_again(self):
        outcomes = [RuntimeError("the database is away"), KeywordIndex.build([], revision=1)]

        def load(account_id, revision, held):
            outcome = outcomes.pop(0)
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        shelf = cache.Shelf(load, most=10)
        with pytest.raises(RuntimeError):
            shelf.get(1, 1)

        assert shelf.get(1, 1).revision == 1

    def test_forgets_what_was_used_longest_ago(self):
        loaded = []

        def load(account_id, revision, held):
            loaded.append(account_id)
            return KeywordIndex.build([(word, 1, 1) for word in ("red", "blue", "green", "white")])

        shelf = cache.Shelf(load, most=10)
        for account_id in [1, 2, 1, 3, 1, 2]:
            shelf.get(account_id, 0)

        assert loaded == [1, 2, 3, 2]

    def test_keeps_one_account_that_alone_is_more_than_all_may_be(self):
        shelf = cache.Shelf(
            lambda *_given: KeywordIndex.build([(f"word{number}", 1, number) for number in range(20)]), 10
        )

        assert shelf.get(1, 0) is shelf.get(1, 0)


class TestSamples:
    def test_answer_for_the_same_text_in_any_spelling(self, account):
        sample(account, "Add  me on WeChat", "block", "pt_to_contact")

        assert answer(account, "ＡＤＤ me\non wechat") == ("block", "pt_to_contact")
        assert answer(account, "Add me on WhatsApp") is None

    def test_the_newest_decision_wins(self, account):
        first = sample(account, "hello", "block", "pt_to_contact")
        assert answer(account, "hello") == ("block", "pt_to_contact")

        second = sample(account, "HELLO")

        assert second.pk == first.pk
        assert answer(account, "hello") == ("pass", "")

    def test_a_removed_one_drops_out_and_may_come_back(self, account):
        added = sample(account, "hello")
        assert answer(account, "hello") == ("pass", "")

        remove_text_sample(sample=added, actor=None, now=LATER)
        added.refresh_from_db()
        assert (answer(account, "hello"), added.content) == (None, "")

        sample(account, "hello", "block", "pt_to_contact")
        assert answer(account, "hello") == ("block", "pt_to_contact")

    def test_hold_for_what_says_nearly_the_same_if_it_was_blocked(self, account):
        blocked = sample(account, SPAM, "block", "ad")
        sample(account, OTHER)
        nearly, nearly_passed = SPAM.replace("thousands", "millions"), OTHER + " Add abc123"

        match = cache.look_up(account.pk, revisions.read(account.pk).samples, nearly)

        assert (match.sample_id, match.outcome, match.label) == (blocked.pk, "block", "ad")
        assert 0 < match.distance <= 56
        assert answer(account, OTHER) == ("pass", "")
        assert answer(account, nearly_passed) is None

    def test_that_were_removed_or_passed_hold_for_nothing_near(self, account):
        nearly = SPAM.replace("thousands", "millions")
        added = sample(account, SPAM, "block", "ad")
        assert answer(account, nearly) == ("block", "ad")

        sample(account, SPAM)
        assert answer(account, nearly) is None

        sample(account, SPAM, "block", "ad")
        remove_text_sample(sample=added, actor=None, now=LATER)
        assert answer(account, nearly) is None

    def test_a_new_process_does_not_learn_of_removed_ones(self, account):
        remove_text_sample(sample=sample(account, "hello"), actor=None, now=LATER)
        sample(account, "goodbye")
        cache.forget()

        assert answer(account, "hello") is None
        assert cache.sample_index(account.pk, 0).size == 1

    def test_only_what_changed_is_loaded(self, account, monkeypatch):
        for number in range(5):
            sample(account, f"text {number}")
        answer(account, "")
        index, followed = cache.sample_index(account.pk, 0), []
        follow = type(index).follow

        def count(self, changes, revision):
            changes = list(changes)
            followed.extend(changes)
            follow(self, changes, revision)

        monkeypatch.setattr(type(index), "follow", count)
        sample(account, "one more")
        answer(account, "")

        assert len(followed) == 1

    def test_of_another_account_are_not_seen(self, account, other_account):
        sample(other_account, "hello")

        assert answer(account, "hello") is None


OTHER_PROCESS = """
import sys, django
django.setup()
from config.accounts import revisions
from libraries.matching import cache
account = int(sys.argv[1])
for line in sys.stdin:
    numbers = revisions.read(account)
    hits = cache.keyword_index(account, numbers.vocabularies).find(line)
    match = cache.look_up(account, numbers.samples, line)
    print(*[hit.keyword for hit in hits], match.outcome if match else "-", flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_another_process_sees_a_change_with_its_next_request(account, make_vocabulary):
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS, str(account.pk)],
        cwd=embedded.BASE,
        env=os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings_test"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def ask(text: str) -> str:
        other.stdin.write(f"{text}\n")
        other.stdin.flush()
        return other.stdout.readline().strip()

    try:
        assert ask("bad worse") == "-"
        vocabulary = make_vocabulary(keywords=["bad"])
        started = time.monotonic()
        assert ask("bad worse") == "bad -"
        assert time.monotonic() - started < 1
        add_keywords(vocabulary=vocabulary, texts=["worse"], actor=None, now=LATER)
        sample(account, "bad worse")
        assert ask("bad worse") == "bad worse pass"
        remove_keywords(vocabulary=vocabulary, texts=["bad"], actor=None, now=LATER)
        assert ask("bad worse") == "worse pass"
    finally:
        other.stdin.close()
        other.wait(10)
