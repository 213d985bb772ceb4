"""Prove the audit chains whole, or name the records that are not."""

from django.core.management.base import BaseCommand, CommandError

from config.accounts.models import Account
from config.audit.models import AuditRecord
from config.audit.records import faults


class Command(BaseCommand):
    help = "Walk the hash chain of every account (or of one) and name each tampered record."

    def add_arguments(self, parser):
        parser.add_argument("--account", help="UID of the only account to verify")

    def handle(self, *args, account=None, **options):
        chosen = None
        records = AuditRecord.objects.all()
        if account:
            chosen = Account.objects.filter(uid=account).first()
            if chosen is None:
                raise CommandError(f"There is no account with UID {account}.")
            records = records.owned_by(chosen)
        found = list(faults(account=chosen))
        for fault in found:
            self.stderr.write(f"account {fault.account_id}, record {fault.number}: {fault.what}")
        if found:
            raise CommandError(f"{len(found)} faults in {records.count()} records.")
        self.stdout.write(f"{records.count()} records, every chain is whole.")
