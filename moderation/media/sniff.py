"""What a file is by its first bytes. What a name or a client says of it has no say. Pure."""

import re
import struct

DECODED = frozenset({"jpeg", "png", "gif", "webp", "bmp", "tiff", "avif"})
LOOKED_AT = 4096

# At which place, which bytes, what it is. The first that fits counts.
SIGNATURES = (
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"GIF87a", "gif"),
    (0, b"GIF89a", "gif"),
    (0, b"II*\0", "tiff"),
    (0, b"MM\0*", "tiff"),
    (0, b"II+\0", "tiff"),
    (0, b"MM\0+", "tiff"),
    (0, b"%PDF-", "pdf"),
    (0, b"PK\3\4", "zip"),
    (0, b"PK\5\6", "zip"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"BZh", "bzip2"),
    (0, b"\xfd7zXZ\0", "xz"),
    (0, b"(\xb5/\xfd", "zstd"),
    (0, b"Rar!\x1a\7", "rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"\x1aE\xdf\xa3", "matroska"),
    (0, b"FLV\1", "flv"),
    (0, b"OggS", "ogg"),
    (0, b"fLaC", "flac"),
    (0, b"ID3", "mp3"),
    (0, b"#!AMR", "amr"),
    (0, b"\0\0\1\xba", "mpeg"),
    (0, b"\0\0\1\xb3", "mpeg"),
    (0, b"\0\0\1\0", "ico"),
    (0, b"\0\0\2\0", "cur"),
    (0, b"8BPS", "psd"),
    (0, b"\xff\x0a", "jpeg-xl"),
    (0, b"\0\0\0\x0cJXL ", "jpeg-xl"),
    (0, b"\0\0\0\x0cjP  ", "jpeg-2000"),
    (0, b"\xffO\xffQ", "jpeg-2000"),
    (0, b"%!PS", "postscript"),
    (0, b"\xc5\xd0\xd3\xc6", "postscript"),
    (0, b"v/1\1", "openexr"),
    (0, b"DDS ", "dds"),
    (0, b"SIMPLE  =", "fits"),
    (0, b"MZ", "executable"),
    (0, b"\x7fELF", "executable"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ms-office"),
)
RIFF = {b"WEBP": "webp", b"AVI ": "avi", b"WAVE": "wav"}
HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
BITMAP_HEADERS = {12, 16, 40, 52, 56, 64, 108, 124}
MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!|\?|[a-z])", re.IGNORECASE)
SVG = re.compile(rb"<(?:\w+:)?svg[\s>/]", re.IGNORECASE)
HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|title|meta|iframe)[\s>/]", re.IGNORECASE)
PORTABLE = re.compile(rb"P[1-7][\s#]")


def sniff(data: bytes) -> str:
    """The format's name in small letters; `unknown` where none fits."""
    head = bytes(data[:LOOKED_AT])
    for place, signature, name in SIGNATURES:
        if head.startswith(signature, place):
            return name
    if head[4:8] == b"ftyp":
        return container(head)
    if head[:4] == b"RIFF":
        return RIFF.get(head[8:12], "riff")
    if head[:1] == b"\xff" and head[1:2] >= b"\xe0":
        return "mp3"
    if is_bitmap(head):
        return "bmp"
    if PORTABLE.match(head):
        return "portable-anymap"
    if MARKUP.match(head):
        return "svg" if SVG.search(head) else "html" if HTML.search(head) else "xml"
    return "unknown"


def container(head: bytes) -> str:
    """Pictures and films in ISO boxes tell their kind by brands."""
    length = struct.unpack(">I", head[:4])[0]
    brands = {head[8:12], *(head[place : place + 4] for place in range(16, min(length, len(head)) - 3, 4))}
    if brands & {b"avif", b"avis"}:
        return "avif"
    if brands & HEIC:
        return "heic"
    return "quicktime" if head[8:12] == b"qt  " else "mp4"


def is_bitmap(head: bytes) -> bool:
    """Its magic is two letters that many texts begin with, so that the header's length is asked, too."""
    return head[:2] == b"BM" and len(head) >= 18 and struct.unpack("<I", head[14:18])[0] in BITMAP_HEADERS
