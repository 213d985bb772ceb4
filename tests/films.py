"""Small films that every decoder opens, as long in bytes as a test needs them."""

import io
import struct
from functools import cache

import av
import numpy as np

SIDES = (160, 120)
RATE = 10


@cache
def small_film(seconds: int = 1) -> bytes:
    """A grey field with a bar that moves through it."""
    file = io.BytesIO()
    width, height = SIDES
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(seconds * RATE):
            picture = np.full((height, width, 3), 90, dtype=np.uint8)
            place = number * 7 % (width - 20)
            picture[:, place : place + 20] = (230, 120, 40)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode())
    return file.getvalue()


def free_box(length: int) -> bytes:
    """The head of a box of so many bytes that players pass over."""
    return struct.pack(">I4s", length + 8, b"free")


def film_of(data: bytes) -> bytes:
    """A film that carries these bytes behind its end."""
    return small_film() + free_box(len(data)) + data
