import io
import json

import pytest
from django.core.management import CommandError, call_command

from moderation.detectors import measuring, registry
from moderation.detectors.base import DetectorSpec, Health, RawLabel
from moderation.detectors.fake import FakeEngine

HERE = "tests.moderation.detectors.test_engines_command"


class Unwell(FakeEngine):
    spec = DetectorSpec("unwell", "1", frozenset({"text"}), (RawLabel("x", "x"),), is_warm=True)

    def health(self):
        return Health(False, "saw nothing")


class Dying(FakeEngine):
    spec = DetectorSpec("dying", "1", frozenset({"text"}), (RawLabel("x", "x"),), is_warm=True)

    def setup(self):
        raise SystemExit(3)


@pytest.fixture
def engines():
    def engines(*names: str, as_json=True) -> tuple[int, object]:
        out, code = io.StringIO(), 0
        try:
            call_command("engines", *names, as_json=as_json, stdout=out)
        except SystemExit as exit:
            code = exit.code
        return code, json.loads(out.getvalue()) if as_json else out.getvalue()

    return engines


@pytest.fixture
def only(monkeypatch):
    """Other engines than the settings name; the process that measures them reads the environment."""

    def only(*paths: str):
        monkeypatch.setenv("ASSAY_DETECTORS", ",".join(paths))
        found = [registry.discovery.named(path) for path in paths]
        monkeypatch.setattr(registry.discovery, "find", lambda: found)
        registry.forget()

    yield only
    monkeypatch.undo()
    registry.forget()


class TestTheCommand:
    def test_measures_every_engine_that_is_installed(self, engines):
        code, found = engines("patterns", "barcodes", "opennsfw")

        assert code == 0
        assert [(one["name"], one["state"]) for one in found] == [
            ("patterns", "healthy"),
            ("barcodes", "healthy"),
            ("opennsfw", "healthy"),
        ]
        assert all(one["milliseconds"] > 0 and one["bytes"] >= 0 and one["version"] for one in found)
        assert [one["runs"] for one in found] == ["in place", "workers", "workers"]
        assert [one["are_weights_verified"] for one in found] == [False, False, True]
        assert found[2]["weights"]["open-nsfw.onnx"].startswith("864bb37b")

    def test_prints_a_table(self, engines):
        code, text = engines("patterns", as_json=False)
        head, row = text.strip().splitlines()

        assert code == 0
        assert head.split()[:3] == ["engine", "version", "sees"]
        assert row.split()[:4] == ["patterns", "1", "text", "Apache-2.0"]

    def test_fails_where_an_installed_engine_is_unwell(self, engines, only):
        only(f"{HERE}.Unwell", "moderation.detectors.patterns.engine.PatternEngine")

        code, found = engines()

        assert code == 1
        assert [(one["name"], one["state"]) for one in found] == [
            ("unwell", "unhealthy"),
            ("patterns", "healthy"),
        ]

    def test_says_so_when_an_engine_takes_its_process_with_it(self, engines, only):
        only(f"{HERE}.Dying")

        assert [(one["state"], one["note"]) for one in engines()[1]] == [("broken", "Its process ended.")]

    def test_does_not_fail_for_what_is_not_installed(self, monkeypatch):
        entry = registry.EngineEntry(
            "gone", None, registry.EngineState.MISSING, "The package gone is not here."
        )

        one = measuring.measure(entry)

        assert one.is_well and one.note == "The package gone is not here."

    def test_knows_no_other_names(self):
        with pytest.raises(CommandError, match="nothing_like_it"):
            call_command("engines", "nothing_like_it")
