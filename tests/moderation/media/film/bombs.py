"""Recordings that were made to break something, or to have something else read."""

import struct

import numpy

from tests.moderation.media.film.films import film, recording, sine


def box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + name + body


def full(name: bytes, *parts: bytes, flags: int = 0) -> bytes:
    return box(name, struct.pack(">I", flags), *parts)


def numbers(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


MATRIX = numbers(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def mp4(
    *,
    width: int = 320,
    height: int = 176,
    samples: int = 1,
    sample_size: int = 100,
    sample_lasts: int = 1000,
    edits: bytes = b"",
    tables: bytes = b"",
    more: bytes = b"",
    content: bytes = bytes(100),
) -> bytes:
    """A film whose boxes say whatever is wished."""
    head = box(b"ftyp", b"isom", numbers(512), b"isom")
    entry = box(
        b"jpeg", bytes(6), b"\0\1", bytes(16), struct.pack(">HH", width & 0xFFFF, height & 0xFFFF),
        numbers(0x480000, 0x480000, 0), b"\0\1", bytes(32), b"\0\x18\xff\xff",
    )  # fmt: skip
    place = len(head) + 8
    table = box(
        b"stbl",
        full(b"stsd", numbers(1), entry),
        tables
        or full(b"stts", numbers(1, samples, sample_lasts))
        + full(b"stsc", numbers(1, 1, samples, 1))
        + full(b"stsz", numbers(sample_size, samples))
        + full(b"stco", numbers(1, place)),
    )
    media = box(
        b"minf",
        full(b"vmhd", bytes(8), flags=1),
        box(b"dinf", full(b"dref", numbers(1), full(b"url ", flags=1))),
        table,
    )
    track = box(
        b"trak",
        full(b"tkhd", numbers(0, 0, 1, 0, 1000), bytes(16), MATRIX, bytes(8), flags=3),
        edits,
        box(
            b"mdia",
            full(b"mdhd", numbers(0, 0, 1000, 1000), bytes(4)),
            full(b"hdlr", bytes(4), b"vide", bytes(13)),
            media,
        ),
    )  # fmt: skip
    movie = box(
        b"moov", full(b"mvhd", numbers(0, 0, 1000, 1000, 0x10000), bytes(12), MATRIX, bytes(24), numbers(2)),
        track, more,
    )  # fmt: skip
    return head + box(b"mdat", content) + movie


def huge_tables() -> bytes:
    """Three hundred bytes that speak of four thousand million samples."""
    return mp4(samples=2**32 - 1, sample_size=1)


def many_samples() -> bytes:
    return mp4(samples=30_000_000, sample_size=1, sample_lasts=1)


def endless_samples() -> bytes:
    """Each a millisecond long, all at the same place."""
    count = 200_000
    tables = (
        full(b"stts", numbers(1, count, 1))
        + full(b"stsc", numbers(1, 1, 1, 1))
        + full(b"stsz", numbers(100, count))
        + full(b"stco", numbers(count), numbers(*[28] * count))
    )
    return mp4(tables=tables)


def edit_list(count: int = 500_000) -> bytes:
    edits = box(b"edts", full(b"elst", numbers(count), numbers(1000, 0, 0x10000) * count))
    return mp4(edits=edits)


def gigabyte_table() -> bytes:
    """Its table says to be a gigabyte long."""
    tables = full(b"stts", numbers(1, 1, 1000)) + struct.pack(">I4sI", 2**30, b"stsz", 0) + numbers(0, 2**28)
    return mp4(tables=tables)


def grown(data: bytes, way: list[bytes], old: bytes, new: bytes) -> bytes:
    """With `old` replaced within a box, and the lengths of all boxes on the way to it corrected."""
    found, place = bytearray(data), 0
    for name in way:
        place = found.index(name, place)
        length = struct.unpack(">I", found[place - 4 : place])[0]
        found[place - 4 : place] = struct.pack(">I", length + len(new) - len(old))
    place = found.index(old, place)
    found[place : place + len(old)] = new
    return bytes(found)


def elsewhere(path: str, *, is_alias: bool) -> bytes:
    """A film without pictures of its own: it says that they stand in another file, at the same places."""
    data = film()
    place = data.index(b"mdat")
    length = struct.unpack(">I", data[place - 4 : place])[0]
    data = data[: place + 4] + bytes(length - 8) + data[place - 4 + length :]
    name = path.encode()
    alias = bytes(10) + bytes(28) + bytes(12) + bytes([0]) + bytes(63) + bytes(16) + b"\0\1\0\1" + bytes(16)
    alias += struct.pack(">hH", 2, len(name)) + name + bytes(len(name) & 1) + struct.pack(">hH", -1, 0)
    reference = full(b"alis", alias + bytes(150)) if is_alias else full(b"url ", name + b"\0")
    way = [b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"]
    return grown(data, way, full(b"url ", flags=1), reference)


def many_tracks(count: int) -> bytes:
    inner = mp4()
    place = inner.index(b"trak") - 4
    length = struct.unpack(">I", inner[place : place + 4])[0]
    return mp4(more=inner[place : place + length] * count)


def ebml(name: bytes, body: bytes) -> bytes:
    return name + b"\x01" + len(body).to_bytes(7, "big") + body


def deep_matroska(depth: int = 20_000) -> bytes:
    """Tags in tags in tags."""
    body = b""
    for _number in range(depth):
        body = b"\x67\xc8\xff" + body  # of a length that nobody knows
    head = ebml(b"\x1aE\xdf\xa3", ebml(b"\x42\x82", b"matroska") + ebml(b"\x42\x87", b"\x04"))
    return head + ebml(b"\x18S\x80g", ebml(b"\x12T\xc3g", ebml(b"\x73\x73", body)))


def matroska_with(element: bytes) -> bytes:
    """A real film with one more element at the end of its segment, which then is of unknown length."""
    data = bytearray(film(container="matroska"))
    place = data.index(b"\x18S\x80g") + 4
    data[place : place + 8] = b"\x01" + b"\xff" * 7
    return bytes(data) + element


def attachment(name: str, content: bytes) -> bytes:
    return matroska_with(
        ebml(
            b"\x19A\xa4i",
            ebml(
                b"\x61\xa7",
                ebml(b"\x46\x6e", name.encode())
                + ebml(b"\x46\x60", b"application/x-truetype-font")
                + ebml(b"\x46\x5c", content)
                + ebml(b"\x46\xae", b"\x01"),
            ),
        )
    )


def seeds() -> dict[str, tuple[str, str, bytes]]:
    """Small real ones of every kind, as (format, content type, bytes)."""
    tone = sine(numpy.arange(16_000) / 16_000)
    moments = range(0, 800, 40)
    small = {"moments": moments, "size": (96, 64)}
    return {
        "mp4": ("mp4", "video", film(**small, sound=sine)),
        "fragments": ("mp4", "video", film(**small, muxing={"movflags": "frag_keyframe+empty_moov"})),
        "hevc": ("mp4", "video", film(**small, codec="libx265", options={"x265-params": "log-level=none"})),
        "mov": ("mov", "video", film(**small, container="mov", codec="mpeg4")),
        "mkv": ("mkv", "video", film(**small, container="matroska", sound=sine)),
        "vp8": ("webm", "video", film(**small, container="webm", codec="libvpx")),
        "vp9": ("webm", "video", film(**small, container="webm", codec="libvpx-vp9")),
        "avi": ("avi", "video", film(**small, container="avi", codec="mpeg4", sound=sine)),
        "mjpeg": ("avi", "video", film(**small, container="avi", codec="mjpeg", pixels="yuvj420p")),
        "flv": ("flv", "video", film(**small, container="flv", codec="flv")),
        "ts": ("mpegts", "video", film(**small, container="mpegts", codec="mpeg2video")),
        "mpeg": ("mpeg", "video", film(**small, container="mpeg", codec="mpeg1video")),
        "wmv": ("asf", "video", film(**small, container="asf", codec="wmv2")),
        "mp3": ("mp3", "audio", recording(tone, container="mp3", codec="libmp3lame")),
        "wav": ("wav", "audio", recording(tone, container="wav", codec="pcm_s16le")),
        "adpcm": ("wav", "audio", recording(tone, container="wav", codec="adpcm_ms")),
        "opus": ("ogg", "audio", recording(tone, container="ogg", codec="libopus")),
        "flac": ("flac", "audio", recording(tone, container="flac", codec="flac")),
        "m4a": ("m4a", "audio", recording(tone, container="ipod", codec="aac")),
        "aac": ("aac", "audio", recording(tone, container="adts", codec="aac")),
        "amr": ("amr", "audio", recording(tone[::2], container="amr", codec="libopencore_amrnb", rate=8000)),
        "wma": ("asf", "audio", recording(tone, container="asf", codec="wmav2")),
    }
