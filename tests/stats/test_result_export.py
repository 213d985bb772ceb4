"""Lists of results as files: written in the background, repeat-safe, for the one who asked."""

import csv
import io
import json
import os
import signal
from datetime import timedelta

import pytest
from django.core import signing
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from config.accounts.roles import Role
from config.audit.models import AuditRecord
from config.retention.purging import purge
from config.tables.xlsx import xlsx_file
from moderation.models import ModerationResult
from moderation.operations.moderate import ServiceUnknown
from review.operations.feedback import give_feedback
from stats.exports import links
from stats.exports.asking import ExportsBusy, request_export
from stats.exports.jobs import forget_exports, make_export, make_forsaken_exports
from stats.exports.links import LinkInvalid, link_token, open_export
from stats.exports.result_rows import ResultTable
from stats.exports.usage_report import FormatUnknown
from stats.models import Export
from tests.factories import NOW, make_account, make_user
from tests.moderation.results_made import minutes_ago, store

pytestmark = pytest.mark.django_db
State = Export.State


RIVAL = "1" * 32


class SlowDisk(FileSystemStorage):
    """So slow that another worker takes the export over before the file is there."""

    def save(self, name, content, max_length=None):
        name = super().save(name, content, max_length)
        Export.objects.update(lease_token=RIVAL)
        return name


class DeadlyDisk(FileSystemStorage):
    """Whoever writes on it is killed without a word, as by the kernel when memory runs out."""

    def save(self, name, content, max_length=None):
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def ann(account):
    return make_user("ann", account=account, role=Role.POLICY_ADMIN)


@pytest.fixture
def ask(account, ann):
    def ask(query="", kind="csv", *, actor=ann, has_content=True, now=NOW):
        return request_export(
            account=account,
            actor=actor,
            kind="results",
            format=kind,
            query=query,
            has_content=has_content,
            now=now,
        )

    return ask


def made(export, now=NOW) -> Export:
    assert make_export(export_id=export.pk, now=now)
    export.refresh_from_db()
    return export


