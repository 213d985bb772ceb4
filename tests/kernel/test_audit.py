from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from config.audit.models import AuditRecord
from config.audit.records import faults, record
from tests.factories import NOW, make_account
from tests.ground import proofs

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return make_account()


def write(account, number=0):
    return record(
        account=account,
        actor=None,
        action="test.done",
        subject=f"thing:{number}",
        after={"n": number},
        now=NOW,
    )


def tamper(sql, params=()):
    """What only a database superuser can do: switch the triggers off and write."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_auditrecord DISABLE TRIGGER USER")
        cursor.execute(sql, params)
        cursor.execute("ALTER TABLE audit_auditrecord ENABLE TRIGGER USER")


class TestARecord:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit_auditrecord SET action = 'nothing'",
            "DELETE FROM audit_auditrecord",
            "TRUNCATE audit_auditrecord CASCADE",
        ],
    )
    def test_is_refused_any_change_by_the_database(self, account, statement):
        write(account)

        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(statement)

    def test_follows_the_one_before_it_in_its_account(self, account):
        first, second = write(account), write(account)

        assert second.number == first.number + 1
        assert second.previous_hash == first.hash

    def test_vanishes_with_the_change_it_tells_of(self, account):
        held = AuditRecord.objects.count()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            write(account)
            raise ZeroDivisionError

        assert AuditRecord.objects.count() == held

    def test_keeps_text_of_any_kind(self, account):
        record(
            account=account,
            actor=None,
            action="test.done",
            subject="x",
            after={"text": "\0 ‮ 中文 1e400 \\u0041", "float": 0.1},
            now=NOW,
        )

        assert list(faults()) == []


class TestTheVerifier:
    def test_finds_whole_chains_whole(self, account):
        for number in range(50):
            write(account, number)

        assert list(faults()) == []

    @pytest.mark.parametrize("column, value", [("body", "{}"), ("actor_name", "x"), ("subject", "y")])
    def test_names_one_changed_row_of_many(self, account, column, value):
        records = [write(account, number) for number in range(100)]
        victim = records[57]
        tamper(f"UPDATE audit_auditrecord SET {column} = %s WHERE id = %s", [value, victim.pk])

        found = list(faults())

        assert [fault.record_id for fault in found] == [victim.pk]

    def test_names_one_changed_row_of_ten_thousand(self, account):
        records = [write(account, number) for number in range(proofs.of(10_000, part=2_000))]
        victim = records[len(records) * 2 // 3]
        tamper("UPDATE audit_auditrecord SET body = body || ' ' WHERE id = %s", [victim.pk])

        assert [fault.record_id for fault in faults(account=account)] == [victim.pk]

    def test_names_a_row_whose_hash_was_made_to_fit(self, account):
        records = [write(account, number) for number in range(10)]
        tamper("UPDATE audit_auditrecord SET hash = repeat('0', 64) WHERE id = %s", [records[4].pk])

        assert [fault.record_id for fault in faults()] == [records[4].pk, records[5].pk]

    def test_names_a_removed_row(self, account):
        records = [write(account, number) for number in range(10)]
        tamper("DELETE FROM audit_auditrecord WHERE id = %s", [records[4].pk])

        assert [fault.number for fault in faults()] == [records[4].number]

    def test_is_a_command_that_fails_on_a_fault(self, account, capsys):
        victim = write(account)
        call_command("audit_verify")
        tamper("UPDATE audit_auditrecord SET action = 'x' WHERE id = %s", [victim.pk])

        with pytest.raises(CommandError, match="1 faults"):
            call_command("audit_verify", "--account", account.uid)
        assert f"record {victim.number}" in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
def test_writers_of_one_account_make_one_chain():
    account = make_account()

    def work(number):
        for step in range(20):
            write(account, number * 100 + step)
        connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))

    assert list(faults()) == []
    assert AuditRecord.objects.owned_by(account).filter(action="test.done").count() == 120
