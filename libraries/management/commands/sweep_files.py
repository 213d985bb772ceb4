"""Delete files of image libraries that no image names, or say which they are."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from libraries.storage import orphans, sweep


class Command(BaseCommand):
    help = (
        "Delete files of image libraries that no image names: those of a killed upload or a deleted library."
    )

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="only list them")

    def handle(self, *args, dry_run=False, **options):
        now = timezone.now()
        if not dry_run:
            self.stdout.write(f"{sweep(now=now)} files deleted.")
            return
        found = 0
        for key in orphans(now=now):
            self.stdout.write(key)
            found += 1
        self.stdout.write(f"{found} files would be deleted.")
