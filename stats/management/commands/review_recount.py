from django.core.management.base import BaseCommand, CommandError

from config.accounts.models import Account
from stats.review_recount import count_what_is_missing, recount

MOST_SHOWN = 20


class Command(BaseCommand):
    help = "Compare review statistics with the items and the feedback that there still are."

    def add_arguments(self, parser):
        parser.add_argument("--account", default="", help="UID of one account; all unless told otherwise")
        parser.add_argument("--repair", action="store_true", help="count what is missing")

    def handle(self, *args, account, repair, **options):
        accounts = Account.objects.order_by("id")
        if account:
            accounts = accounts.filter(uid=account)
            if not accounts:
                raise CommandError(f"There is no account {account}.")
        is_missing = False
        for one in accounts:
            is_missing |= self.tell(one)
            if repair:
                self.stdout.write(f"  {count_what_is_missing(account=one)} rows were added")
        if is_missing and not repair:
            raise CommandError("Something is not counted: --repair counts it.")

    def tell(self, account) -> bool:
        drifts = recount(account=account)
        missing = [drift for drift in drifts if drift.missing]
        self.stdout.write(
            f"{account.uid}: {len(missing)} figures lack something, "
            f"{len(drifts) - len(missing)} count what is gone since"
        )
        for drift in missing[:MOST_SHOWN]:
            self.stdout.write(f"  {drift.day:%Y-%m-%d} {drift.kind} {drift.key}: {drift.missing}")
        return bool(missing)
