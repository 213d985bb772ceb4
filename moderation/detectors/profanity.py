"""Offensive English, by the linear model inside alt-profanity-check.

It weighs single words and knows no context ("I love my gay friends" scores 71), so its scores are meant
for review: the label's thresholds are 80 and 97. What it does not read, other languages, it does not judge.
"""

import io
import re
import warnings

from django.utils.translation import gettext_lazy as _

from moderation.detectors.base import DetectorSpec, EngineMissing, Health, RawHit, RawLabel
from moderation.detectors.languages import EnglishGate, may_be_english
from moderation.detectors.packages import load
from moderation.detectors.weights import PROFANITY_MODEL, PROFANITY_WORDS, pins

LONGEST = 10_000
# The worst sentence counts: over a long text a single insult would be diluted. Shorter ones are joined.
PASSAGE = 25
BREAK = re.compile(r"(?<=[.!?\n])\s+|\n")
GOLDEN = (("You are a stupid idiot", 99.0, 100.0), ("The library opens at nine", 0.0, 40.0))


class ProfanityEngine:
    spec = DetectorSpec(
        name="profanity",
        version="1.9.1",
        content_types=frozenset({"text"}),
        labels=(RawLabel("offensive", "Offensive and abusive English", floor=40.0),),
        languages=("en",),
        licence="MIT",
        weights_licence="MIT",
        weights=pins(PROFANITY_MODEL, PROFANITY_WORDS),
        is_warm=True,
        cost=3.0,
        packages=("joblib", "sklearn", "py3langid"),
    )

    def look_for(self) -> None:
        PROFANITY_MODEL.look_for(), PROFANITY_WORDS.look_for()

    def setup(self) -> None:
        files = [one.read() for one in (PROFANITY_MODEL, PROFANITY_WORDS)]
        joblib, exceptions = load("joblib"), load("sklearn.exceptions")
        with warnings.catch_warnings():
            warnings.simplefilter("error", exceptions.InconsistentVersionWarning)
            try:
                self.model, self.vectorizer = (joblib.load(io.BytesIO(one)) for one in files)
            except exceptions.InconsistentVersionWarning as error:
                raise EngineMissing(
                    _("Another scikit-learn is installed than the one the model needs.")
                ) from error
        self.gate = EnglishGate()

    @staticmethod
    def concerns(content: str) -> bool:
        return may_be_english(content)

    def health(self) -> Health:
        scores = [self.score(text) for text, _least, _most in GOLDEN]
        fits = [least <= score <= most for score, (_text, least, most) in zip(scores, GOLDEN, strict=True)]
        return Health(all(fits), f"scored {[round(score, 1) for score in scores]}")

    def inspect(self, text: str) -> list[RawHit]:
        text = text[:LONGEST]
        if not self.gate.lets_through(text):
            return []
        passages = list(passages_of(text))
        if not passages:
            return []
        scores = self.scores([text[start:end] for start, end in passages])
        best = max(range(len(passages)), key=lambda index: scores[index])
        start, end = passages[best]
        return [RawHit("offensive", round(scores[best], 2), start, end, text[start:end])]

    def score(self, text: str) -> float:
        return self.scores([text])[0]

    def scores(self, texts: list[str]) -> list[float]:
        return [float(p) * 100 for p in self.model.predict_proba(self.vectorizer.transform(texts))[:, 1]]


def passages_of(text: str):
    """Places of sentences put together to passages, without the white space around them."""
    start = 0
    for match in [*BREAK.finditer(text), None]:
        end = match.end() if match else len(text)
        if match is None or end - start >= PASSAGE:
            stripped = text[start:end].strip()
            if stripped:
                left = start + text[start:end].index(stripped)
                yield left, left + len(stripped)
            start = end
