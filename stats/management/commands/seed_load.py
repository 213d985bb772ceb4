import time

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.errors import PlatformError
from stats.load.loading import load, require_empty


class Command(BaseCommand):
    help = "Fill the database with invented content, big and skewed as in life, to measure lists and sums on."

    def add_arguments(self, parser):
        parser.add_argument("--results", type=int, default=1_000_000, help="how many results")
        parser.add_argument("--days", type=int, default=365, help="spread over so many days before now")
        parser.add_argument("--accounts", type=int, default=4, help="of so many accounts, most of the first")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same content")
        parser.add_argument(
            "--beside-real-data", action="store_true", help="even if the database holds results already"
        )

    def handle(self, *args, results, days, accounts, seed, beside_real_data, **options):
        if min(results, days, accounts) < 1:
            raise CommandError("At least one result, one day and one account.")
        began = time.monotonic()
        try:
            if not beside_real_data:
                require_empty()
            copied = load(
                results=results, days=days, accounts=accounts, seed=seed, now=timezone.now(), tell=self.tell
            )
        except PlatformError as error:
            raise CommandError(str(error.message)) from error
        took = time.monotonic() - began
        for table, rows in copied.items():
            self.stdout.write(f"  {rows:>12,} {table}")
        self.stdout.write(f"{results:,} results in {took:.0f} s: {results / took:,.0f} a second.")

    def tell(self, text: str) -> None:
        self.stdout.write(f"{timezone.localtime():%H:%M:%S} {text}")
        self.stdout.flush()
