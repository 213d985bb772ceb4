"""What a confined worker can do of what somebody who has taken it over would like to do."""

import os

import pytest

from moderation.workers import client
from tests.moderation.workers.test_pool import ask


@pytest.fixture
def confined(make_pool, monkeypatch):
    monkeypatch.setenv("ASSAY_SECRET_KEY", "this is secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    return make_pool("Confined", children=1)


@pytest.mark.parametrize("deed", ["open_file", "write_file", "call_out", "fork", "run_program", "kill_host"])
def test_is_refused(confined, deed):
    with pytest.raises(client.Fault, match="PermissionError"):
        ask(confined, deed)


@pytest.mark.parametrize("deed", ["open_file", "fork"])
def test_would_work_without(make_pool, deed):
    assert ask(make_pool(children=1), deed)


def test_memory_ends_at_a_gibibyte(confined):
    assert ask(confined, "fill_memory", number=2**28) == 2**28
    with pytest.raises(client.Fault, match="MemoryError"):
        ask(confined, "fill_memory", number=2**30)


def test_knows_no_secrets(confined):
    assert not {"ASSAY_SECRET_KEY", "DATABASE_URL"} & ask(confined, "environ").keys()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give up")
def test_is_nobody(confined):
    assert ask(confined, "user") == 65534


def test_holds_nothing_but_its_sockets_and_pipes(confined):
    """Standard streams, the listening socket, the pipe to the host, and the request itself."""
    assert len(ask(confined, "descriptors")) <= 6
