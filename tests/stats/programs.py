"""Programs that run and die beside a test's own."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlencode

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent


def database_url() -> str:
    """The database of the test that runs, for programs it starts."""
    known = connection.settings_dict
    where = {"host": known["HOST"], "user": known["USER"], "port": known["PORT"]}
    query = urlencode({name: value for name, value in where.items() if value})
    password = f":{quote(known['PASSWORD'])}@" if known["PASSWORD"] else ""
    return f"postgresql://{password}/{known['NAME']}?{query}"


class DyingPrograms:
    """So many of each kind at a time, each soon killed and replaced, until the block ends: see `kills`."""

    def __init__(self, *, life: float = 0.3, **counts: int):
        self.words = [f"{name}={value}" for name, value in {"life": life, **counts}.items()]
        self.kills = 0

    def __enter__(self):
        self.program = subprocess.Popen(
            [sys.executable, ROOT / "tests/stats/dying_programs.py", *self.words],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": database_url(), "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.program.stdout.readline()
        return self

    def __exit__(self, *error):
        said, _errors = self.program.communicate(timeout=60)
        self.kills = int(said)


def dying_folders(count: int = 2) -> DyingPrograms:
    return DyingPrograms(folder=count)
