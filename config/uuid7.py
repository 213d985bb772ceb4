"""UUIDs that sort by time, so that an index on them grows at its end."""

import os
import time
import uuid

VERSION = 0x7 << 76
VARIANT = 0b10 << 62


def uuid7() -> uuid.UUID:
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    high, low = random >> 68, random & ((1 << 62) - 1)
    return uuid.UUID(int=(milliseconds & ((1 << 48) - 1)) << 80 | VERSION | high << 64 | VARIANT | low)
