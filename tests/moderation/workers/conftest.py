import os
import sys

import pytest

from moderation.workers.places import Place
from moderation.workers.pools import Pool, harmless


def pool_of(directory, handler: str, *, children: int = 2, **options) -> Pool:
    command = [
        *(sys.executable, "-P", "-m", "moderation.workers.host", "test"),
        *("--handler", f"tests.moderation.workers.puppet:{handler}"),
        *("--directory", str(directory), "--children", str(children)),
    ]
    return Pool(Place("test", directory), command, harmless(os.environ), **options)


@pytest.fixture
def make_pool(tmp_path):
    made = []

    def make(handler: str = "Puppet", *, directory=tmp_path, **options) -> Pool:
        made.append(pool_of(directory, handler, **options))
        return made[-1]

    yield make
    for pool in made:
        pool.stop()


@pytest.fixture
def pool(make_pool):
    return make_pool()
