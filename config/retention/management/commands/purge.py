"""Purge what was kept long enough now, say what a purge would take, or look for files without rows."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.accounts.models import Account
from config.retention.classes import all_classes, class_named
from config.retention.orphans import orphans, remove_orphans
from config.retention.preview import Preview, preview
from config.retention.purging import purge


class Command(BaseCommand):
    help = "Purge what is older than it is kept, as a job does every ten minutes, until all is done."

    def add_arguments(self, parser):
        names = ", ".join(one.name for one in all_classes() if one.forget)
        told = f"only this one; may be repeated: {names}"
        parser.add_argument("--class", dest="names", action="append", default=[], help=told)
        parser.add_argument("--account", help="UID of the only account")
        parser.add_argument("--batch", type=int, help="rows of a transaction")
        parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")
        parser.add_argument("--orphans", action="store_true", help="files that no row names, instead of rows")

    def handle(self, *args, names, account, batch, seconds, dry_run, orphans, **options):
        for name in names:
            if not (one := class_named(name)) or not one.forget:
                raise CommandError(f"There is no class {name} that is purged.")
        chosen = self.account(account) if account else None
        if orphans:
            self.look_for_orphans(dry_run)
        elif dry_run:
            self.say_what_would_go(names, chosen)
        else:
            purged = purge(now=timezone.now(), names=names, account=chosen, batch=batch, seconds=seconds)
            for name, rows in purged.items():
                self.stdout.write(f"{name}: {rows} rows purged.")

    def account(self, uid: str) -> Account:
        found = Account.objects.filter(uid=uid).first()
        if found is None:
            raise CommandError(f"There is no account with UID {uid}.")
        return found

    def say_what_would_go(self, names: list[str], account: Account | None) -> None:
        now = timezone.now()
        for of in [account] if account else Account.objects.order_by("id"):
            for kept in all_classes():
                if kept.forget and (not names or kept.name in names):
                    self.stdout.write(spelled(preview(account=of, kept=kept, now=now)))

    def look_for_orphans(self, dry_run: bool) -> None:
        now = timezone.now()
        if not dry_run:
            self.stdout.write(f"{remove_orphans(now=now)} files deleted.")
            return
        count = 0
        for key in orphans(now=now):
            self.stdout.write(key)
            count += 1
        self.stdout.write(f"{count} files would be deleted.")


def spelled(found: Preview) -> str:
    head = f"{found.account.uid} {found.kept.name}:"
    if found.older_than is None:
        return f"{head} kept for ever"
    span = f" from {found.first_at:%Y-%m-%d %H:%M} to {found.last_at:%Y-%m-%d %H:%M}" if found.rows else ""
    return (
        f"{head} {found.rows} rows would go{span}, {found.held} are held, {found.needed} are still needed"
        f" (older than {found.older_than:%Y-%m-%d %H:%M})"
    )
