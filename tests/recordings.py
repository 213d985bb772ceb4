"""Files of audio and video as tests need them: a tone that plays, and heads that only look like one."""

import io
import math
import struct
import wave

RATE = 8000


def tone(seconds: float = 0.5) -> bytes:
    """A WAV that every player can play."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(RATE)
        places = range(int(seconds * RATE))
        out.writeframes(bytes(128 + int(60 * math.sin(place * 2 * math.pi * 440 / RATE)) for place in places))
    return file.getvalue()


def boxes(major: bytes, *brands: bytes) -> bytes:
    """The head of a file in ISO boxes."""
    body = major + b"\0\0\2\0" + b"".join(brands)
    return struct.pack(">I", len(body) + 8) + b"ftyp" + body + b"\0\0\0\x08free" * 8


FILM = boxes(b"isom", b"isom", b"avc1", b"mp41")
HEADS = {
    "mp4": FILM,
    "mov": boxes(b"qt  ", b"qt  "),
    "m4a": boxes(b"M4A ", b"M4A ", b"isom"),
    "webm": b"\x1aE\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + bytes(64),
    "mp3": b"ID3\x04\0\0\0\0\0\x0a" + bytes(64),
    "wav": tone(0.05),
    "ogg": b"OggS\0\2" + bytes(64),
    "flac": b"fLaC\0\0\0\x22" + bytes(64),
}
