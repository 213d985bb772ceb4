"""English speech, by pocketsphinx with the model inside its package. An experiment, and marked as one.

It needs no other files and runs everywhere, and it hears every third word of clear readings wrong. Of what
is not English it makes English words. So it may find, and it never vouches: see `is_experimental`.
"""

import re

import numpy

from moderation.detectors import golden_sound
from moderation.detectors.base import DetectorSpec, Health, RawHit, RawLabel
from moderation.detectors.packages import load
from moderation.detectors.weights import ENGLISH_SPEECH, pins

RATE = 16_000
FRAME_MS = 10
# Silences, breaths and noises have names of their own; a number tells which way a word was spoken.
NO_WORD, WAY = re.compile(r"[<\[+]"), re.compile(r"\(\d+\)\Z")
MODEL = {"dict": "cmudict-en-us.dict", "lm": "en-us.lm.bin", "hmm": "mdef"}


class SphinxEngine:
    spec = DetectorSpec(
        name="speech_sphinx",
        version="5.1.1",
        content_types=frozenset({"audio"}),
        labels=(RawLabel("words", "Words in a stretch of speech"),),
        languages=("en",),
        licence="BSD-2-Clause",
        weights_licence="BSD-2-Clause",
        weights=pins(*ENGLISH_SPEECH),
        packages=("pocketsphinx",),
        is_warm=True,
        reads_text=True,
        reads_lines=True,
        is_experimental=True,
        cost=30_000.0,
        seconds=180.0,
    )

    def look_for(self) -> None:
        for one in ENGLISH_SPEECH:
            one.look_for()

    def setup(self) -> None:
        """The library opens its files by itself: they are checked here, right before."""
        for one in ENGLISH_SPEECH:
            one.read()
        places = {one.name: one.path() for one in ENGLISH_SPEECH}
        files = {name: places[file] for name, file in MODEL.items()}
        files["hmm"] = files["hmm"].parent
        self.decoder = load("pocketsphinx").Decoder(
            **{name: str(path) for name, path in files.items()}, samprate=RATE, loglevel="FATAL"
        )

    def health(self) -> Health:
        heard = " ".join(hit.text for hit in self.inspect(golden_sound.sentence()))
        return Health(heard == golden_sound.SAYS, f"heard {heard!r}")

    def inspect(self, content: numpy.ndarray) -> list[RawHit]:
        if not content.any():
            return []
        # Without this it goes on with what it took for noise in the sound before.
        self.decoder.reinit_feat()
        self.decoder.start_utt()
        self.decoder.process_raw(content.tobytes(), full_utt=True)
        self.decoder.end_utt()
        return [
            RawHit(
                "words",
                round(100 * min(max(segment.prob, 0.0), 1.0), 2),
                text=WAY.sub("", segment.word),
                at=(segment.start_frame * FRAME_MS, (segment.end_frame + 1) * FRAME_MS),
            )
            for segment in self.decoder.seg() or ()
            if not NO_WORD.match(segment.word)
        ]
