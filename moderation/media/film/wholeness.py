"""Whether a file ends before the end that its own boxes tell. Reads a few heads and no content. Pure."""

import os

MOST_BOXES = 10_000
FIRST = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"styp")
MATROSKA, SEGMENT = 0x1A45DFA3, 0x18538067
UNKNOWN_RIFF = 0x7FFF0000


def is_cut_short(fd: int, demuxer: str) -> bool:
    """Where that can be known; a stream that was recorded as it came does not tell."""
    size = os.fstat(fd).st_size
    if demuxer.startswith("mov"):
        return boxes_end(fd, size) > size
    if demuxer.startswith("matroska"):
        return segment_end(fd, size) > size
    if demuxer in ("wav", "avi"):
        return riff_end(fd) > size
    return False


def boxes_end(fd: int, size: int) -> int:
    place = 0
    for _number in range(MOST_BOXES):
        head = os.pread(fd, 16, place)
        if len(head) < 8:
            return place if not head else size + 1
        if head[4:8] not in FIRST and (not place or not head[4:8].isalnum()):
            return 0
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if length == 0:
            return size
        if length < 8:
            return 0
        place += length
        if place > size:
            return place
    return 0


def segment_end(fd: int, size: int) -> int:
    place = 0
    for _number in range(2):
        head = os.pread(fd, 16, place)
        name, used = number(head, 0, keep_marker=True)
        length, more = number(head, used, keep_marker=False)
        if not used or not more:
            return size + 1 if len(head) < 12 else 0
        start = place + used + more
        if name == SEGMENT:
            return 0 if length == 2 ** (7 * more) - 1 else start + length
        if name != MATROSKA:
            return 0
        place = start + length
    return 0


def number(head: bytes, place: int, *, keep_marker: bool) -> tuple[int, int]:
    """One of EBML, whose first byte says how many there are; and how many bytes it takes."""
    if place >= len(head) or not head[place]:
        return 0, 0
    length = 9 - head[place].bit_length()
    piece = head[place : place + length]
    if len(piece) < length:
        return 0, 0
    value = int.from_bytes(piece, "big")
    return (value if keep_marker else value & (1 << 7 * length) - 1), length


def riff_end(fd: int) -> int:
    head = os.pread(fd, 8, 0)
    length = int.from_bytes(head[4:8], "little")
    return 0 if len(head) < 8 or length >= UNKNOWN_RIFF else length
