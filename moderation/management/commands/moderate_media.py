import signal

from django.core.management.base import BaseCommand

from moderation.media_process import MediaProcess


class Command(BaseCommand):
    help = "Judge accepted recordings until stopped. Any number of these may run at once."

    def add_arguments(self, parser):
        parser.add_argument("--until-empty", action="store_true", help="stop when nothing is waiting")
        parser.add_argument("--threads", type=int, metavar="N", help="recordings at a time")

    def handle(self, *args, until_empty, threads, **options):
        process = MediaProcess(threads)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: process.stop())
        process.run(until_empty=until_empty)
