"""Hold the counters of days against their results, and mend them if asked to."""

from datetime import date, timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.accounts.models import Account
from config.errors import NotAllowedNow
from stats.exactness.checks import check_day
from stats.exactness.repair import repair_day
from stats.models import UsageCheck, UsageDrift
from stats.reads import today_in

State = UsageCheck.State


class Command(BaseCommand):
    help = "Count days anew from their results and name each figure that differs; --repair mends them."

    def add_arguments(self, parser):
        parser.add_argument("--account", help="UID of the only account to look at")
        parser.add_argument(
            "--from", dest="first", type=read_day, help="first day; a week back when left out"
        )
        parser.add_argument(
            "--to", dest="last", type=read_day, help="last day, included; today when left out"
        )
        parser.add_argument("--repair", action="store_true", help="set counters to what the results say")

    def handle(self, *args, account=None, first=None, last=None, repair=False, **options):
        accounts = list(Account.objects.filter(uid=account) if account else Account.objects.order_by("id"))
        if account and not accounts:
            raise CommandError(f"There is no account with UID {account}.")
        if first and last and first > last:
            raise CommandError("--from is later than --to.")
        self.days, self.figures = 0, 0
        for one in accounts:
            today = today_in(one, timezone.now())
            until = min(last or today, today)
            day = first or until - timedelta(days=6)
            while day <= until:
                self.look_at(one, day, repair)
                day += timedelta(days=1)
        if self.figures:
            raise CommandError(f"{self.figures} figures differ in {self.days} days.")
        self.stdout.write(f"{self.days} days, nothing differs.")

    def look_at(self, account: Account, day: date, repair: bool) -> None:
        now = timezone.now()
        check = check_day(account=account, day=day, now=now)
        self.days += 1
        if check.state in (State.UNCLEAR, State.BEGUN):
            self.stdout.write(f"{account.uid} {day}: cannot be told")
            return
        if check.counted or check.recounted or check.state == State.DRIFT:
            self.stdout.write(
                f"{account.uid} {day}: {check.counted} calls counted, {check.results} results exist, "
                f"{check.forgotten} are gone"
            )
        standing = UsageDrift.objects.owned_by(account).standing().filter(day=day).select_related("service")
        differing = list(standing.newest_first())
        for one in differing:
            self.stderr.write(
                f"{account.uid} {day} {one.service.code} {one.source} {one.figure} {one.shown_name}: "
                f"{one.counted} counted, {one.recounted} recounted"
            )
        if differing and repair:
            self.mend(account, day, len(differing))
        else:
            self.figures += len(differing)

    def mend(self, account: Account, day: date, figures: int) -> None:
        try:
            repair_day(account=account, day=day, now=timezone.now())
        except NotAllowedNow as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"{account.uid} {day}: {figures} figures mended")


def read_day(text: str) -> date:
    return date.fromisoformat(text)
