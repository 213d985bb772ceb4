"""What a process takes from itself before it touches what strangers sent. Linux does all of it. Pure."""

import ctypes
import os
import resource
from contextlib import suppress

from moderation.workers import syscalls

MEMORY = 2**30
OPEN_FILES = 64
NOBODY = 65534
PR_SET_NO_NEW_PRIVS = 38
CLONE_NEWNET = 0x40000000
VICTIM_FIRST = "800"

libc = ctypes.CDLL(None, use_errno=True)


def leave_network() -> None:
    """Into a network of our own that has nothing in it, where we may make one."""
    if hasattr(libc, "unshare"):
        libc.unshare(CLONE_NEWNET)


def be_first_to_go() -> None:
    """When memory runs out, the kernel ends this process rather than one that matters."""
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write(VICTIM_FIRST)


def no_core_dumps() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def become_nobody() -> None:
    """Before `die_with`: the kernel forgets that wish when the user changes.

    In a container whose root is no real one there may be nobody else to become.
    """
    if os.geteuid() == 0:
        with suppress(OSError):
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)


def be_silent() -> None:
    """What a decoder prints is chosen by whoever made the file, and has no place in a log."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nowhere, fd)
    os.close(nowhere)


def confine(*, memory: int = MEMORY, file_size: int = 0) -> list[str]:
    """Limits that cannot be undone. Returns the names of those that this machine does not have."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    lacking = []
    if not hasattr(libc, "prctl") or libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        lacking.append("no_new_privs")
    if not syscalls.refuse(libc):
        lacking.append("seccomp")
    return lacking


def limit_processor(seconds: float) -> None:
    """From now on. The soft limit only: a hard one that was lowered could not be raised again."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = int(used.ru_utime + used.ru_stime + seconds) + 1
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (most, hard))
