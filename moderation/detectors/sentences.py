"""Sentences as points: a multilingual encoder with its weights inside a package, for heads to judge by.

One text alone costs some 135 ms, in a batch some 12: embed together what is there together.
"""

import base64
from collections.abc import Sequence

import numpy

from moderation.detectors.base import DetectorSpec, Health, RawHit
from moderation.detectors.packages import load
from moderation.detectors.weights import SENTENCE_PIECES, SENTENCES, pins

VECTOR = "vector"
DIMENSIONS = 512
LONGEST = 4_000
LANGUAGES = ("ar", "zh", "nl", "en", "fr", "de", "it", "ja", "ko", "pl", "pt", "ru", "es", "th", "tr")
# Of the same meaning in two languages, and of another meaning: how near they must and may be.
GOLDEN = ("You are an idiot, get lost", "你真是个白痴，滚开", "The library opens at nine")
LEAST_NEAR, MOST_FAR = 0.45, 0.25


class SentenceEncoder:
    """Engine-like: it is set up, checked and kept warm as engines are, and sees no labels of its own."""

    spec = DetectorSpec(
        name="sentences",
        version="use-multilingual-3",
        content_types=frozenset({"text"}),
        labels=(),
        languages=LANGUAGES,
        licence="Apache-2.0",
        weights_licence="Apache-2.0",
        weights=pins(SENTENCES, SENTENCE_PIECES),
        is_warm=True,
        cost=135.0,
    )

    def look_for(self) -> None:
        SENTENCES.look_for(), SENTENCE_PIECES.look_for()

    def setup(self) -> None:
        SENTENCES.read(), SENTENCE_PIECES.read()
        self.encoder = load(SENTENCES.package).USE(threads=1)

    def health(self) -> Health:
        first, same, other = self.embed(GOLDEN).astype(numpy.float32)
        near, far = float(first @ same), float(first @ other)
        return Health(near >= LEAST_NEAR and far <= MOST_FAR, f"near {near:.2f}, far {far:.2f}")

    def inspect(self, content: str) -> list[RawHit]:
        """No sighting but the embedding itself, in the form in which engine workers can hand it on."""
        return [RawHit(VECTOR, 0.0, text=base64.b85encode(self.embed([content])[0].tobytes()).decode())]

    def embed(self, texts: Sequence[str]) -> numpy.ndarray:
        """One row of 512 numbers of length 1 per text, as float16."""
        if not texts:
            return numpy.empty((0, DIMENSIONS), numpy.float16)
        return self.encoder.encode([text[:LONGEST] for text in texts]).astype(numpy.float16)


# What vectors of this encoder are told apart by, where they are stored and where heads name it.
EMBEDDER = SentenceEncoder.spec.version
EMBEDDER_SHA256 = SENTENCES.sha256

_encoder: list[SentenceEncoder] = []


def vector_of(hit: RawHit) -> numpy.ndarray:
    return numpy.frombuffer(base64.b85decode(hit.text), numpy.float16)


def embed_texts(texts: Sequence[str]) -> numpy.ndarray:
    """Many texts together, in this process, which then holds the encoder's 170 MB: for jobs."""
    if not _encoder:
        encoder = SentenceEncoder()
        encoder.setup()
        _encoder.append(encoder)
    return _encoder[0].embed(texts)
