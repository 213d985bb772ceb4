"""Look for words in every table and every file: the proof after an erasure, and the answer to an auditor."""

from django.core.management.base import BaseCommand, CommandError

from config.erasure.search import search


class Command(BaseCommand):
    help = (
        "Look for exact words in every column of every table and in every kept file. Fails if it finds any."
    )

    def add_arguments(self, parser):
        parser.add_argument("words", nargs="+", help="such as an author's id, a request id, a sentence")

    def handle(self, *args, words, **options):
        found = 0
        for place in search(words):
            self.stdout.write(f"{place.where}: {place.count}")
            found += 1
        if found:
            raise CommandError(f"Found in {found} places.")
        self.stdout.write("Found nowhere.")
