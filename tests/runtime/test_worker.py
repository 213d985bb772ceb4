"""The job cluster under the deaths that its library does not survive."""

import json

import psutil
import pytest

from tests.ground.live import wait_until

ENQUEUE = "from django_q.tasks import async_task; [async_task('os.mkdir', path) for path in {paths!r}]"
SCHEDULES = """
import json
from django.utils import timezone
from django_q.models import Schedule
from config.runtime.schedules import sync_schedules
Schedule.objects.create(name="gone", func="os.getpid", next_run=timezone.now())
Schedule.objects.create(name="fold usage", func="os.getpid", next_run=timezone.now())
sync_schedules(now=timezone.now())
sync_schedules(now=timezone.now())
print(json.dumps(sorted(Schedule.objects.values_list("name", "func", "minutes"))))
"""


@pytest.fixture(scope="module")
def worker(live_assay):
    process = live_assay.start_worker()
    wait_until(lambda: len(workers_of(process)) == 4, "the cluster works", process)
    yield process
    live_assay.stop(process)


def workers_of(process) -> list[psutil.Process]:
    """The pool, the monitor and the pusher: what the sentinel has started."""
    return [grandchild for child in psutil.Process(process.pid).children() for grandchild in child.children()]


def run_jobs(live_assay, directory, count: int) -> None:
    paths = [str(directory / f"job-{number}") for number in range(count)]
    done = live_assay.manage("shell", "-v", "0", "-c", ENQUEUE.format(paths=paths))
    assert done.returncode == 0, done.stderr
    wait_until(lambda: len(list(directory.iterdir())) == count, "all jobs are done", seconds=20)


def test_runs_jobs(live_assay, worker, tmp_path):
    run_jobs(live_assay, tmp_path, 6)


@pytest.mark.parametrize("which", range(4), ids=["first", "second", "third", "fourth"])
def test_goes_on_after_an_idle_process_is_killed(live_assay, worker, tmp_path, which):
    victim = sorted(workers_of(worker), key=lambda process: process.pid)[which]
    victim.kill()
    victim.wait(5)

    run_jobs(live_assay, tmp_path, 4)

    assert len(workers_of(worker)) == 4


def test_leaves_no_orphan_when_its_master_is_killed(live_assay):
    process = live_assay.start_worker()
    wait_until(lambda: len(workers_of(process)) == 4, "the cluster works", process)
    family = psutil.Process(process.pid).children(recursive=True)
    live_assay.kill(process)

    _gone, alive = psutil.wait_procs(family, timeout=5)

    assert alive == []


def test_makes_the_schedules_equal_to_the_settings(live_assay, settings):
    done = live_assay.manage("shell", "-v", "0", "-c", SCHEDULES)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == sorted(
        [name, entry["func"], entry["minutes"]] for name, entry in settings.ASSAY_SCHEDULES.items()
    )
