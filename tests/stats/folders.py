"""Folders that run and die beside a test's own writers."""

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


class DyingFolders:
    """So many folders at a time, each soon killed and replaced, until the block ends: then see `kills`."""

    def __init__(self, count: int = 2):
        self.count, self.kills = count, 0

    def __enter__(self):
        self.program = subprocess.Popen(
            [sys.executable, ROOT / "tests/stats/dying_folders.py", str(self.count)],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": database_url(), "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.program.stdout.readline()
        return self

    def __exit__(self, *error):
        said, _errors = self.program.communicate(timeout=30)
        self.kills = int(said)
