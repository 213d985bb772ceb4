"""Models of one's own: how folders are read, what is chosen, what is refused.

No weights are here: the nets are made up, and the library that would run them is a fake.
"""

import json
import wave
from types import SimpleNamespace

import numpy
import pytest
from django.core.management import CommandError, call_command

from moderation.detectors import packages, registry, speech_folder
from moderation.detectors.base import EngineMissing
from moderation.detectors.golden_sound import SAYS, sentence
from moderation.detectors.speech_files import MANIFEST, model_in
from moderation.detectors.speech_folder import SpeechFolderEngine
from moderation.detectors.speech_timing import timed
from tests.moderation.detectors.onnx_models import MEANS, mean_colours, message, model, node

SENSE_VOICE = {"model.int8.onnx": {"model_type": "sense_voice_ctc", "lang_auto": "0"}}
PARAFORMER = {"model.onnx": {"model_type": "paraformer"}}
WHISPER = {"tiny-encoder.int8.onnx": {"model_type": "whisper-tiny"}, "tiny-decoder.int8.onnx": {}}
TRANSDUCER = {"encoder-epoch-99.onnx": {"model_type": "zipformer2"}, "decoder.onnx": {}, "joiner.onnx": {}}
KINDS = {"sense_voice": SENSE_VOICE, "paraformer": PARAFORMER, "whisper": WHISPER, "transducer": TRANSDUCER}


def net(**facts: str) -> bytes:
    """A net that says something of itself."""
    return mean_colours() + b"".join(
        message(14, message(1, key) + message(2, of)) for key, of in facts.items()
    )


@pytest.fixture
def folder(tmp_path):
    def folder(nets, *, tokens="tokens.txt"):
        for name, facts in nets.items():
            (tmp_path / name).write_bytes(net(**facts))
        (tmp_path / tokens).write_text("<blk> 0\na 1\n")
        with wave.open(str(tmp_path / "sound.wav"), "wb") as file:
            file.setnchannels(1), file.setsampwidth(2), file.setframerate(16_000)
            file.writeframes(sentence().tobytes())
        return tmp_path

    return folder


@pytest.fixture
def noted(folder):
    """A folder with its manifest, as the command writes it."""

    def noted(nets, *, languages="zh,en", **options):
        made = folder(nets)
        call_command("speech_model", made, languages=languages, sound="sound.wav", says=SAYS, **options)
        return made

    return noted


class Library:
    """What stands where sherpa-onnx would: it hears what it is told to hear."""

    def __init__(self, **result):
        plain = {"text": SAYS, "lang": "", "tokens": [], "timestamps": [], "ys_log_probs": []}
        self.result = SimpleNamespace(**plain | result)
        self.asked: tuple[str, dict] | None = None
        self.given: numpy.ndarray | None = None

    def __getattr__(self, name):
        if not name.startswith("from_"):
            raise AttributeError(name)

        def made(**options):
            self.asked = name, options
            return self

        return made

    @property
    def OfflineRecognizer(self):  # noqa: N802 - the library's name
        return self

    def create_stream(self):
        return SimpleNamespace(accept_waveform=self.accept, result=self.result)

    def accept(self, rate, sound):
        assert rate == 16_000
        self.given = sound

    def decode_stream(self, stream):
        assert self.given.dtype == numpy.float32 and abs(self.given).max() <= 1


@pytest.fixture
def engine(settings, monkeypatch):
    def engine(folder, library=None) -> SpeechFolderEngine:
        settings.ASSAY_SPEECH_MODEL = str(folder)
        monkeypatch.setattr(speech_folder, "load", lambda name: library)
        found = SpeechFolderEngine()
        if library:
            found.setup()
        return found

    return engine


def why(engine) -> str:
    with pytest.raises(EngineMissing) as refusal:
        engine.setup()
    return str(refusal.value)


