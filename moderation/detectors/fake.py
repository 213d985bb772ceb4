"""Deterministic engines for tests: they see exactly what the content tells them to see."""

import re
from dataclasses import replace

from moderation.detectors.base import DetectorSpec, Health, RawHit, RawLabel

MARKER = re.compile(r"\[\[fake:([a-z_.]{1,40})=(\d{1,3}(?:\.\d{1,2})?)\]\]")
BREAK = "[[fake:break]]"
BLIND = "[[reader:break]]"
DEAF, FOREIGN = "[[hearer:break]]", "[[hearer:foreign]]"


class FakeEngine:
    """`[[fake:porn=91.5]]` is a hit of `porn` at 91.5; `[[fake:break]]` raises."""

    spec = DetectorSpec(
        name="fake",
        version="1",
        content_types=frozenset({"text"}),
        labels=(RawLabel("*", "Whatever the text says."),),
    )

    def setup(self) -> None:
        """Nothing to load."""

    def health(self) -> Health:
        return Health(self.inspect("[[fake:porn=50]]")[0].score == 50)

    def inspect(self, text: str) -> list[RawHit]:
        if BREAK in text:
            raise RuntimeError("The text told the engine to break.")
        return [
            RawHit(match[1], min(float(match[2]), 100.0), match.start(), match.end(), match[0])
            for match in MARKER.finditer(text)
        ]


# The first pixel says that a message follows, the red of the next ones are its bytes up to a zero.
OPENING = (1, 2, 3)


class FakePictureEngine:
    """Finds in a picture what FakeEngine finds in the message that its first row of pixels spells."""

    spec = DetectorSpec(
        name="fake_picture",
        version="1",
        content_types=frozenset({"image"}),
        labels=(RawLabel("*", "Whatever the picture says."),),
    )

    def setup(self) -> None:
        """Nothing to load."""

    def health(self) -> Health:
        return Health(True)

    def inspect(self, content) -> list[RawHit]:
        message = spelt(content)
        hits = FakeEngine().inspect(message)
        return [RawHit(hit.raw, hit.score, text=hit.text, box=(0, 0, len(message), 1)) for hit in hits]


class FakeReader(FakePictureEngine):
    """Reads the message as text in the picture, line by line."""

    spec = DetectorSpec(
        name="fake_reader",
        version="1",
        content_types=frozenset({"image"}),
        labels=(RawLabel("line", "A line of text."),),
        reads_text=True,
        reads_lines=True,
    )

    def inspect(self, content) -> list[RawHit]:
        message = spelt(content)
        if BLIND in message:
            raise RuntimeError("The picture told the reader to break.")
        return [
            RawHit("line", 99.0, text=line, box=(0, number, len(line), 1))
            for number, line in enumerate(message.split("\n"))
            if line.strip()
        ]


def spelt(pixels) -> str:
    row = pixels[0]
    if tuple(row[0].tolist()) != OPENING:
        return ""
    return decoded(row[1:, 0])


def message_in(samples) -> str:
    """In a sound each sample is a byte, 64 times as loud."""
    if tuple(samples[:3].tolist()) != OPENING:
        return ""
    return decoded(samples[3:10_000] // 64 & 0xFF)


def decoded(numbers) -> str:
    return bytes(numbers.tolist()).partition(b"\0")[0].decode(errors="replace")


class FakeHearer:
    """Hears in a sound the words of the message that its first samples spell, ten in a second."""

    spec = DetectorSpec(
        name="fake_hearer",
        version="1",
        content_types=frozenset({"audio"}),
        labels=(RawLabel("words", "Words."), RawLabel("unheard", "Speech that it does not understand.")),
        languages=("en",),
        reads_text=True,
        reads_lines=True,
    )

    def setup(self) -> None:
        """Nothing to load."""

    def health(self) -> Health:
        return Health(True)

    def inspect(self, content) -> list[RawHit]:
        message = message_in(content)
        if DEAF in message:
            raise RuntimeError("The sound told the hearer to break.")
        if FOREIGN in message:
            return [RawHit("unheard", 100.0, note="xx")]
        return [
            RawHit("words", 99.0, text=word, at=(100 * number, 100 * number + 100))
            for number, word in enumerate(message.split())
        ]


class FakeBeginner(FakeHearer):
    """The same, and nobody relies on it."""

    spec = replace(FakeHearer.spec, name="fake_beginner", is_experimental=True)
