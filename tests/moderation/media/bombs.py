"""Files that ask for far more than they are, made when they are needed."""

import struct
import zlib

from PIL import Image

from tests.moderation.media.pictures import drawn, saved


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *extra: bytes, rows: bytes = b"") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = rows or zlib.compress(
        (b"\0" + bytes(3 * width)) * height if width * height < 10**6 else b"\0" * 100
    )
    chunks = [chunk(b"IHDR", header), *extra, chunk(b"IDAT", body), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def zeros(megabytes: int) -> bytes:
    """Compressed: a thousandth of it."""
    squeeze = zlib.compressobj(9)
    block = bytes(2**20)
    return b"".join(squeeze.compress(block) for _ in range(megabytes)) + squeeze.flush()


def png_with_text_bomb() -> bytes:
    return png(8, 8, chunk(b"zTXt", b"Comment\0\0" + zeros(512)))


def png_with_profile_bomb() -> bytes:
    return png(8, 8, chunk(b"iCCP", b"icc\0\0" + zeros(512)))


def png_with_bomb_in_bomb() -> bytes:
    return png(
        8,
        8,
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(zeros(900))),
        chunk(b"iTXt", b"a\0\1\0\0\0" + zeros(90)),
    )


def png_of_many_chunks() -> bytes:
    return png(8, 8, *[chunk(b"tEXt", b"Key%d\0word" % number) for number in range(50_000)])


def png_of_forty_megapixels() -> bytes:
    squeeze = zlib.compressobj(9)
    row = b"\0" + bytes(3 * 8000)
    rows = b"".join(squeeze.compress(row) for _ in range(5000)) + squeeze.flush()
    return png(8000, 5000, rows=rows)


def gif(width: int, height: int, frames: int) -> bytes:
    """Frames of one pixel each on a canvas of any size."""
    frame = b"\x21\xf9\4\0\1\0\0\0\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"
    head = b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0\0\0\0\xff\xff\xff"
    return head + frame * frames + b"\x3b"


def bmp(width: int, height: int) -> bytes:
    return (
        b"BM"
        + struct.pack("<IHHIIiiHHIIiiII", 154, 0, 0, 54, 40, width, height, 1, 24, 0, 100, 1, 1, 0, 0)
        + bytes(100)
    )


def tiff(width: int, height: int) -> bytes:
    tags = [
        (256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (277, 3, 1),
        (278, 4, height), (279, 4, 100),
    ]  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\0" + struct.pack("<I", 120) + bytes(112) + struct.pack("<H", len(tags)) + entries + bytes(4)


def tiff_of_many_pages(pages: int) -> bytes:
    """All of them are the same few bytes, each with a directory of its own."""
    tags = [
        (256, 4, 1),
        (257, 4, 1),
        (258, 3, 8),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 8),
        (277, 3, 1),
        (279, 4, 1),
    ]
    entries = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", t, k, 1, v) for t, k, v in tags)
    size = len(entries) + 4
    places = [16 + number * size for number in range(1, pages)] + [0]
    return (
        b"II*\0" + struct.pack("<I", 16) + bytes(8) + b"".join(entries + struct.pack("<I", p) for p in places)
    )


def tiff_in_a_circle() -> bytes:
    data = bytearray(tiff_of_many_pages(2))
    data[-4:] = struct.pack("<I", 16)
    return bytes(data)


def webp(width: int, height: int) -> bytes:
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\2\0\0\0" + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg(width: int, height: int) -> bytes:
    data = bytearray(saved(drawn(64, 64), "JPEG"))
    place = data.index(b"\xff\xc0")
    data[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def slow_jpeg(scans: int = 3000) -> bytes:
    """Progressive, and its last scan again and again: each goes over the whole picture."""
    data = saved(Image.new("RGB", (5000, 5000), (90, 20, 30)), "JPEG", progressive=True, quality=10)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + b"\xff\xd9"
