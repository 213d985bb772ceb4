"""Real hosts and real workers, which are killed, hung and raced for."""

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from config import embedded
from moderation.workers import client, memory
from moderation.workers.pools import PoolUnavailable, harmless
from tests.ground.live import wait_until
from tests.moderation.workers.conftest import pool_of
from tests.moderation.workers.puppet import Told

ASKS_AND_WAITS = """
import json, sys, time
from pathlib import Path
from tests.moderation.workers.conftest import pool_of
from tests.moderation.workers.test_pool import ask
print(json.dumps(ask(pool_of(Path(sys.argv[1]), "Puppet"), "pids")), flush=True)
time.sleep(60)
"""
ENVIRON = harmless(os.environ)


def ask(pool, do: str, *, seconds: float = 10, patience: float = 30, fds=(), **details):
    parts = list(client.ask(pool, Told(seconds=seconds, do=do, **details), fds, patience=patience))
    return json.loads(parts[-1])


def open_descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def said(process) -> list:
    """What the script printed, after what was logged."""
    return next(json.loads(line) for line in process.stdout if line.startswith("["))


class TestAnswers:
    def test_come_in_parts_and_in_order(self, pool):
        told = Told(seconds=5, do="count", number=50)
        *parts, last = client.ask(pool, told, patience=30)

        assert [int(part) for part in parts] == list(range(50))
        assert json.loads(last) == "end"

    def test_are_about_memory_that_is_shared(self, pool):
        fd = memory.allocate(2**20, content=b"what stands there")
        try:
            assert ask(pool, "read", fds=(fd,), number=4) == "what"
        finally:
            os.close(fd)

    def test_name_the_error_that_the_work_raised_and_the_worker_goes_on(self, make_pool):
        pool = make_pool(children=1)
        before = ask(pool, "pids")

        with pytest.raises(client.Fault, match="ValueError: told to fail"):
            ask(pool, "fail")

        assert ask(pool, "pids") == before

    def test_leave_no_descriptor_open_on_either_side(self, make_pool):
        pool = make_pool(children=1)
        fd = memory.allocate(100, content=b"x")
        ask(pool, "read", fds=(fd,), number=1)
        ours, theirs = open_descriptors(), ask(pool, "descriptors")

        for number in range(500):
            if number % 5:
                ask(pool, "read", fds=(fd,), number=1)
            else:
                with pytest.raises(client.Fault):
                    ask(pool, "fail", fds=(fd,))

        assert open_descriptors() == ours
        assert ask(pool, "descriptors") == theirs
        os.close(fd)

    def test_come_to_many_threads_at_once(self, pool):
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(lambda n: ask(pool, "count", number=n % 3), range(200)))

        assert found == ["end"] * 200


class TestAWorker:
    def test_that_is_killed_is_a_typed_answer_and_is_replaced(self, make_pool):
        pool = make_pool(children=1)
        parts = client.ask(pool, Told(seconds=10, do="sleep", number=30), patience=30)
        pid = int(next(parts))

        os.kill(pid, signal.SIGKILL)

        with pytest.raises(client.Lost) as lost:
            next(parts)
        assert lost.value.was_quick
        assert ask(pool, "pids")[0] != pid

    @pytest.mark.parametrize("how", ["sleep", "spin"])
    def test_that_hangs_is_ended_at_its_deadline(self, make_pool, how):
        pool = make_pool(children=1)
        parts = client.ask(pool, Told(seconds=0.5, do=how, number=60), patience=30)
        pid = int(next(parts))

        with pytest.raises(client.Lost):
            next(parts)

        wait_until(lambda: not psutil.pid_exists(pid), "the worker is gone", seconds=5)
        assert ask(pool, "pids")[0] != pid

    def test_that_is_stuck_where_no_signal_reaches_it_does_not_keep_the_asker(self, make_pool):
        pool = make_pool(children=1)
        parts = client.ask(pool, Told(seconds=0.5, do="sleep", number=60), patience=30)
        pid = int(next(parts))
        os.kill(pid, signal.SIGSTOP)

        with pytest.raises(client.Lost):
            next(parts)
        os.kill(pid, signal.SIGKILL)

    def test_is_replaced_after_its_lifetime_and_no_request_is_lost(self, make_pool):
        pool = make_pool("Brief", children=2)
        found = []

        def four_are_gone():
            with ThreadPoolExecutor(4) as threads:
                found.extend(threads.map(lambda _: ask(pool, "pids"), range(40)))
            return (state := pool.place.read_state()) and state.recycled >= 4 and state

        state = wait_until(four_are_gone, "workers are replaced")

        workers, hosts = zip(*found, strict=True)
        assert len(set(hosts)) == 1
        assert len(set(workers)) > 4
        assert state.deaths == 0

    def test_finishes_its_request_before_it_obeys_the_wish_to_stop(self, make_pool):
        pool = make_pool(children=1)
        parts = client.ask(pool, Told(seconds=10, do="sleep", number=0.5), patience=30)
        pid = int(next(parts))

        os.kill(pid, signal.SIGTERM)

        assert json.loads(next(parts)) == "awake"
        wait_until(lambda: ask(pool, "pids")[0] != pid, "it went then", seconds=5)

    def test_that_never_comes_up_is_not_tried_all_the_time(self, make_pool):
        pool = make_pool("Stillborn", children=1)

        with pytest.raises(PoolUnavailable):
            ask(pool, "pids", patience=4)

        state = pool.place.read_state()
        assert 2 <= state.deaths < 20

    def test_is_waited_for_only_as_long_as_wished(self, make_pool):
        pool = make_pool(children=1)
        parts = client.ask(pool, Told(seconds=10, do="sleep", number=2), patience=30)
        next(parts)

        with pytest.raises(PoolUnavailable, match="busy"):
            ask(pool, "pids", patience=0.3)

        assert json.loads(next(parts)) == "awake"
        assert ask(pool, "pids")


