"""Speech by a model of your own: a folder that ASSAY_SPEECH_MODEL names, run by sherpa-onnx.

None comes with the product: good ones weigh hundreds of megabytes, and which languages they must understand
depends on who speaks. Kinds that are known: SenseVoice, Paraformer, Whisper, and offline transducers.
"""

from difflib import SequenceMatcher
from math import exp
from pathlib import Path

import numpy
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from moderation.detectors.base import DetectorSpec, EngineMissing, Health, RawHit, RawLabel
from moderation.detectors.packages import load
from moderation.detectors.speech_files import (
    RATE,
    FolderRefused,
    Manifest,
    Model,
    golden_of,
    model_in,
    read_manifest,
    require_there,
    require_unchanged,
)
from moderation.detectors.speech_timing import timed

NAME = "speech_folder"
# How like the golden sound's words those must be that are heard in it.
LEAST_LIKE = 0.8
LABELS = (
    RawLabel("words", "Words in a stretch of speech"),
    RawLabel("unheard", "Speech in a language that the model was not made for"),
)


class SpeechFolderEngine:
    spec: DetectorSpec

    def __init__(self):
        self.folder = Path(settings.ASSAY_SPEECH_MODEL) if settings.ASSAY_SPEECH_MODEL else None
        self.manifest: Manifest | None = None
        self.problem: EngineMissing | None = None
        try:
            self.manifest = self.read()
        except EngineMissing as error:
            self.problem = error
        self.spec = spec_of(self.manifest)

    def read(self) -> Manifest:
        if self.folder is None:
            raise FolderRefused(_("ASSAY_SPEECH_MODEL names no folder with a speech model."))
        return read_manifest(self.folder)

    def look_for(self) -> None:
        if self.problem is not None:
            raise self.problem
        require_there(self.folder, self.manifest.files)

    def setup(self) -> None:
        """The library opens its files by itself: they are checked here, right before."""
        self.look_for()
        require_unchanged(self.folder, self.manifest.files)
        self.recogniser = opened(model_in(self.folder, self.manifest.files))

    def health(self) -> Health:
        heard = self.heard(golden_of(self.folder / self.manifest.golden.file)).text
        like = SequenceMatcher(None, plain(heard), plain(self.manifest.golden.says), autojunk=False).ratio()
        return Health(like >= LEAST_LIKE, f"heard {heard!r}, {like:.2f} like what it says")

    def inspect(self, content: numpy.ndarray) -> list[RawHit]:
        if not content.any():
            return []
        found = self.heard(content)
        language = language_of(found)
        if language and language not in self.manifest.languages:
            return [RawHit("unheard", 100.0, note=language)]
        score = score_of(found)
        words = timed(found.text, found.tokens, found.timestamps, total_ms=content.size * 1000 // RATE)
        return [RawHit("words", score, text=word, note=language, at=at) for word, at in words]

    def heard(self, content: numpy.ndarray):
        stream = self.recogniser.create_stream()
        stream.accept_waveform(RATE, content.astype(numpy.float32) / 32768)
        self.recogniser.decode_stream(stream)
        return stream.result


def spec_of(manifest: Manifest | None) -> DetectorSpec:
    return DetectorSpec(
        name=NAME,
        version=f"{manifest.name}, {manifest.version}" if manifest else "–",
        content_types=frozenset({"audio"}),
        labels=LABELS,
        languages=tuple(sorted(manifest.languages)) if manifest else (),
        licence="Apache-2.0",
        weights_licence=(manifest.licence if manifest else "") or "–",
        weights=dict(manifest.files) if manifest else {},
        packages=("sherpa_onnx",),
        is_warm=True,
        reads_text=True,
        reads_lines=True,
        cost=3000.0,
        seconds=120.0,
    )


def opened(model: Model):
    """The recogniser of its kind: one thread, no graphics; which language it hears it finds out itself."""
    recogniser = load("sherpa_onnx").OfflineRecognizer
    files = {part: str(path) for part, path in model.files.items()}
    match model.kind:
        case "sense_voice":
            return recogniser.from_sense_voice(**files, num_threads=1, language="", use_itn=True)
        case "paraformer":
            return recogniser.from_paraformer(
                paraformer=files["model"], tokens=files["tokens"], num_threads=1
            )
        case "whisper":
            return recogniser.from_whisper(**files, num_threads=1, language="", task="transcribe")
    return recogniser.from_transducer(**files, num_threads=1)


def language_of(found) -> str:
    """What the model says that it heard; blank for models that do not say."""
    return found.lang.strip("<|>").lower()


def score_of(found) -> float:
    """How sure it is of its words on the whole; a model that does not say is taken at its word."""
    if not found.ys_log_probs:
        return 100.0
    return round(100 * min(1.0, exp(sum(found.ys_log_probs) / len(found.ys_log_probs))), 2)


def plain(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())
