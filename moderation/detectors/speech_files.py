"""A folder with a model that hears speech: what its files are, and whether they are what its manifest says.

`speech.json` in the folder names the files with their sums, the languages, and a sound with what it says. Of
which kind the model is, is read from the files: from their names, and from what the model says of itself.
"""

import hashlib
import mmap
import wave
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated

import msgspec
import numpy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from moderation.detectors import onnx_file
from moderation.detectors.base import EngineMissing

MANIFEST = "speech.json"
RATE = 16_000
LONGEST_MANIFEST, LONGEST_GOLDEN = 2**20, 60 * RATE
PARTS = ("encoder", "decoder", "joiner")
# Numbers of fields in onnx.proto.
MODEL_METADATA, ENTRY_KEY, ENTRY_VALUE = 14, 1, 2

Sum = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Language = Annotated[str, msgspec.Meta(pattern=r"\A[a-z]{2,3}\Z")]


class FolderRefused(EngineMissing):
    """The folder is not what can be used: its note says what to mend."""


class Golden(msgspec.Struct, forbid_unknown_fields=True):
    """A sound of the folder, and what must be heard in it."""

    file: Name
    says: Annotated[str, msgspec.Meta(min_length=3, max_length=2000)]


class Manifest(msgspec.Struct, forbid_unknown_fields=True):
    name: Name
    version: Name
    languages: Annotated[list[Language], msgspec.Meta(min_length=1)]
    files: Annotated[dict[Name, Sum], msgspec.Meta(min_length=2)]
    golden: Golden
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """`files` are those that the recogniser of this kind takes, by their part in it."""

    kind: str
    files: dict[str, Path]


def read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        if path.stat().st_size > LONGEST_MANIFEST:
            raise refused(_("{file} is too long."))
        return read_document(path.read_bytes())
    except OSError as error:
        note = _("There is no {file} in the folder of the speech model, {folder}: {error}")
        raise refused(note, folder=folder, error=error.strerror) from error


def read_document(content: bytes) -> Manifest:
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except msgspec.DecodeError as error:
        raise refused(_("{file} cannot be read: {error}"), error=error) from error
    for name in (*manifest.files, manifest.golden.file):
        require_inside(name)
    if manifest.golden.file not in manifest.files:
        raise refused(_("{file} names no sum of {name}."), name=manifest.golden.file)
    return manifest


def suited(folder: Path) -> list[str]:
    """The files of a folder as such models come: nets, of two sizes the smaller one, and tokens."""
    names = sorted(path.name for path in folder.iterdir() if path.is_file())
    small = {name for name in names if name.endswith(".int8.onnx")}
    large = {name.replace(".int8.onnx", ".onnx") for name in small}
    return [name for name in names if name.endswith((".onnx", "tokens.txt")) and name not in large]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Only one that can be read again."""
    content = msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
    read_document(content)
    (folder / MANIFEST).write_bytes(content)


def require_inside(name: str) -> None:
    parts = PurePosixPath(name)
    if parts.is_absolute() or ".." in parts.parts or "\\" in name or "\0" in name:
        raise refused(_("{name} is no file of the folder."), name=name)


def require_there(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        if not (folder / name).is_file():
            raise refused(_("The file {name} is not in the folder."), name=name)


def require_unchanged(folder: Path, sums: Mapping[str, str]) -> None:
    """Each file must be the one whose sum was noted: another model is another engine."""
    for name, wanted in sums.items():
        if sum_of(folder / name) != wanted:
            raise refused(_("The file {name} is not the one whose sum stands in {file}."), name=name)


def sum_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(path, error) from error


def model_in(folder: Path, names: Iterable[str]) -> Model:
    """Of which kind the model is that these files are. Nothing of it is run."""
    nets: dict[str, Path] = {}
    for name in sorted(names):
        if name.endswith(".onnx"):
            part = next((part for part in PARTS if part in PurePosixPath(name).name.lower()), "model")
            if part in nets:
                raise refused(
                    _("Two files are the {part} of the model: name one of them in {file}."), part=part
                )
            nets[part] = folder / name
    tokens = [folder / name for name in names if name.endswith("tokens.txt")]
    if len(tokens) != 1:
        raise refused(_("{file} must name one file that ends in tokens.txt."))
    kind = kind_of({part: facts_of(path) for part, path in nets.items()})
    return Model(kind, nets | {"tokens": tokens[0]})


def kind_of(said: Mapping[str, Mapping[str, str]]) -> str:
    """By what the nets are named, and what they say of themselves."""
    names = {part: facts.get("model_type", "").lower() for part, facts in said.items()}
    match sorted(said):
        case ["decoder", "encoder", "joiner"]:
            return "transducer"
        case ["decoder", "encoder"] if "whisper" in names["encoder"]:
            return "whisper"
        case ["model"] if "sense_voice" in names["model"] or "lang_auto" in said["model"]:
            return "sense_voice"
        case ["model"] if "paraformer" in names["model"]:
            return "paraformer"
    told = ", ".join(f"{part} {names[part]}".strip() for part in sorted(said)) or "–"
    note = _(
        "The files are no model of a kind that is known here ({told}): SenseVoice, Paraformer, Whisper, "
        "or a transducer that does not stream."
    )
    raise refused(note, told=told)


def facts_of(path: Path) -> dict[str, str]:
    """What an ONNX model says of itself, if it is whole and made of what the runtime itself brings."""
    try:
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
    onnx_file.check(content)
    return dict(entries(memoryview(content)))


def entries(content: memoryview) -> Iterator[tuple[str, str]]:
    for entry in onnx_file.messages(onnx_file.fields(content), {MODEL_METADATA}):
        parts = list(onnx_file.fields(entry))
        yield onnx_file.text_of(parts, ENTRY_KEY), onnx_file.text_of(parts, ENTRY_VALUE)


def golden_of(path: Path) -> numpy.ndarray:
    try:
        with wave.open(str(path)) as file:
            shape = file.getframerate(), file.getnchannels(), file.getsampwidth()
            if shape != (RATE, 1, 2) or not 0 < file.getnframes() <= LONGEST_GOLDEN:
                note = _("The sound {name} must be WAV of 16 kHz, mono, 16 bit, and at most a minute long.")
                raise refused(note, name=path.name)
            return numpy.frombuffer(file.readframes(file.getnframes()), "<i2")
    except (OSError, EOFError, wave.Error) as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: Exception) -> FolderRefused:
    return refused(_("The file {name} cannot be read: {error}"), name=path.name, error=error)


def refused(note, **values) -> FolderRefused:
    return FolderRefused(format_lazy(note, file=MANIFEST, **values))
