"""The job cluster, made to survive the death of any of its processes.

As it comes, a worker killed while idle dies holding the queue's lock, and the cluster hangs for good.
Here such a death makes new queues and new workers. Jobs that ran in the others are run again later,
as after any crash: jobs are written to be repeatable. See docs/decisions.
"""

import os
import time
from multiprocessing import RawValue

from django_q import cluster
from django_q.conf import Conf
from django_q.queues import Queue

from config.runtime.processes import die_with

# When the guard last went round; shared with the sentinel's process, which is forked from this one.
last_round = RawValue("d", 0.0)
SILENT_SECONDS = 60


class SafeSentinel(cluster.Sentinel):
    def status(self):
        last_round.value = time.monotonic()
        return super().status()

    def reincarnate(self, process):
        if process not in (*self.pool, self.monitor, self.pusher):
            return  # left over from before a rebuild that this same round has made
        if process.exitcode not in (0, None):
            self.rebuild(process)
        else:
            super().reincarnate(process)

    def rebuild(self, dead) -> None:
        for process in (*self.pool, self.monitor, self.pusher):
            process.kill()
            process.join()
        self.task_queue = Queue(maxsize=Conf.QUEUE_LIMIT)
        self.result_queue = Queue()
        self.event_out = cluster.Event()
        self.reincarnations += 1
        cluster.logger.critical("%s died with code %s: the cluster is made anew", dead.name, dead.exitcode)
        self.spawn_cluster()


def run() -> bool:
    """Work until told to stop. Returns False if the cluster ended or hung without being told."""
    parent = [os.getpid()]

    def bind_to_parent():
        die_with(parent[0])
        parent[0] = os.getpid()

    os.register_at_fork(after_in_child=bind_to_parent)
    cluster.Sentinel = SafeSentinel
    last_round.value = time.monotonic()
    jobs = cluster.Cluster()
    jobs.start()
    while jobs.sentinel.is_alive():
        if time.monotonic() - last_round.value > SILENT_SECONDS:
            cluster.logger.critical("The cluster's guard has not gone round for %s s", SILENT_SECONDS)
            jobs.sentinel.kill()
            return False
        time.sleep(0.5)
    return bool(jobs.has_stopped)
