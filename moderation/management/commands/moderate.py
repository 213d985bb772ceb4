import signal

from django.core.management.base import BaseCommand

from moderation.task_process import TaskProcess


class Command(BaseCommand):
    help = "Moderate what was accepted until stopped. Any number of these may run at once."

    def add_arguments(self, parser):
        parser.add_argument("--until-empty", action="store_true", help="stop when nothing is waiting")

    def handle(self, *args, until_empty, **options):
        process = TaskProcess()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: process.stop())
        process.run(until_empty=until_empty)
