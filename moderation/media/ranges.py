"""Which part of a file is asked for. Pure."""

import re

ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z")


class Unsatisfiable(Exception):
    """There is nothing at that place."""


def wanted_part(header: str, size: int, *, most: int) -> range | None:
    """The bytes to answer with, at most so many; None: the whole file.

    A player asks on where an answer ended. Several ranges at once, and what is no range of bytes, may be
    answered with the whole (RFC 9110, 14.2).
    """
    found = ONE_RANGE.match(header.replace(" ", ""))
    if not found or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        if not int(last) or not size:
            raise Unsatisfiable
        start = max(0, size - int(last))
        return range(start, min(size, start + most))
    start, end = int(first), int(last) + 1 if last else size
    if start >= size:
        raise Unsatisfiable
    if end <= start:
        return None
    return range(start, min(end, size, start + most))
