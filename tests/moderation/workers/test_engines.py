"""Engines in a worker of their own, started as `manage.py look` is."""

import json
import os

import psutil
import pytest
from PIL import Image

from moderation.detectors.sentences import GOLDEN
from moderation.media.decoding import decode
from moderation.workers import engines
from moderation.workers.engine_room import EngineRoom
from moderation.workers.looks import Wanted
from moderation.workers.places import Place
from moderation.workers.pools import LOOK, ONE_THREAD, Pool
from tests.ground.live import wait_until
from tests.moderation.media.pictures import saved
from tests.moderation.workers.sample_engines import PATHS, Dear, Red, Slow


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    var = tmp_path_factory.mktemp("engines")
    command = [*LOOK, "--hearers", "0"]
    environ = os.environ | ONE_THREAD | {"ASSAY_VAR_DIR": str(var), "ASSAY_DETECTORS": PATHS}
    pool = Pool(Place("engines", var / "run"), command, environ)
    yield pool
    pool.stop()


@pytest.fixture
def look(pool):
    return lambda names, content, **options: engines.look(names, content, pool=pool, **options)


@pytest.fixture
def picture():
    frames = [Image.new("RGB", (40, 30), (red, 0, 0)) for red in (0, 102, 255)]
    with decode(saved(frames[0], "PNG", save_all=True, append_images=frames[1:])) as picture:
        yield picture


class TestALook:
    def test_goes_over_all_frames_of_a_picture(self, look, picture):
        found = look(["red"], picture)["red"]

        assert [(one.frame, round(one.hit.score)) for one in found.sightings] == [(0, 0), (1, 40), (2, 100)]
        assert found.hits[0].box == (0, 0, 40, 30)
        assert (found.version, found.failed, found.error) == ("1", False, "")
        assert found.milliseconds > 0

    def test_reads_a_text(self, look):
        [hit] = look(["red"], "some words, 一些话")["red"].hits

        assert (hit.text, hit.end) == ("some words, 一些话", 15)

    def test_of_several_engines_is_one_call(self, look, picture):
        found = look(["dear", "red"], picture)

        assert list(found) == ["dear", "red"]
        assert not any(one.failed for one in found.values())

    def test_tells_missing_from_failed(self, look, picture):
        found = look(["missing", "broken", "nobody", "cold"], picture)

        assert {name: (one.is_missing, one.failed) for name, one in found.items()} == {
            "missing": (True, True),
            "broken": (False, True),
            "nobody": (True, True),
            "cold": (True, True),
        }
        assert found["missing"].error == "The package is not installed."
        assert found["broken"].error == "RuntimeError: bad weights"

    def test_of_engines_that_raise_harms_no_other(self, look, picture):
        found = look(["raises", "absurd", "writes", "red"], picture)

        assert found["raises"].error == "ValueError: cannot look"
        assert "score" in found["absurd"].error
        assert "read-only" in found["writes"].error
        assert not found["red"].failed

    def test_of_engines_that_kill_or_hang_harms_no_other(self, look, picture):
        found = look(["hangs", "dear", "deadly", "red"], picture, seconds=60)

        assert {name: one.failed for name, one in found.items()} == {
            "hangs": True, "dear": False, "deadly": True, "red": False,
        }  # fmt: skip
        assert found["deadly"].error == found["hangs"].error != ""

    def test_of_an_engine_whose_time_is_up_keeps_what_it_saw(self, look, picture):
        found = look(["slow"], picture)["slow"]

        assert found.failed and "2 of 3" in found.error
        assert [one.frame for one in found.sightings] == [0, 1]

    def test_has_an_end_itself(self, look, picture):
        found = look(["slow", "dear"], picture, seconds=0.001)

        assert all(one.failed for one in found.values())

    def test_where_there_are_no_workers_is_a_failure_of_all(self, tmp_path, picture):
        nobody = Pool(Place("engines", tmp_path), [], {}, starts_itself=False)

        found = engines.look(["red"], picture, seconds=0.2, pool=nobody)

        assert found["red"].failed and not found["red"].is_missing


class TestAnEngineRoom:
    def test_loads_what_is_asked_first_and_the_others_when_there_is_time(self):
        room = EngineRoom(lambda: [Dear(), Red()])
        room.setup()
        said = []

        room.handle(Wanted(seconds=5, engines=["red"], text="words"), [], said.append)

        assert {one.engine: one.state for one in room.engines()} == {"red": "ready", "dear": "loading"}
        assert room.load_more() and not room.load_more()
        assert {one.engine: one.state for one in room.engines()} == {"red": "ready", "dear": "ready"}

    def test_asks_those_first_that_are_loaded_and_cheap(self):
        room = EngineRoom(lambda: [Dear(), Red(), Slow()])
        room.setup()
        room.load("slow")
        said = []

        room.handle(Wanted(seconds=5, engines=["dear", "red", "slow"], text="words"), [], said.append)

        assert json.loads(said[0])["engines"] == ["slow", "red", "dear"]


class TestEmbedding:
    def test_makes_vectors_of_texts_in_the_worker(self, pool):
        vectors = engines.embed([*GOLDEN, *["filler"] * 65], pool=pool)

        assert vectors.shape == (68, 512)
        first, same, other = vectors[:3].astype("float32")
        assert first @ same > 0.45 > 0.25 > first @ other
        wait_until(
            lambda: "sentences" in {one.engine for one in engines.status(pool)},
            "the worker tells of its state",
        )

    def test_of_nothing_is_nothing(self, pool):
        assert engines.embed([], pool=pool).shape == (0, 512)

    def test_fails_where_nobody_can_be_asked(self, tmp_path, monkeypatch):
        nobody = Pool(Place("engines", tmp_path), [], {}, starts_itself=False)
        monkeypatch.setattr(engines, "EMBED_SECONDS", 0.2)

        with pytest.raises(engines.EmbeddingFailed):
            engines.embed(["words"], pool=nobody)


class TestTheStateOfEngines:
    def test_is_told_without_asking_them(self, look, pool):
        look(["red"], "up")
        wait_until(lambda: engines.alive(pool), "all is loaded")
        states = {one.engine: one for one in engines.status(pool)}

        assert {name: one.state for name, one in states.items() if one.state != "ready"} == {
            "missing": "missing",
            "broken": "failed",
        }
        assert "cold" not in states
        assert states["red"].version == "1"
        assert states["red"].bytes > 2**20
        assert engines.missing(pool) == ["missing"]
        assert engines.alive(pool)

    def test_is_nothing_where_nobody_hosts_them(self, tmp_path):
        nobody = Pool(Place("engines", tmp_path), [], {}, starts_itself=False)

        assert engines.status(nobody) == []
        assert not engines.alive(nobody)

    def test_survives_the_death_of_the_worker(self, look, pool):
        look(["red"], "up")
        worker = psutil.Process(pool.place.read_state().workers[0].pid)
        worker.kill()

        wait_until(lambda: engines.alive(pool) and not worker.is_running(), "another one is ready")
        assert not look(["red"], "again")["red"].failed
