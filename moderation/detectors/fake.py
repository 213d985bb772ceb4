"""A deterministic engine for tests: it sees exactly what the text tells it to see."""

import re

from moderation.detectors.base import DetectorSpec, Health, RawHit, RawLabel

MARKER = re.compile(r"\[\[fake:([a-z_.]{1,40})=(\d{1,3}(?:\.\d{1,2})?)\]\]")
BREAK = "[[fake:break]]"


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
