"""`manage.py look`: the program that has the workers for all others."""

import contextlib
import os
import signal
import subprocess
import sys
from types import SimpleNamespace

import numpy
import psutil
import pytest

from config import embedded
from moderation.media.decoding import decode
from moderation.media.film.reading import probe
from moderation.media.recordings import FORMATS
from moderation.workers import engines, pools
from moderation.workers.places import Place
from tests.moderation.media.film.films import film, saved_as_file
from tests.moderation.media.pictures import drawn, saved
from tests.moderation.workers.sample_engines import HEARING, PATHS

NUMBERS = ("--decoders", "2", "--films", "1", "--engines", "1")


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    var = tmp_path_factory.mktemp("look")
    process = subprocess.Popen(
        [sys.executable, str(embedded.BASE / "manage.py"), "look", *NUMBERS],
        env=os.environ | {"ASSAY_VAR_DIR": str(var), "ASSAY_DETECTORS": f"{PATHS},{HEARING}"},
        process_group=0,
    )
    made = [
        pools.Pool(Place(kind, var / "run"), [], {}, starts_itself=False)
        for kind in ("decode", "film", "engines", "hear")
    ]
    decoders, films, engines, hearers = made
    yield SimpleNamespace(
        process=process, pools=made, decoders=decoders, films=films, engines=engines, hearers=hearers
    )
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture(autouse=True)
def asked(program, monkeypatch):
    """Everything in here asks that program, and starts nothing of its own."""
    monkeypatch.setattr(pools, "decoders", lambda: program.decoders)
    monkeypatch.setattr(pools, "films", lambda: program.films)
    monkeypatch.setattr(pools, "engines", lambda: program.engines)
    monkeypatch.setattr(pools, "hearers", lambda: program.hearers)
    monkeypatch.setattr("moderation.media.decoding.PATIENCE", 60.0)


def test_serves_all_kinds(program):
    with decode(saved(drawn())) as picture:
        found = engines.look(["red"], picture, seconds=60)["red"]

    assert not found.failed
    with saved_as_file(film()) as file:
        assert probe(file, format=FORMATS["mp4"], content_type="video").duration_ms == 3000
    assert not engines.look(["ear"], numpy.zeros(100, "<i2"), seconds=60)["ear"].failed
    assert program.engines.place.read_state().host == program.process.pid
    assert program.hearers.place.read_state().host != program.process.pid


def test_its_decoders_know_none_of_its_secrets(program):
    decode(saved(drawn())).close()
    state = program.decoders.place.read_state()

    assert len(state.workers) == 2
    for process in (psutil.Process(state.host), *psutil.Process(state.host).children()):
        assert not [name for name in process.environ() if name.startswith(("ASSAY_", "DATABASE"))]


def test_brings_back_the_decoders_host(program):
    decode(saved(drawn())).close()
    host = psutil.Process(program.decoders.place.read_state().host)
    family = host.children()
    host.kill()

    decode(saved(drawn())).close()

    assert program.decoders.place.read_state().host != host.pid
    assert psutil.wait_procs(family, timeout=5)[1] == []


def test_ends_with_all_it_started(program):
    decode(saved(drawn())).close()
    family = psutil.Process(program.process.pid).children(recursive=True)
    assert len(family) == 8

    program.process.terminate()

    assert program.process.wait(20) == 0
    assert psutil.wait_procs(family, timeout=5)[1] == []
    assert not any(one.place.is_hosted() for one in program.pools)
