"""Erase a person from the shell, or count what an erasure would take away."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.accounts.models import Account
from config.erasure.models import SubjectRequest
from config.erasure.operations import ask_count, ask_erasure
from config.erasure.subjects import Kind, Subject
from config.erasure.work import work_on
from config.errors import PlatformError


class Command(BaseCommand):
    help = "Erase an author, or one piece of content, from all tables and files of an account."

    def add_arguments(self, parser):
        parser.add_argument("--account", required=True, help="UID of the account")
        for kind in Kind.values:
            parser.add_argument(f"--{kind.removesuffix('_id')}", dest=kind, help=f"its {kind}")
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args, account, dry_run=False, **options):
        owner = Account.objects.filter(uid=account).first()
        if owner is None:
            raise CommandError(f"There is no account with UID {account}.")
        named = [(kind, options[kind]) for kind in Kind.values if options.get(kind)]
        if len(named) != 1:
            raise CommandError("Name one of --author, --data, --request and --media.")
        ask = ask_count if dry_run else ask_erasure
        try:
            request = ask(account=owner, subject=Subject.named(*named[0]), actor=None, now=timezone.now())
        except PlatformError as error:
            raise CommandError(str(error.message)) from error
        self.tell(self.finished(request), dry_run)

    def finished(self, request: SubjectRequest) -> SubjectRequest:
        while request.is_unfinished and request.state != SubjectRequest.State.HELD:
            work_on(request_id=request.pk, now=timezone.now())
            request.refresh_from_db()
            if request.rests_until is not None:
                break
        return request

    def tell(self, request: SubjectRequest, dry_run: bool) -> None:
        for label, number in sorted(request.counts.items()):
            self.stdout.write(f"{label}: {number}")
        if request.state != SubjectRequest.State.DONE:
            raise CommandError(f"Not done: {request.get_state_display()}. The worker goes on with it.")
        what = "would be erased" if dry_run else "erased"
        self.stdout.write(f"{request.rows} rows and {request.files} files {what}.")
        if not dry_run:
            self.stdout.write(f"Receipt {request.receipt.uid}, SHA-256 {request.receipt.sha256}.")
