"""Try out an engine file in a process of its own: `python -m moderation.detectors.file_check <folder>`.

A model that somebody brought may crash the runtime, or take all memory and time. What comes of it goes to
standard output as JSON: `error`, or `scores` of the sample picture and the `milliseconds` one look takes.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy
from django.conf import settings

from moderation.detectors.base import EngineMissing
from moderation.detectors.file_engine import MANIFEST, SAMPLE, FileEngine, Manifest

MEMORY, PROCESSOR_SECONDS, SECONDS = 4 * 2**30, 60, 90
LOOKS = 5


def try_out(folder: Path) -> dict:
    """The answer of the process that tried it out; an `error` if that did not live to give one."""
    command = [sys.executable, "-m", "moderation.detectors.file_check", str(folder)]
    environ = {"PATH": os.defpath, "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"}  # none of our secrets
    root = Path(__file__).resolve().parents[2]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, on a folder that we made
            command, capture_output=True, timeout=SECONDS, env=environ, cwd=root, check=False
        )
    except subprocess.TimeoutExpired:
        return {"error": "", "how": "timeout"}
    if done.returncode:
        return {"error": "", "how": f"exit {done.returncode}"}
    return json.loads(done.stdout.splitlines()[-1])


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def look(folder: Path) -> dict:
    engine = FileEngine(Manifest.from_json(json.loads((folder / MANIFEST).read_text())), folder)
    sample = numpy.load(folder / SAMPLE, allow_pickle=False)
    try:
        engine.setup()
        scores = engine.scores(sample)
    except (EngineMissing, ArithmeticError, MemoryError) as error:
        return {"error": str(error.args[0]) if error.args else type(error).__name__}
    took = []
    for _number in range(LOOKS):
        began = time.perf_counter()
        engine.scores(sample)
        took.append((time.perf_counter() - began) * 1000)
    return {"scores": scores, "milliseconds": round(statistics.median(took), 2)}


def main(folder: str) -> None:
    limit()
    settings.configure(USE_I18N=False)
    found = look(Path(folder))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
