from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from config.runtime import cluster
from config.runtime.schedules import sync_schedules


class Command(BaseCommand):
    help = "Run jobs and schedules until stopped. Any number of these may run at once."

    def handle(self, *args, **options):
        sync_schedules(now=timezone.now())
        connections.close_all()
        if not cluster.run():
            raise CommandError("The job cluster ended by itself.")
