"""Stretches of a recording, and its sound as numbers. Pure."""

from dataclasses import dataclass

import numpy

RATE = 16_000  # samples in a second: all sound here is 16 kHz, mono, 16 bit
BYTES_A_SECOND = 2 * RATE


@dataclass(frozen=True, slots=True, order=True)
class Span:
    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms


def samples_of(pcm: bytes) -> numpy.ndarray:
    """Half a sample at the end, as a file that was cut leaves it, is left out."""
    return numpy.frombuffer(pcm, "<i2", len(pcm) // 2)


def length_ms(pcm: bytes) -> int:
    return round(len(pcm) // 2 * 1000 / RATE)


def part_of(pcm: bytes, span: Span, *, start_ms: int = 0) -> bytes:
    """What sounds in a span, of sound that begins at `start_ms`."""
    first, last = ((edge - start_ms) * RATE // 1000 * 2 for edge in (span.start_ms, span.end_ms))
    return pcm[max(0, first) : max(0, last)]
