"""The programs that make up a running platform, and how each is started."""

import sys
from pathlib import Path

from django.conf import settings

from config import embedded
from config.runtime.supervisor import Program

MANAGE = [sys.executable, str(embedded.BASE / "manage.py")]


def web(*, port: int, metrics: Path) -> Program:
    command = [
        *(sys.executable, "-m", "granian"),
        *("--interface", "wsgi", "--http", "1", "--no-ws", "--respawn-failed-workers"),
        *("--working-dir", str(embedded.BASE)),
        *("--host", settings.ASSAY_BIND, "--port", str(port)),
        *("--workers", str(settings.ASSAY_WEB_WORKERS)),
        *("--blocking-threads", str(settings.ASSAY_WEB_THREADS)),
        *("--log-level", "warning"),
        "config.wsgi:application",
    ]
    return Program("web", command, {"PROMETHEUS_MULTIPROC_DIR": str(metrics)})


def worker() -> Program:
    return Program("worker", [*MANAGE, "worker"])


def look() -> Program:
    """The workers that decode pictures and hold engines; the other programs then start none of their own."""
    return Program("look", [*MANAGE, "look"])


def delivery() -> Program:
    return Program("delivery", [*MANAGE, "deliver"])


def tasks() -> Program:
    return Program("tasks", [*MANAGE, "moderate"])


def media() -> Program:
    return Program("media", [*MANAGE, "moderate_media"])
