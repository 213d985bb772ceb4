"""Each period comes once, whoever dies."""

import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connections
from django.utils import timezone

from moderation.models import Callback, Event
from stats.exports.schedules import create_schedule
from stats.models import Export, ExportDelivery
from tests.factories import make_endpoint
from tests.ground import proofs
from tests.stats.programs import ROOT, database_url
from tests.stats.results import clean
from tests.stats.schedules.running import DAY

PAST = timedelta(days=5)


@pytest.mark.django_db(transaction=True)
def test_each_period_comes_once_although_workers_are_killed_all_the_time(account, lead, mail, tmp_path):
    """Workers start runs, write files and send mails beside each other, and are killed at any moment."""
    make_endpoint(account, events=["export.ready"])
    first = timezone.now() - PAST
    for number in range(20):
        clean(account, at=first + number * timedelta(hours=6))
    names = [f"Usage {number}" for number in range(proofs.of(10, part=2))]
    for name in names:
        create_schedule(
            account=account, actor=lead, now=first, name=name, kind="usage", format="csv", every="day",
            hour=0, tells_endpoints=True, recipients=["fin@example.com", "boss@example.com"],
        )  # fmt: skip
    connections.close_all()
    kills = kill_workers_until_all_is_done(len(names), mail.port, tmp_path)

    exports = list(Export.objects.select_related("schedule"))
    periods = {(export.schedule.name, export.period_first) for export in exports}
    days = {(first + number * DAY).date() for number in range(PAST.days)}
    assert periods == {(name, day) for name in names for day in days}
    assert len(exports) == len(periods) and {export.state for export in exports} == {"ready"}
    assert Callback.objects.count() == Event.objects.filter(type="export.ready").count() == len(exports)
    assert len(set(mail.ids)) == 2 * len(exports) == ExportDelivery.objects.filter(state="sent").count()
    # Whoever was killed between the server's word and its own note has sent again, under the same id.
    assert len(mail.ids) - len(set(mail.ids)) <= kills
    files = {export.file for export in exports}
    assert len(files) == len(exports) and all(default_storage.exists(file) for file in files)
    assert kills >= 5


def kill_workers_until_all_is_done(schedules: int, port: int, folder) -> int:
    program = [sys.executable, str(ROOT / "tests/stats/export_workers.py"), str(port), str(folder)]
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    environ = os.environ | {"DATABASE_URL": database_url(), "PYTHONPATH": path}
    keeper = subprocess.Popen(program, cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    deadline = time.monotonic() + 200
    try:
        while time.monotonic() < deadline and not is_done(schedules):
            time.sleep(0.2)
    finally:
        said, _errors = keeper.communicate(timeout=30)
    return int(said)


def is_done(schedules: int) -> bool:
    return (
        Export.objects.filter(state="ready").count() == schedules * PAST.days
        and not ExportDelivery.objects.exclude(state="sent").exists()
    )
