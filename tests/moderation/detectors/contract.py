"""What every engine must hold to. Subclass, give an engine and examples, and the tests are yours."""

import time

import pytest

HOSTILE = [
    "",
    " ",
    "\0",
    "a" * 20_000,
    "1" * 20_000,
    "微信" * 5_000,
    ("加微信 " + "a-" * 50) * 50,
    "." * 10_000,
    "a." * 5_000,
    "1 - " * 5_000,
    "@" * 10_000,
    "http://" * 2_000,
    "\u202e\u200b\ufe0f" * 3_000,
    "ﷺ" * 2_000,
    "\U0001f469\u200d\U0001f4bb" * 2_000,
    "".join(map(chr, range(1, 0x3000))),
]
SECONDS = 2.0


class DetectorContract:
    """`hits`: (text, raw label); `misses`: texts in which nothing is seen."""

    detector = None
    hits: list[tuple[str, str]] = []
    misses: list[str] = []

    @pytest.fixture
    def engine(self):
        engine = self.detector()
        engine.setup()
        return engine

    def test_is_healthy(self, engine):
        health = engine.health()

        assert health.is_ok, health.note

    def test_says_what_it_is(self, engine):
        spec = engine.spec

        assert spec.name and spec.version and spec.content_types and spec.labels and spec.licence
        assert not spec.leaves_host

    def test_sees_its_examples(self, engine):
        missed = [
            (text, raw) for text, raw in self.hits if raw not in {hit.raw for hit in engine.inspect(text)}
        ]

        assert missed == []

    def test_sees_nothing_elsewhere(self, engine):
        seen = [
            (text, hit.raw, hit.score)
            for text in self.misses
            for hit in engine.inspect(text)
            if hit.score >= 40
        ]

        assert seen == []

    def test_is_deterministic(self, engine):
        for text, _raw in self.hits:
            assert engine.inspect(text) == engine.inspect(text)

    def test_names_declared_labels_scores_and_places(self, engine):
        declared = {label.code for label in engine.spec.labels}
        for text in [*HOSTILE, *self.misses, *(text for text, _raw in self.hits)]:
            for hit in engine.inspect(text):
                assert hit.raw in declared or "*" in declared
                assert 0 <= hit.score <= 100
                assert 0 <= hit.start < hit.end <= len(text)
                assert text[hit.start : hit.end] == hit.text

    @pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
    def test_stands_hostile_text(self, engine, text):
        started = time.process_time()
        engine.inspect(text)

        assert time.process_time() - started < SECONDS
