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
    "mkv": b"\x1aE\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x88matroska" + bytes(64),
    "avi": b"RIFF\0\0\0\0AVI LIST" + bytes(64),
    "flv": b"FLV\1\5\0\0\0\x09" + bytes(64),
    "mpegts": (b"G" + bytes(187)) * 6,
    "mpeg": b"\0\0\1\xba\x44" + bytes(64),
    "asf": b"0&\xb2u\x8ef\xcf\x11\xa6\xd9\0\xaa\0b\xcel" + bytes(64),
    "amr": b"#!AMR\n" + bytes(64),
    "aac": (b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(9)) * 4,
}