def table(export) -> list[dict]:
    with default_storage.open(export.file) as file:
        if export.format == "xlsx":
            rows = list(load_workbook(file).active.values)
            return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        return list(csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"), newline="")))


class TestTheFile:
    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_holds_the_filtered_list_in_its_order(self, account, ask, ann, kind):
        hit = store(account, "pt_to_contact", data_id="older", at=minutes_ago(5), human="block")
        store(account, "pt_to_contact", "contraband_drug", data_id="newer")
        store(account, data_id="clean")
        give_feedback(result=hit, kind="false_positive", label="pt_to_contact", actor=ann, now=NOW)

        rows = table(made(ask("label=pt_to_contact", kind)))

        assert [row["Data id"] for row in rows] == ["newer", "older"]
        assert rows[0]["Returned labels"] == "pt_to_contact, contraband_drug"
        assert rows[1]["Request id"] == str(hit.request_id)
        assert rows[1]["Human verdict"] == "Block"
        assert rows[1]["Feedback"] == "False positive: pt_to_contact"
        assert rows[1]["Time (UTC)"] == "2026-11-21 08:55:00"
        assert float(rows[1]["Highest confidence"]) == 90

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_computes_nothing(self, account, ask, kind):
        store(account, content="=HYPERLINK(1)", data_id="+1+1", author_id="@SUM(A1)")

        export = made(ask(kind=kind))

        [row] = table(export)
        assert (row["Content"], row["Data id"], row["Author"]) == ("'=HYPERLINK(1)", "'+1+1", "'@SUM(A1)")
        if kind == "xlsx":
            sheet = load_workbook(default_storage.open(export.file)).active
            assert {cell.data_type for cells in sheet.iter_rows() for cell in cells if cell.value} == {
                "s",
                "n",
            }

    def test_has_no_content_for_those_who_may_not_see_it(self, account, ask):
        store(account, content="a secret sentence")

        [row] = table(made(ask(has_content=False)))

        assert "Content" not in row and "secret" not in str(row)

    def test_speaks_the_language_and_the_clock_of_those_who_read_it(self, account, ask, ann):
        account.time_zone = "Asia/Shanghai"
        account.save()
        store(account)

        [row] = table(made(ask()))

        assert row["Time (Asia/Shanghai)"] == "2026-11-21 17:00:00"

    def test_ends_at_the_limit_and_says_so(self, account, ask, settings):
        settings.ASSAY_EXPORT_ROWS_MOST = 4
        for number in range(6):
            store(account, data_id=f"post-{number}", at=minutes_ago(number))

        export = made(ask())

        assert [row["Data id"] for row in table(export)] == [f"post-{number}" for number in range(4)]
        assert (export.rows, export.total, export.is_cut) == (4, 4, True)

    def test_leaves_out_what_was_purged_meanwhile(self, account):
        gone, kept = store(account), store(account)
        ModerationResult.objects.filter(pk=gone.pk).delete()

        rows = ResultTable(account, has_content=True).rows([gone.pk, kept.pk])

        assert [row[0] for row in rows] == [str(kept.request_id)]

    def test_goes_on_in_a_second_sheet(self):
        with xlsx_file(["n"], ([n] for n in range(7)), sheet_name="Results", rows_per_sheet=3) as file:
            book = load_workbook(file)

        assert book.sheetnames == ["Results", "Results 2", "Results 3"]
        assert [list(sheet.values) for sheet in book] == [
            [("n",), (0,), (1,), (2,)],
            [("n",), (3,), (4,), (5,)],
            [("n",), (6,)],
        ]


class TestAsking:
    def test_is_recorded_and_enqueued_once(self, account, ask, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks() as enqueued:
            export = ask("level=high")

        assert len(enqueued) == 1
        [told] = AuditRecord.objects.owned_by(account).filter(action="results.export_requested")
        assert json.loads(told.body)["after"]["filters"] == "level=high"
        assert told.subject == f"export:{export.pk}"

    def test_refuses_what_cannot_be_written(self, ask):
        with pytest.raises(FormatUnknown):
            ask(kind="pdf")
        with pytest.raises(ServiceUnknown):
            ask("service=no_such_service")

    def test_lets_a_person_have_three_at_once(self, ask, account):
        for _number in range(3):
            ask()

        with pytest.raises(ExportsBusy):
            ask()
        ask(actor=make_user(account=account))
        made(Export.objects.first())
        ask()


class TestRepeats:
    def test_a_job_that_runs_twice_writes_once(self, account, ask):
        store(account)
        export = made(ask())

        assert not make_export(export_id=export.pk, now=NOW)
        assert len(os.listdir(default_storage.path(f"exports/{account.uid}"))) == 1

    def test_nobody_takes_what_another_is_writing(self, ask):
        export = ask()
        Export.objects.filter(pk=export.pk).update(
            state=State.RUNNING, lease_token="0" * 32, lease_until=NOW + timedelta(seconds=5), tries=1
        )

        assert not make_export(export_id=export.pk, now=NOW)
        assert make_export(export_id=export.pk, now=NOW + timedelta(seconds=6))

    def test_who_lost_the_lease_throws_his_file_away(self, account, ask, settings):
        store(account)
        export = ask()
        settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": f"{__name__}.SlowDisk"}}

        assert not make_export(export_id=export.pk, now=NOW)
        export.refresh_from_db()
        assert (export.state, export.lease_token.hex, export.file) == (State.RUNNING, RIVAL, "")
        assert os.listdir(default_storage.path(f"exports/{account.uid}")) == []

    def test_a_lost_job_is_found_and_written(self, account, ask):
        store(account)
        export = ask()

        assert make_forsaken_exports(now=NOW + timedelta(seconds=5)) == 0
        assert make_forsaken_exports(now=NOW + timedelta(seconds=61)) == 1
        export.refresh_from_db()
        assert export.state == State.READY

    def test_what_fails_three_times_is_given_up(self, account, ask, settings, tmp_path):
        store(account)
        export = ask()
        settings.MEDIA_ROOT = tmp_path / "a file, not a folder"
        settings.MEDIA_ROOT.touch()

        for attempt in range(4):
            make_forsaken_exports(now=NOW + timedelta(minutes=2 + attempt))

        export.refresh_from_db()
        assert (export.state, export.tries, export.lease_token) == (State.FAILED, 3, None)

    def test_the_database_knows_no_ready_export_without_a_file(self, ask):
        with pytest.raises(IntegrityError), transaction.atomic():
            Export.objects.filter(pk=ask().pk).update(state=State.READY, finished_at=NOW, expires_at=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_while_it_writes_leaves_the_work_to_the_next(
    account, ask, settings, tmp_path
):
    for number in range(30):
        store(account, data_id=f"post-{number}", at=minutes_ago(number))
    export = ask()
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": f"{__name__}.DeadlyDisk"}}
            make_export(export_id=export.pk, now=timezone.now())
        finally:
            # Whatever happened: the child must not go on with the tests.
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    export.refresh_from_db()
    assert export.state == State.RUNNING

    assert make_forsaken_exports(now=timezone.now()) == 0
    assert make_forsaken_exports(now=timezone.now() + timedelta(seconds=91)) == 1

    export.refresh_from_db()
    assert (export.state, export.tries, len(table(export))) == (State.READY, 2, 30)
    assert len(os.listdir(tmp_path / "exports" / account.uid)) == 1


class TestTheLink:
    @pytest.fixture
    def export(self, account, ask):
        store(account, "pt_to_contact")
        return made(ask(now=timezone.now()), now=timezone.now())

    def test_gives_the_file_and_is_recorded(self, account, ann, export):
        now = timezone.now()
        link = link_token(export, ann, now=now)
        with open_export(export=export, actor=ann, token=link, now=now) as file:
            assert b"pt_to_contact" in file.read()

        [told] = AuditRecord.objects.owned_by(account).filter(action="results.downloaded")
        assert told.actor_user == ann

    def test_is_good_for_one_person_one_file_and_a_while(self, account, ann, ask, export):
        now, other = timezone.now(), made(ask("level=high"))
        colleague = make_user(account=account, role=Role.ACCOUNT_ADMIN)
        forged = signing.dumps([export.pk, colleague.pk, 2**40], salt=links.SALT)
        link = link_token(export, ann, now=now)
        refused = [
            (export, ann, link_token(other, ann, now=now), now),
            (export, colleague, link, now),
            (export, colleague, forged, now),
            (export, ann, "", now),
            (export, ann, link[:-1], now),
            (export, ann, link, now + timedelta(minutes=16)),
            (export, ann, link_token(export, ann, now=export.expires_at), export.expires_at),
        ]

        for one, actor, token, at in refused:
            with pytest.raises(LinkInvalid):
                open_export(export=one, actor=actor, token=token, now=at)

    def test_comes_from_the_page_of_the_one_who_asked(self, account, ann, export):
        client, colleague = Client(), Client()
        client.force_login(ann)
        colleague.force_login(make_user(account=account, role=Role.ACCOUNT_ADMIN))

        page = client.get(reverse("admin:stats_exports")).text
        [link] = [part.split('"')[0] for part in page.split('href="') if "/file/?token=" in part]
        answer = client.get(link)

        assert answer.headers["Content-Disposition"].startswith('attachment; filename="results-')
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert b"pt_to_contact" in b"".join(answer.streaming_content)
        assert "/file/?token=" not in colleague.get(reverse("admin:stats_exports")).text
        assert colleague.get(link).status_code == 302
        stranger = Client()
        stranger.force_login(make_user(account=make_account(), role=Role.ACCOUNT_ADMIN))
        assert stranger.get(link).status_code == 404

    def test_of_content_is_closed_to_who_lost_the_right_to_see_it(self, account, ann, export):
        client = Client()
        client.force_login(ann)
        ann.memberships.update(role=Role.VIEWER)

        token = link_token(export, ann, now=timezone.now())
        answer = client.get(reverse("admin:stats_export_file", args=[export.pk]), {"token": token})

        assert answer.status_code == 403


def test_files_go_when_their_time_is_over(account, ask):
    store(account)
    export = made(ask())

    assert forget_exports(now=export.expires_at - timedelta(seconds=1)) == 0
    assert default_storage.exists(export.file)
    assert forget_exports(now=export.expires_at) == 1
    name = export.file
    export.refresh_from_db()
    assert (export.state, export.file) == (State.EXPIRED, "")
    assert not default_storage.exists(name)
    assert purge(now=NOW + timedelta(days=40), names=["exports"]) == {"exports": 1}


def test_the_list_offers_the_export_of_what_it_shows(account, ann):
    store(account, "pt_to_contact", at=timezone.now())
    client = Client()
    client.force_login(ann)

    page = client.get("/console/results/", {"label": "pt_to_contact"}).text
    answer = client.post(
        reverse("admin:stats_export_new"), {"query": "label=pt_to_contact", "format": "xlsx"}
    )

    assert "Export Excel" in page and 'value="label=pt_to_contact"' in page
    assert answer.headers["Location"] == reverse("admin:stats_exports")
    assert Export.objects.get().has_content
