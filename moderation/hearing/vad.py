"""Where somebody may be speaking, by silero-vad: its weights and the runtime, none of its code.

Where these are not installed all of a recording counts as speech: nobody takes for silence what was not
looked into.
"""

from functools import cache

import numpy
import structlog

from moderation.detectors import onnx_file
from moderation.detectors.base import EngineMissing
from moderation.detectors.onnx_net import open_session
from moderation.detectors.weights import VOICE
from moderation.hearing.spans import RATE, Span, length_ms, samples_of

WINDOW, CONTEXT = 512, 64  # samples that the net is shown at a time, and those before them
WINDOW_MS = WINDOW * 1000 / RATE
# From this likelihood on speech begins, and only under the lower one it ends.
SPEECH, SILENCE = 0.5, 0.35
SHORTEST_PAUSE_MS = 300
# Shorter than this is a click or a cough.
SHORTEST_SPEECH_MS = 130
# The edges of words are quieter than what tells speech, and recognisers want some silence around them.
MARGIN_MS = 300

log = structlog.get_logger(__name__)


class Listener:
    """Hears a recording piece by piece, however it is cut: what it knows goes from one piece to the next."""

    def __init__(self, *, start_ms: int = 0):
        self.session = session()
        self.start_ms = start_ms
        self.state = numpy.zeros((2, 1, 128), numpy.float32)
        self.context = numpy.zeros(CONTEXT, numpy.float32)
        self.rest = numpy.empty(0, numpy.int16)
        self.samples = 0
        self.windows = 0
        self.began: int | None = None
        self.paused: int | None = None
        self.last_end = 0

    def hear(self, pcm: bytes) -> list[Span]:
        """The stretches of speech that ended in this piece."""
        given = samples_of(pcm)
        self.samples += given.size
        return self.heard(given)

    def end(self) -> list[Span]:
        """What was still being said when the recording ended."""
        found = self.heard(numpy.zeros(-self.rest.size % WINDOW, numpy.int16))
        if self.began is not None:
            found += self.ended(self.windows if self.paused is None else self.paused)
        last = self.start_ms + self.samples * 1000 // RATE
        return [Span(span.start_ms, min(span.end_ms, last)) for span in found if span.start_ms < last]

    def heard(self, given: numpy.ndarray) -> list[Span]:
        given = numpy.concatenate([self.rest, given])
        whole = given.size - given.size % WINDOW
        self.rest = given[whole:]
        return [span for window in given[:whole].reshape(-1, WINDOW) for span in self.noted(window)]

    def noted(self, window: numpy.ndarray) -> list[Span]:
        likelihood, place = self.likelihood(window), self.windows
        self.windows += 1
        if likelihood >= SPEECH:
            self.paused = None
            if self.began is None:
                self.began = place
        elif self.began is not None and likelihood < SILENCE:
            if self.paused is None:
                self.paused = place
            if (self.windows - self.paused) * WINDOW_MS >= SHORTEST_PAUSE_MS:
                return self.ended(self.paused)
        return []

    def ended(self, place: int) -> list[Span]:
        began, self.began, self.paused = self.began, None, None
        if (place - began) * WINDOW_MS < SHORTEST_SPEECH_MS:
            return []
        first = max(self.last_end, round(began * WINDOW_MS) - MARGIN_MS)
        self.last_end = round(place * WINDOW_MS) + MARGIN_MS
        return [Span(self.start_ms + first, self.start_ms + self.last_end)]

    def likelihood(self, window: numpy.ndarray) -> float:
        sound = window.astype(numpy.float32) / 32768
        shown = numpy.concatenate([self.context, sound])[numpy.newaxis]
        given = {"input": shown, "state": self.state, "sr": numpy.array(RATE, numpy.int64)}
        found, self.state = self.session.run(None, given)
        self.context = sound[-CONTEXT:]
        return float(found[0, 0])


def speech_in(pcm: bytes, *, start_ms: int = 0) -> list[Span]:
    """Where somebody may be speaking, in the time of the recording in which `pcm` begins there."""
    if note := missing():
        log.warning("speech_not_looked_for", why=note)
        return [Span(start_ms, start_ms + length_ms(pcm))] if pcm else []
    listener = Listener(start_ms=start_ms)
    return listener.hear(pcm) + listener.end()


def missing() -> str:
    """Why nothing here tells speech from silence; blank where something does."""
    try:
        session()
    except EngineMissing as error:
        return str(error.args[0])
    return ""


@cache
def session():
    content = VOICE.read()
    onnx_file.check(content)
    return open_session(content)