class TestAHost:
    def test_is_one_for_all_threads_and_processes_that_start_it_at_once(self, tmp_path, make_pool):
        others = [
            subprocess.Popen(
                [sys.executable, "-c", ASKS_AND_WAITS, str(tmp_path)],
                env=ENVIRON, cwd=embedded.BASE, stdout=subprocess.PIPE, text=True,
            )
            for _ in range(3)
        ]  # fmt: skip
        try:
            pools = [make_pool() for _ in range(4)]
            with ThreadPoolExecutor(8) as threads:
                found = list(threads.map(lambda n: ask(pools[n % 4], "pids"), range(8)))
            found += [said(other) for other in others]
        finally:
            for other in others:
                other.kill()
                other.communicate()

        assert len({host for _worker, host in found}) == 1

    def test_ends_with_the_process_that_started_it_and_takes_its_workers_along(self, tmp_path):
        starter = subprocess.Popen(
            [sys.executable, "-c", ASKS_AND_WAITS, str(tmp_path)],
            env=ENVIRON, cwd=embedded.BASE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        host = psutil.Process(said(starter)[1])
        family = [host, *host.children()]
        assert len(family) == 3

        starter.kill()
        starter.communicate()

        _gone, alive = psutil.wait_procs(family, timeout=10)
        assert alive == []

    def test_outlives_the_thread_that_started_it(self, pool):
        found = []
        thread = threading.Thread(target=lambda: found.append(ask(pool, "pids")))
        thread.start()
        thread.join()

        time.sleep(0.3)

        assert ask(pool, "pids")[1] == found[0][1]

    def test_that_is_killed_takes_its_workers_along_and_is_started_again(self, pool):
        _worker, host = ask(pool, "pids")
        family = psutil.Process(host).children()

        os.kill(host, signal.SIGKILL)

        _gone, alive = psutil.wait_procs(family, timeout=5)
        assert alive == []
        assert ask(pool, "pids")[1] != host

    def test_is_waited_for_where_it_is_another_program(self, make_pool):
        waiting = make_pool(starts_itself=False)
        with pytest.raises(PoolUnavailable):
            ask(waiting, "pids", patience=0.3)
        later = threading.Timer(0.5, lambda: ask(make_pool(), "pids"))
        later.start()

        assert ask(waiting, "pids", patience=30)
        later.join()

    def test_that_waits_takes_over_from_the_one_before(self, make_pool, tmp_path):
        first = make_pool()
        _worker, host = ask(first, "pids")
        second = subprocess.Popen([*first.command, "--wait"], env=first.environ)
        try:
            time.sleep(0.5)
            assert ask(first, "pids")[1] == host
            first.stop()

            assert ask(make_pool(starts_itself=False), "pids")[1] == second.pid
        finally:
            second.terminate()
            assert second.wait(10) == 0

    def test_stops_when_told_and_cleans_up(self, make_pool):
        pool = make_pool()
        family = psutil.Process(ask(pool, "pids")[1]).children()

        pool.stop()

        assert not pool.place.is_hosted()
        assert not pool.place.socket.exists()
        assert pool.place.read_state() is None
        assert not any(one.is_running() for one in family)

    def test_is_for_its_own_user_alone(self, pool):
        ask(pool, "pids")

        assert stat.S_IMODE(pool.place.socket.stat().st_mode) == 0o600
        assert stat.S_IMODE(pool.place.directory.stat().st_mode) == 0o700

    def test_finds_a_place_for_its_socket_however_long_the_directory_is(self, make_pool, tmp_path):
        deep = tmp_path / "/".join(["a-rather-long-name"] * 8)

        assert ask(make_pool(directory=deep), "pids")

    def test_does_not_outlive_its_starter_in_what_the_starter_forked(self, tmp_path):
        pool = pool_of(tmp_path, "Puppet")
        host = psutil.Process(ask(pool, "pids")[1])
        hold = os.pipe()
        child = os.fork()
        if not child:
            os.read(hold[0], 1)
            os._exit(0)
        try:
            for process, end in pool.started:
                os.close(end)
                process.wait(10)
            pool.started.clear()
            assert not host.is_running()
        finally:
            os.write(hold[1], b"x")
            os.waitpid(child, 0)
