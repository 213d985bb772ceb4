"""Sizes and counts read from headers, for formats whose decoder would do much before it tells them. Pure."""

import struct

EXTENSION, IMAGE, END = 0x21, 0x2C, 0x3B


def gif_frames(data: bytes, *, most: int) -> int:
    """How many frames there are; counting ends at one more than `most`. Damage ends it as well."""
    place = 13 + colour_table(data, 10)
    frames = 0
    while frames <= most and place < len(data):
        kind = data[place]
        if kind == EXTENSION:
            place = after_blocks(data, place + 2)
        elif kind == IMAGE:
            frames += 1
            place = after_blocks(data, place + 11 + colour_table(data, place + 9))
        elif kind == END:
            break
        else:
            place += 1  # decoders leave out what they do not know
    return frames


def colour_table(data: bytes, place: int) -> int:
    """The length of the table that the flags in this byte announce."""
    flags = data[place] if place < len(data) else 0
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def after_blocks(data: bytes, place: int) -> int:
    while place < len(data) and data[place]:
        place += data[place] + 1
    return place + 1


def webp_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of the canvas; the decoder would make it before it tells them."""
    kind, body = data[12:16], data[20:34]
    if kind == b"VP8X" and len(body) >= 10:
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L" and len(body) >= 5:
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and len(body) >= 10:
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    return None
