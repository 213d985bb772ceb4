"""Engines that hear, in workers of their own."""

import json
import os
import sys

import numpy
import pytest

from config import embedded
from moderation.detectors import registry
from moderation.workers import engines
from moderation.workers.engine_room import HearingRoom
from moderation.workers.places import Place
from moderation.workers.pools import ONE_THREAD, Pool, hearers
from tests.moderation.workers.sample_engines import HEARING

SOUND = numpy.arange(-8_000, 8_000, dtype="<i2")


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    var = tmp_path_factory.mktemp("hearers")
    command = [
        *(sys.executable, str(embedded.BASE / "manage.py"), "look"),
        *("--decoders", "0", "--engines", "0"),
    ]
    environ = os.environ | ONE_THREAD | {"ASSAY_VAR_DIR": str(var), "ASSAY_DETECTORS": HEARING}
    pool = Pool(Place("hear", var / "run"), command, environ)
    yield pool
    pool.stop()


class TestASound:
    def test_comes_to_the_engine_as_it_was_sent(self, pool):
        [hit] = engines.look(["ear"], SOUND, pool=pool)["ear"].hits

        assert hit.at == (0, 1000)
        assert json.loads(hit.text) == [16_000, -8_000, 7_999, False]

    def test_of_no_length_is_an_answer_as_well(self, pool):
        found = engines.look(["ear"], SOUND[:0], pool=pool)["ear"]

        assert not found.failed and found.hits == []

    def test_that_ends_its_worker_harms_no_other_engine(self, pool):
        found = engines.look(["deaf", "ear"], SOUND, pool=pool)

        assert found["deaf"].failed and "crashed" in found["deaf"].error
        assert found["ear"].hits

    def test_is_not_kept(self, pool):
        before = len(os.listdir("/proc/self/fd"))
        for _number in range(5):
            engines.look(["ear"], SOUND, pool=pool)

        assert len(os.listdir("/proc/self/fd")) == before


class TestAHearingRoom:
    @pytest.fixture(autouse=True)
    def _engines(self, settings):
        settings.ASSAY_DETECTORS = [*HEARING.split(","), "tests.moderation.workers.sample_engines.Red"]
        registry.forget()
        yield
        registry.forget()

    def test_holds_what_hears_and_nothing_else(self):
        room = HearingRoom()
        room.setup()

        assert sorted(room.states) == ["deaf", "ear"]
        assert [engine.spec.name for engine in registry.warm()] == ["red"]

    def test_is_asked_where_a_sound_is_looked_at(self, monkeypatch):
        asked = []
        monkeypatch.setattr(engines, "gather", lambda found, names, content, pool, until: asked.append(pool))
        engines.look(["ear"], SOUND)
        engines.look(["red"], "words")

        assert [pool.place.kind for pool in asked[::3]] == ["hear", "engines"]
        assert hearers().place.kind == "hear"