class TestAFolder:
    @pytest.mark.parametrize("kind", KINDS)
    def test_tells_the_kind_of_its_model(self, folder, kind):
        made = folder(KINDS[kind])
        found = model_in(made, [path.name for path in made.iterdir()])

        assert found.kind == kind
        assert found.files["tokens"] == made / "tokens.txt"

    @pytest.mark.parametrize("kind", KINDS)
    def test_is_given_to_the_recogniser_of_that_kind(self, noted, engine, kind):
        library = Library()
        made = noted(KINDS[kind])
        engine(made, library)

        name, options = library.asked
        assert name == f"from_{kind}" and options["num_threads"] == 1
        assert options["tokens"] == str(made / "tokens.txt")
        assert {str(made / net) for net in KINDS[kind]} <= {*map(str, options.values())}

    @pytest.mark.parametrize(
        "nets",
        [
            {"model.onnx": {"model_type": "wenet_ctc"}},
            {"encoder.onnx": {"model_type": "moonshine"}, "decoder.onnx": {}},
            {"encoder.onnx": {}, "joiner.onnx": {}},
            {},
        ],
    )
    def test_with_another_model_is_refused(self, folder, nets):
        made = folder(nets)

        with pytest.raises(EngineMissing, match="SenseVoice, Paraformer, Whisper"):
            model_in(made, [path.name for path in made.iterdir()])

    def test_with_two_models_is_refused(self, folder):
        made = folder(SENSE_VOICE | {"model.onnx": {}})

        with pytest.raises(EngineMissing, match="Two files are the model"):
            model_in(made, [path.name for path in made.iterdir()])

    def test_without_tokens_is_refused(self, folder):
        made = folder(SENSE_VOICE)

        with pytest.raises(EngineMissing, match="tokens"):
            model_in(made, ["model.int8.onnx"])

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "cannot be read"),
            (b"no model at all", "no ONNX model"),
            (model([*MEANS, node("Evil", ["means"], "x", domain="elsewhere")]), "custom operator"),
        ],
    )
    def test_whose_net_is_none_or_asks_for_more_is_refused(self, folder, content, reason):
        made = folder(SENSE_VOICE)
        (made / "model.int8.onnx").write_bytes(content)

        with pytest.raises(EngineMissing, match=reason):
            model_in(made, ["model.int8.onnx", "tokens.txt"])


class TestItsManifest:
    def test_describes_the_engine(self, noted, engine):
        spec = engine(noted(SENSE_VOICE, name="Small", model_version="7", licence="MIT")).spec

        assert (spec.version, spec.languages, spec.weights_licence) == ("Small, 7", ("en", "zh"), "MIT")
        assert sorted(spec.weights) == ["model.int8.onnx", "sound.wav", "tokens.txt"]
        assert not spec.is_experimental

    def test_holds_every_file_to_its_sum(self, noted, engine):
        made = noted(SENSE_VOICE)
        (made / "tokens.txt").write_text("<blk> 0\nb 1\n")

        assert "tokens.txt is not the one whose sum" in why(engine(made))

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"languages": []}, "languages"),
            ({"languages": ["English"]}, "languages"),
            ({"files": {"model.int8.onnx": "00", "tokens.txt": "00"}}, "files"),
            ({"files": {"../model.onnx": "0" * 64, "tokens.txt": "0" * 64}}, "no file of the folder"),
            ({"files": {"/etc/passwd": "0" * 64, "tokens.txt": "0" * 64}}, "no file of the folder"),
            ({"golden": {"file": "other.wav", "says": "something"}}, "no sum of other.wav"),
            ({"golden": None}, "golden"),
            ({"more": 1}, "more"),
        ],
    )
    def test_that_is_wrong_is_refused_with_the_reason(self, noted, engine, change, reason):
        made = noted(SENSE_VOICE)
        document = json.loads((made / MANIFEST).read_text())
        (made / MANIFEST).write_text(json.dumps(document | change))

        assert reason in why(engine(made))

    def test_that_is_not_there_or_no_json_is_refused(self, folder, engine):
        made = folder(SENSE_VOICE)
        assert f"no {MANIFEST}" in why(engine(made))

        (made / MANIFEST).write_text("{")
        assert "cannot be read" in why(engine(made))

    def test_may_name_only_what_is_there(self, noted, engine):
        made = noted(SENSE_VOICE)
        (made / "tokens.txt").unlink()

        assert why(engine(made)) == "The file tokens.txt is not in the folder."

    def test_is_not_needed_where_no_folder_is_named(self, settings):
        settings.ASSAY_SPEECH_MODEL = ""

        assert "ASSAY_SPEECH_MODEL" in why(SpeechFolderEngine())


class TestTheCommand:
    def test_takes_the_smaller_of_two_sizes(self, noted):
        made = noted(SENSE_VOICE | {"model.onnx": {"model_type": "sense_voice_ctc"}})

        assert "model.onnx" not in json.loads((made / MANIFEST).read_text())["files"]

    @pytest.mark.parametrize(
        ("options", "reason"),
        [
            ({"languages": "english"}, "languages"),
            ({"sound": "other.wav"}, "other.wav is not in the folder"),
            ({"sound": "tokens.txt"}, "cannot be read"),
        ],
    )
    def test_refuses_what_the_engine_would(self, folder, options, reason):
        made = folder(SENSE_VOICE)
        with pytest.raises(CommandError, match=reason):
            call_command(
                "speech_model", made, **{"languages": "zh", "sound": "sound.wav", "says": SAYS} | options
            )

        assert not (made / MANIFEST).exists()


