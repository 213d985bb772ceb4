"""Memory that processes share: made here, filled there, read where it is needed. Pure.

It is sealed at a fixed size before it is given away: whoever maps it cannot be made to touch a page that is
gone. Once filled it can be sealed for good, so that what was checked is what is read.
"""

import fcntl
import mmap
import os
import tempfile

import numpy

PAGE = mmap.PAGESIZE
F_SEAL_SEAL = getattr(fcntl, "F_SEAL_SEAL", 1)
F_SEAL_SHRINK = getattr(fcntl, "F_SEAL_SHRINK", 2)
F_SEAL_GROW = getattr(fcntl, "F_SEAL_GROW", 4)
F_SEAL_WRITE = getattr(fcntl, "F_SEAL_WRITE", 8)


def allocate(size: int, *, content: bytes = b"") -> int:
    """A descriptor of `size` bytes that begin with `content`. Pages cost nothing before they are written."""
    if not hasattr(os, "memfd_create"):
        with tempfile.TemporaryFile() as file:
            fd = os.dup(file.fileno())
    else:
        fd = os.memfd_create("assay", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        os.ftruncate(fd, size)
        write(fd, content, 0)
        seal(fd, F_SEAL_SHRINK | F_SEAL_GROW)
    except BaseException:
        os.close(fd)
        raise
    return fd


def seal(fd: int, seals: int = F_SEAL_WRITE | F_SEAL_SEAL) -> None:
    """Raises PermissionError or OSError (busy) where somebody still could write."""
    if hasattr(fcntl, "F_ADD_SEALS"):
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, seals)


def write(fd: int, content: bytes, offset: int) -> None:
    view = memoryview(content)
    while view:
        count = os.pwrite(fd, view, offset)
        view, offset = view[count:], offset + count


def read(fd: int, length: int, offset: int) -> bytes:
    """Exactly that many bytes, or ValueError."""
    found = bytearray()
    while len(found) < length:
        piece = os.pread(fd, length - len(found), offset + len(found))
        if not piece:
            raise ValueError("The shared memory ends before what should stand in it.")
        found += piece
    return bytes(found)


def pixels(mapped: mmap.mmap, offset: int, height: int, width: int) -> numpy.ndarray:
    """A picture in the mapped memory, in place; it cannot be written to. ValueError if it lies outside."""
    found = numpy.frombuffer(mapped, numpy.uint8, height * width * 3, offset).reshape(height, width, 3)
    found.flags.writeable = False
    return found


def samples(mapped: mmap.mmap, count: int) -> numpy.ndarray:
    """A sound at the beginning of the mapped memory, as `pixels` of a picture."""
    found = numpy.frombuffer(mapped, "<i2", count)
    found.flags.writeable = False
    return found


def mapped(fd: int) -> mmap.mmap:
    """Private, because older kernels refuse to share what is sealed, even to read it."""
    return mmap.mmap(fd, os.fstat(fd).st_size, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ)


def round_up(size: int) -> int:
    return -(-size // PAGE) * PAGE
