"""The workers that open recordings: killed, kept busy, and taken over by what they opened."""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from config.errors import Unavailable
from moderation.media.film import reading
from moderation.media.film.refusals import MediaDecodeTimeout, MediaRefused
from moderation.media.recordings import FORMATS
from moderation.workers import pools
from moderation.workers.places import Place
from tests.ground.live import wait_until
from tests.moderation.media.film.films import film, saved_as_file
from tests.moderation.media.film.liar import LIES
from tests.moderation.media.film.outcomes import NOISE, outcome, workers


class TestAWorker:
    def busy(self) -> list[psutil.Process]:
        return [worker for worker in workers() if worker.status() == psutil.STATUS_RUNNING]

    def long_film(self) -> bytes:
        return film(
            moments=range(0, 6000, 20), size=(1280, 720), paint=lambda _at: NOISE[:720, :1280], rate=50
        )

    def test_that_is_killed_is_followed_by_another(self):
        data = self.long_film()
        found = []
        thread = threading.Thread(target=lambda: found.append(outcome(data)))
        thread.start()
        wait_until(self.busy, "a worker works", seconds=10)[0].kill()
        thread.join()

        assert found == ["ok"]

    def test_that_is_killed_again_is_an_answer(self, monkeypatch):
        data = self.long_film()
        monkeypatch.setattr(reading, "SECONDS_FOR_KEYS", 4.0)
        found, is_over = [], threading.Event()

        def kill():
            while not is_over.wait(0.02):
                for worker in self.busy():
                    worker.kill()

        def look():
            with saved_as_file(data) as file:
                try:
                    reading.sound(file, format=FORMATS["mp4"], window=range(1000))
                except MediaRefused as error:
                    found.append(error)
                try:
                    reading.shots(
                        file, format=FORMATS["mp4"], window=range(60_000), every_ms=100, most=400, cuts=True
                    )
                except MediaRefused as error:
                    found.append(error)

        outcome(film())
        killer = threading.Thread(target=kill)
        killer.start()
        look()
        is_over.set()
        killer.join()

        assert isinstance(found[-1], MediaDecodeTimeout)
        assert outcome(film()) == "ok"

    def test_works_for_many_threads_at_once(self):
        files = [film(moments=range(0, 1000 + 40 * number, 40), size=(96, 64)) for number in range(6)]

        def seen(number: int) -> int:
            with saved_as_file(files[number % 6]) as file:
                return reading.probe(file, format=FORMATS["mp4"], content_type="video").duration_ms

        with ThreadPoolExecutor(6) as threads:
            assert list(threads.map(seen, range(60))) == [1000 + 40 * (number % 6) for number in range(60)]

    def test_leaves_no_descriptor_open(self):
        good, bad = film(size=(96, 64)), film()[:-300]
        outcome(good)
        before = len(os.listdir("/proc/self/fd"))
        for number in range(60):
            outcome((good, bad, b"", b"words")[number % 4])

        assert len(os.listdir("/proc/self/fd")) == before

    def test_that_cannot_be_had_is_no_fault_of_the_recording(self, monkeypatch, tmp_path):
        pool = pools.Pool(Place("film", tmp_path), ["/bin/false"], {})
        monkeypatch.setattr(pools, "films", lambda: pool)
        monkeypatch.setattr(reading, "PATIENCE", 0.5)

        with saved_as_file(film()) as file, pytest.raises(Unavailable) as refused:
            reading.probe(file, format=FORMATS["mp4"], content_type="video")

        assert refused.value.status == 503


class TestAWorkerThatARecordingHasTakenOver:
    @pytest.fixture
    def liars(self, monkeypatch, tmp_path):
        command = [
            *(sys.executable, "-P", "-m", "moderation.workers.host", "film"),
            *("--handler", "tests.moderation.media.film.liar:Liar", "--directory", str(tmp_path)),
        ]
        pool = pools.Pool(Place("film", tmp_path), command, pools.harmless(os.environ))
        monkeypatch.setattr(pools, "films", lambda: pool)
        yield
        pool.stop()

    @pytest.mark.parametrize("lie", LIES)
    def test_is_not_believed(self, liars, lie):
        mp4, task = FORMATS["mp4"], LIES[lie][0]
        before = len(os.listdir("/proc/self/fd"))
        with saved_as_file(b"|" + lie.encode() + b"|") as file, pytest.raises(MediaRefused) as refused:
            if task == "probe":
                reading.probe(file, format=mp4, content_type="video")
            elif task == "shots":
                reading.shots(file, format=mp4, window=range(1000), every_ms=1000, most=3, cuts=False)
            elif task == "sound":
                reading.sound(file, format=mp4, window=range(1000))
            else:
                reading.cover(file, format=mp4)

        assert refused.value.details.keys() <= {"most"}
        assert str(refused.value.message) == str(type(refused.value).default_message)
        assert len(os.listdir("/proc/self/fd")) <= before + 1  # the host's lifeline