class TestHearing:
    def test_gives_words_with_their_times(self, noted, engine):
        library = Library(
            text="Add me 加我",
            lang="<|zh|>",
            tokens=["▁Add", "▁me", "加", "我"],
            timestamps=[0.2, 0.5, 0.9, 1.1],
        )
        hits = engine(noted(SENSE_VOICE), library).inspect(sentence())

        assert [(hit.text, hit.at) for hit in hits] == [
            ("Add", (200, 500)),
            ("me", (500, 900)),
            ("加", (900, 1100)),
            ("我", (1100, 2010)),
        ]
        assert {(hit.raw, hit.score, hit.note) for hit in hits} == {("words", 100.0, "zh")}

    def test_says_so_where_the_language_is_none_of_the_models(self, noted, engine):
        library = Library(text="adicione-me", lang="pt")
        [hit] = engine(noted(WHISPER), library).inspect(sentence())

        assert (hit.raw, hit.note, hit.text) == ("unheard", "pt", "")

    def test_of_a_model_that_times_nothing_gives_the_whole_stretch(self, noted, engine):
        hits = engine(noted(WHISPER), Library(lang="en")).inspect(sentence())

        assert [hit.text for hit in hits] == SAYS.split()
        assert {hit.at for hit in hits} == {(0, 2010)}

    def test_of_silence_asks_nobody(self, noted, engine):
        library = Library()

        assert engine(noted(SENSE_VOICE), library).inspect(numpy.zeros(16_000, numpy.int16)) == []
        assert library.given is None

    def test_scores_as_the_model_does(self, noted, engine):
        hits = engine(noted(TRANSDUCER), Library(ys_log_probs=[-0.1, -0.3])).inspect(sentence())

        assert {hit.score for hit in hits} == {81.87}

    @pytest.mark.parametrize(
        ("heard", "is_ok"),
        [(SAYS, True), ("You were, all away.", True), ("something else", False)],
    )
    def test_is_well_if_it_hears_the_golden_sound(self, noted, engine, heard, is_ok):
        assert engine(noted(PARAFORMER), Library(text=heard)).health().is_ok is is_ok


class TestTimes:
    def test_stand_for_words_that_are_written_otherwise_than_their_tokens(self):
        found = timed("Call 555 now", ["call", "five", "now"], [0.1, 0.4, 1.0], total_ms=2000)

        assert found == [("Call", (100, 800)), ("555", (800, 1000)), ("now", (1000, 2000))]

    def test_never_go_back_or_over_the_end(self):
        found = timed("a b c", ["a", "b", "c"], [1.0, 0.5, 9.0], total_ms=2000)

        assert all(0 <= first <= last <= 2000 for _word, (first, last) in found)

    @pytest.mark.parametrize("text", ["", " ", "\n"])
    def test_of_nothing_are_none(self, text):
        assert timed(text, [], [], total_ms=100) == []


def test_the_library_takes_what_it_is_given():
    """The names of its makers and their parameters are what we call them by."""
    recogniser = packages.load("sherpa_onnx").OfflineRecognizer
    wanted = {
        "from_sense_voice": {"model", "tokens", "num_threads", "language", "use_itn"},
        "from_paraformer": {"paraformer", "tokens", "num_threads"},
        "from_whisper": {"encoder", "decoder", "tokens", "num_threads", "language", "task"},
        "from_transducer": {"encoder", "decoder", "joiner", "tokens", "num_threads"},
    }
    for name, parameters in wanted.items():
        code = getattr(recogniser, name).__func__.__code__
        assert parameters <= set(code.co_varnames[: code.co_argcount]), name


def test_without_a_folder_it_is_listed_as_missing(settings):
    settings.ASSAY_SPEECH_MODEL = ""
    settings.ASSAY_DETECTORS = ["moderation.detectors.speech_folder.SpeechFolderEngine"]
    registry.forget()
    try:
        [entry] = registry.entries()
        assert (entry.name, entry.state) == ("speech_folder", registry.EngineState.MISSING)
        assert registry.hearing() == []
    finally:
        registry.forget()
