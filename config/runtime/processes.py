"""Start programs that cannot outlive the one who started them, and end them with all they started."""

import contextlib
import ctypes
import os
import signal
import subprocess
from collections.abc import Mapping
from typing import IO

PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None, use_errno=True).prctl if os.uname().sysname == "Linux" else None


def die_with(parent: int, how: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel send `how` to this process when its parent ends. Elsewhere than on Linux: nothing."""
    if _prctl is None:
        return
    _prctl(PR_SET_PDEATHSIG, int(how))
    if os.getppid() != parent:
        os.kill(os.getpid(), how)


def spawn(command: list[str], environ: Mapping[str, str], output: IO | None = None) -> subprocess.Popen:
    """In a process group of its own, so that the terminal's Ctrl-C reaches us alone."""
    parent = os.getpid()
    return subprocess.Popen(
        command,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        process_group=0,
        preexec_fn=lambda: die_with(parent, signal.SIGTERM),
    )


def ask_to_stop(process: subprocess.Popen) -> None:
    if process.poll() is None:
        process.terminate()


def kill_group(process: subprocess.Popen) -> None:
    """Whatever the program left running, ends."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
