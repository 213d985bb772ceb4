"""A seccomp filter: the calls that a process which only computes has no use for are refused. Pure.

What is refused answers "permission denied": the network, other files, other programs, other processes, and
the corners of the kernel that exploits like. Threads stay allowed. `clone3` is said not to exist, because
its flags cannot be seen from here; the C library then uses `clone`.
"""

import ctypes
import errno
import platform
import struct

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
LOAD, EQUALS, BITS_SET, RETURN = 0x20, 0x15, 0x45, 0x06
KILL, ERRNO, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
CLONE_THREAD = 0x00010000
X32 = 0x40000000

# AUDIT_ARCH, then the numbers. Those of the older calls do not exist on aarch64.
SHARED_NEW = {"io_uring_setup": 425, "openat2": 437, "pidfd_getfd": 438, "clone3": 435, "pidfd_open": 434,
              "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsmount": 432}  # fmt: skip
MACHINES = {
    "x86_64": (0xC000003E, SHARED_NEW | {
        "open": 2, "socket": 41, "connect": 42, "bind": 49, "listen": 50, "socketpair": 53, "clone": 56,
        "fork": 57, "vfork": 58, "execve": 59, "kill": 62, "rename": 82, "mkdir": 83, "rmdir": 84,
        "creat": 85, "link": 86, "unlink": 87, "symlink": 88, "chmod": 90, "chown": 92, "ptrace": 101,
        "rt_sigqueueinfo": 129, "mknod": 133, "pivot_root": 155, "chroot": 161, "mount": 165, "umount2":
        166, "init_module": 175, "tkill": 200, "tgkill": 234, "add_key": 248, "request_key": 249,
        "keyctl": 250, "openat": 257, "mkdirat": 258, "mknodat": 259, "unlinkat": 263, "renameat": 264,
        "linkat": 265, "symlinkat": 266, "fchmodat": 268, "unshare": 272, "rt_tgsigqueueinfo": 297,
        "perf_event_open": 298, "name_to_handle_at": 303, "open_by_handle_at": 304, "setns": 308,
        "process_vm_readv": 310, "process_vm_writev": 311, "finit_module": 313, "renameat2": 316,
        "memfd_create": 319, "bpf": 321, "execveat": 322, "userfaultfd": 323, "pidfd_send_signal": 424,
    }),
    "aarch64": (0xC00000B7, SHARED_NEW | {
        "mknodat": 33, "mkdirat": 34, "unlinkat": 35, "symlinkat": 36, "linkat": 37, "renameat": 38,
        "umount2": 39, "mount": 40, "pivot_root": 41, "chroot": 51, "fchmodat": 53, "openat": 56,
        "unshare": 97, "init_module": 105, "ptrace": 117, "kill": 129, "tkill": 130, "tgkill": 131,
        "rt_sigqueueinfo": 138, "socket": 198, "socketpair": 199, "bind": 200, "listen": 201, "connect":
        203, "add_key": 217, "request_key": 218, "keyctl": 219, "clone": 220, "execve": 221,
        "rt_tgsigqueueinfo": 240, "perf_event_open": 241, "name_to_handle_at": 264, "open_by_handle_at":
        265, "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271, "finit_module": 273,
        "renameat2": 276, "memfd_create": 279, "bpf": 280, "execveat": 281, "userfaultfd": 282,
        "pidfd_send_signal": 424,
    }),
}  # fmt: skip


def refuse(libc: ctypes.CDLL) -> bool:
    """Needs PR_SET_NO_NEW_PRIVS before it. False where the machine is not known or has no such filters."""
    if platform.system() != "Linux" or platform.machine() not in MACHINES:
        return False
    code = program(*MACHINES[platform.machine()])
    kept = ctypes.create_string_buffer(code)
    filters = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(kept)))
    return libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filters, 0, 0) == 0


def program(architecture: int, numbers: dict[str, int]) -> bytes:
    """The filter for the kernel's little machine; jumps say how many of the next instructions they skip."""
    code = [
        (LOAD, 0, 0, 4),
        (EQUALS, 1, 0, architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, 0),
        (BITS_SET, 0, 1, X32),
        (RETURN, 0, 0, KILL),
    ]
    for name, number in numbers.items():
        if name == "clone":
            continue
        answer = errno.ENOSYS if name == "clone3" else errno.EPERM
        code += [(EQUALS, 0, 1, number), (RETURN, 0, 0, ERRNO | answer)]
    code += [
        (EQUALS, 0, 3, numbers["clone"]),
        (LOAD, 0, 0, 16),
        (BITS_SET, 1, 0, CLONE_THREAD),
        (RETURN, 0, 0, ERRNO | errno.EPERM),
        (RETURN, 0, 0, ALLOW),
    ]
    return b"".join(struct.pack("HBBI", *one) for one in code)
