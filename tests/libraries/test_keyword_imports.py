"""Importing a file: each line has one outcome, and is imported once, whatever runs twice or is killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from config import embedded
from config.accounts import revisions
from config.audit.models import AuditRecord
from config.errors import PlatformError
from config.tables.xlsx import xlsx_file
from libraries.matching import cache
from libraries.models import Keyword, KeywordImport
from libraries.operations import keyword_imports
from libraries.operations.keyword_imports import (
    cancel_import,
    carry_on,
    confirm_import,
    forget_old_imports,
    report_of,
    start_import,
)
from libraries.operations.vocabularies import delete_vocabulary
from libraries.tasks import carry_on_imports
from tests.libraries.conftest import LATER, NOW
from tests.libraries.test_cache import database_url

LINES = ["bad", "worse", "BAD", "50% off", "x" * 21, "!!!", "彩金", "known"]
OUTCOMES = ["added", "added", "repeated", "keyword_special_characters", "keyword_too_long"]
OUTCOMES += ["keyword_special_characters", "added", "repeated"]


@pytest.fixture
def vocabulary(make_vocabulary):
    return make_vocabulary(keywords=["known"])


def start(vocabulary, lines=LINES, *, name="words.txt", **kwargs) -> KeywordImport:
    return start_import(
        vocabulary=vocabulary, file_name=name, data="\n".join(lines).encode(), actor=None, now=NOW, **kwargs
    )


def confirmed(vocabulary, lines=LINES, **kwargs) -> KeywordImport:
    return start(vocabulary, lines, confirm=True, **kwargs)


def outcomes(held) -> list[str]:
    return [verdict.outcome for verdict in report_of(held)]


def many(count: int) -> list[str]:
    return [f"word {number}" for number in range(count)]


class TestACheck:
    def test_tells_what_would_become_of_each_line_and_changes_nothing(self, vocabulary):
        held = start(vocabulary)

        assert (held.state, held.lines) == ("checked", 8)
        assert outcomes(held) == OUTCOMES
        assert held.counts == dict(Counter(OUTCOMES))
        details = {verdict.line: verdict.detail for verdict in report_of(held) if verdict.detail}
        assert details == {3: "1", 4: "%", 5: "21", 6: "!"}
        assert vocabulary.keywords.count() == 1

    def test_of_a_long_file_is_a_job(self, vocabulary, monkeypatch):
        monkeypatch.setitem(keyword_imports.CHECKED_AT_ONCE, "txt", 10)
        monkeypatch.setattr(keyword_imports, "PREVIEWED", 5)
        held = start(vocabulary, many(30))
        assert (held.state, held.preview["checked"], held.preview["counts"]) == ("checking", 5, {"added": 5})
        with pytest.raises(PlatformError, match="still being checked"):
            confirm_import(keyword_import=held, now=NOW)

        assert carry_on(held.pk)

        held.refresh_from_db()
        assert (held.state, held.lines, held.counts) == ("checked", 30, {"added": 30})

    def test_warns_of_words_that_stand_in_most_texts(self, vocabulary):
        held = start(vocabulary, ["真", "is", "cat", "彩金", "é"])

        assert held.preview["short"] == ["真", "is", "é"]

    def test_of_a_long_excel_file_is_not_read_again_to_be_imported(self, vocabulary, monkeypatch):
        monkeypatch.setitem(keyword_imports.CHECKED_AT_ONCE, "xlsx", 2)
        data = xlsx_file(
            ["keyword", "owner"], [["bad", "Anna"], ["worse", ""], ["known", ""]], sheet_name="x"
        )
        held = start_import(
            vocabulary=vocabulary, file_name="words.xlsx", data=data.read(), actor=None, now=NOW
        )
        carry_on(held.pk)
        held.refresh_from_db()
        assert (held.state, held.counts) == ("checked", {"added": 2, "repeated": 1})
        monkeypatch.setattr(keyword_imports, "read_words", None)

        carry_on(confirm_import(keyword_import=held, now=NOW).pk)

        assert [verdict[:3] for verdict in report_of(KeywordImport.objects.get())] == [
            (2, "bad", "added"),
            (3, "worse", "added"),
            (4, "known", "repeated"),
        ]
        assert vocabulary.keywords.get(text="bad").owner == "Anna"

    def test_foresees_the_limit(self, vocabulary, monkeypatch):
        monkeypatch.setattr(keyword_imports, "MOST_KEYWORDS", 3)

        assert start(vocabulary).counts["keyword_limit_reached"] == 1

    def test_may_be_cancelled_and_then_not_be_confirmed(self, vocabulary):
        held = start(vocabulary)

        cancel_import(keyword_import=held, now=NOW)

        with pytest.raises(PlatformError):
            confirm_import(keyword_import=held, now=NOW)
        held.refresh_from_db()
        assert (held.state, bytes(held.file)) == ("cancelled", b"")

    def test_is_not_started_a_sixth_time(self, vocabulary):
        for _number in range(5):
            confirmed(vocabulary)

        with pytest.raises(PlatformError, match="Five imports"):
            start(vocabulary)


class TestAnImport:
    def test_adds_what_can_be_added(self, vocabulary, account):
        held = confirmed(vocabulary)

        assert carry_on(held.pk)

        held.refresh_from_db()
        vocabulary.refresh_from_db()
        assert (held.state, held.done, bytes(held.file)) == ("done", 8, b"")
        assert outcomes(held) == OUTCOMES
        assert vocabulary.keyword_count == vocabulary.keywords.count() == 4
        index = cache.keyword_index(account.pk, revisions.read(account.pk).vocabularies)
        assert [hit.keyword for hit in index.find("bad 彩金")] == ["bad", "彩金"]
        record = AuditRecord.objects.get(action="keywords.imported")
        assert '"added": 3' in record.body

    def test_goes_in_batches_that_add_up(self, vocabulary, monkeypatch):
        monkeypatch.setattr(keyword_imports, "BATCH", 3)
        held = confirmed(vocabulary)

        carry_on(held.pk)

        held.refresh_from_db()
        assert outcomes(held) == OUTCOMES
        assert held.counts == dict(Counter(OUTCOMES))
        assert held.reports.filter(stage="run").count() == 3
        assert AuditRecord.objects.filter(action="keywords.imported").count() == 1

    def test_stops_at_the_limit_and_says_where(self, vocabulary, monkeypatch):
        monkeypatch.setattr(keyword_imports, "MOST_KEYWORDS", 3)
        held = confirmed(vocabulary)

        carry_on(held.pk)

        held.refresh_from_db()
        assert outcomes(held) == OUTCOMES[:6] + ["keyword_limit_reached", "repeated"]
        assert vocabulary.keywords.count() == 3

    def test_brings_owners_and_expiries(self, vocabulary, account):
        table = "keyword,owner,expires\nbad,Anna,2027-01-31\nworse,,2027-01-31 18:00\nworst,,soon\n"
        made = start_import(
            vocabulary=vocabulary,
            file_name="words.csv",
            data=table.encode(),
            confirm=True,
            actor=None,
            now=NOW,
        )
        carry_on(made.pk)

        made.refresh_from_db()
        assert outcomes(made) == ["added", "added", "keyword_expiry_unreadable"]
        rows = {row.text: row for row in vocabulary.keywords.all()}
        zone = timezone.get_default_timezone() if account.time_zone == "UTC" else None
        assert rows["bad"].owner == "Anna"
        assert rows["bad"].expires_at == datetime(2027, 2, 1, tzinfo=zone or UTC)
        assert rows["worse"].expires_at == datetime(2027, 1, 31, 18, tzinfo=zone or UTC)

    def test_that_cannot_be_read_any_more_fails_and_says_why(self, vocabulary):
        held = confirmed(vocabulary)
        KeywordImport.objects.update(file=b"\xff")

        carry_on(held.pk)

        held.refresh_from_db()
        assert (held.state, held.error) == ("failed", "import_file_unreadable")

    def test_that_breaks_off_again_and_again_is_given_up(self, vocabulary):
        held = confirmed(vocabulary)
        KeywordImport.objects.update(attempts=5)

        carry_on(held.pk)

        held.refresh_from_db()
        assert (held.state, held.error) == ("failed", "import_given_up")

    def test_of_a_vocabulary_that_was_deleted_is_gone_with_it(self, vocabulary):
        held = confirmed(vocabulary)
        delete_vocabulary(vocabulary=vocabulary, used_by=[], actor=None, now=LATER)

        assert not carry_on(held.pk)
        assert not KeywordImport.objects.exists()

    def test_is_forgotten_in_time(self, vocabulary):
        start(vocabulary)
        carry_on(confirmed(vocabulary).pk)

        assert forget_old_imports(now=NOW + timedelta(days=2)) == 1
        assert forget_old_imports(now=NOW + timedelta(days=31)) == 1
        assert not KeywordImport.objects.exists()


class TestAJob:
    def test_that_is_held_by_another_is_left_alone(self, vocabulary):
        held = confirmed(vocabulary)
        KeywordImport.objects.update(leased_until=timezone.now() + timedelta(seconds=60))

        assert not carry_on(held.pk)
        assert carry_on_imports() == 0
        assert vocabulary.keywords.count() == 1

    def test_whose_holder_was_not_heard_of_is_taken_over(self, vocabulary):
        confirmed(vocabulary)
        KeywordImport.objects.update(leased_until=timezone.now() - timedelta(seconds=1))

        assert carry_on_imports() == 1
        assert vocabulary.keywords.count() == 4

    def test_that_is_done_does_nothing_again(self, vocabulary):
        held = confirmed(vocabulary)
        carry_on(held.pk)

        assert not carry_on(held.pk)
        assert AuditRecord.objects.filter(action="keywords.imported").count() == 1

    def test_whose_lease_is_lost_undoes_its_batch(self, vocabulary):
        held = confirmed(vocabulary)
        held = KeywordImport.objects.select_related("account").get(pk=held.pk)
        lines = keyword_imports.read_words("txt", bytes(held.file))
        KeywordImport.objects.update(lease="0192f2c6-5c0e-7a43-9d53-0a8e6b7c1d2e")

        with pytest.raises(keyword_imports.LeaseLost):
            keyword_imports.bring_in(held, lines, NOW)

        assert vocabulary.keywords.count() == 1
        assert KeywordImport.objects.get().done == 0


@pytest.mark.django_db(transaction=True)
def test_jobs_that_run_at_the_same_time_import_each_line_once(vocabulary, monkeypatch):
    monkeypatch.setattr(keyword_imports, "BATCH", 20)
    held = confirmed(vocabulary, many(400))
    begin, took_part = threading.Barrier(6), []

    def run():
        try:
            begin.wait(10)
            took_part.append(carry_on(held.pk))
        finally:
            connection.close()

    runners = [threading.Thread(target=run) for _number in range(6)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join(60)

    held.refresh_from_db()
    vocabulary.refresh_from_db()
    assert sorted(took_part) == [False] * 5 + [True]
    assert held.counts == {"added": 400}
    assert vocabulary.keyword_count == vocabulary.keywords.count() == 401


JOB = """
import sys, django
django.setup()
from libraries.operations import keyword_imports
keyword_imports.BATCH = 500
keyword_imports.carry_on(int(sys.argv[1]))
"""


@pytest.mark.django_db(transaction=True)
def test_a_job_that_is_killed_is_finished_by_another_and_nothing_is_lost_or_double(vocabulary):
    held = confirmed(vocabulary, many(20_000))
    kills = 0
    while kills < 3:
        job = subprocess.Popen(
            [sys.executable, "-c", JOB, str(held.pk)],
            cwd=embedded.BASE,
            env=os.environ
            | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings_test"},
        )
        before = held.done
        while job.poll() is None and held.done < before + 1000:
            time.sleep(0.005)
            held.refresh_from_db()
        job.send_signal(signal.SIGKILL)
        job.wait()
        held.refresh_from_db()
        assert held.state == "running"
        assert 0 < held.done < 20_000
        kills += 1
        KeywordImport.objects.update(leased_until=timezone.now())

    assert carry_on_imports() == 1

    held.refresh_from_db()
    vocabulary.refresh_from_db()
    assert (held.state, held.counts) == ("done", {"added": 20_000})
    assert outcomes(held) == ["added"] * 20_000
    assert vocabulary.keyword_count == Keyword.objects.filter(vocabulary=vocabulary).count() == 20_001
