"""The whole platform on one machine, by one command."""

import os
import shutil
import socket
import time

import httpx
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from config.runtime import programs
from config.runtime.static import collect_if_changed
from config.runtime.supervisor import Supervisor

LONGEST_WAIT = 30
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


class Command(BaseCommand):
    help = "Prepare the database, then run web, look, worker, delivery, tasks and media until Ctrl-C."

    def add_arguments(self, parser):
        parser.add_argument("--prepare", action="store_true", help="prepare only: run nothing")

    def handle(self, *args, prepare, **options):
        self.began = time.monotonic()
        self.ready = False
        if not prepare:
            self.require_free_port()
        call_command("check")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("seed")
        collect_if_changed()
        connections.close_all()
        if prepare:
            return
        os.environ["ASSAY_OWN_WORKERS"] = "0"  # one program below has them for all
        self.supervisor = Supervisor([self.web()])
        self.others = [
            programs.look(),
            programs.worker(),
            programs.delivery(),
            programs.tasks(),
            programs.media(),
        ]
        if not self.supervisor.run(self.on_tick):
            raise CommandError("A program died too often: see the lines above.")
        self.stdout.write("Stopped.")

    def web(self):
        metrics = settings.ASSAY_VAR_DIR / "metrics"
        # Figures of processes that are gone would be added to those of the new ones.
        shutil.rmtree(metrics, ignore_errors=True)
        metrics.mkdir(parents=True)
        return programs.web(port=settings.PORT, metrics=metrics)

    def require_free_port(self) -> None:
        family = socket.AF_INET6 if ":" in settings.ASSAY_BIND else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.ASSAY_BIND, settings.PORT))
            except OSError as error:
                raise CommandError(
                    f"Cannot listen on {settings.ASSAY_BIND}, port {settings.PORT}: {error.strerror}. "
                    "Set PORT to another one."
                ) from error

    def on_tick(self) -> None:
        seconds = time.monotonic() - self.began
        if not self.ready and self.is_served():
            self.ready = True
            self.stdout.write(
                f"Assay is ready after {seconds:.1f} s: "
                f"{settings.ASSAY_PUBLIC_URL}/console/ (Ctrl-C stops everything)"
            )
            self.stdout.flush()
        # The others wait, so that the web has the processors to itself while it loads.
        if self.others and (self.ready or seconds > LONGEST_WAIT):
            for program in self.others:
                self.supervisor.add(program)
            self.others = []

    def is_served(self) -> bool:
        host = EVERYWHERE.get(settings.ASSAY_BIND, settings.ASSAY_BIND)
        host = f"[{host}]" if ":" in host else host
        url = f"http://{host}:{settings.PORT}/readyz"
        try:
            return httpx.get(url, headers={"Host": "localhost"}, timeout=2).status_code == 200
        except httpx.HTTPError:
            return False
