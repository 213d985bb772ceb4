"""Labelled content from a CSV file, or from a folder with one folder per label."""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from moderation.values import NO_RISK

TEXT_COLUMNS = ("text", "content", "message", "tweet", "comment")
PATH_COLUMNS = ("path", "file", "image")
LABEL_COLUMNS = ("label", "labels", "class", "category")
TEXT_SUFFIXES = {".txt", ".md"}
PICTURE_SUFFIXES = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif", ".heic"}
SEED = 1
LONGEST_FIELD = 1 << 24


class DatasetUnreadable(Exception):
    """The file or folder is not in one of the forms that are read."""


@dataclass(frozen=True, slots=True)
class Item:
    """Either `text` or the `path` of a picture, with the labels it should get; none: no risk."""

    labels: frozenset[str]
    text: str = ""
    path: Path | None = None

    @property
    def is_picture(self) -> bool:
        return self.path is not None

    @property
    def name(self) -> str:
        return str(self.path) if self.path else self.text

    def content(self) -> str | bytes:
        return self.path.read_bytes() if self.path else self.text


@dataclass(frozen=True, slots=True)
class Columns:
    text: str = ""
    label: str = ""


def read_dataset(
    place: Path, *, renamed: dict[str, str], columns: Columns = Columns(), limit: int | None = None
) -> list[Item]:
    """`renamed` gives the file's labels their names here; with `limit` a random part, always the same."""
    if not place.exists():
        raise DatasetUnreadable(f"There is no {place}.")
    items = list(read_folder(place, renamed) if place.is_dir() else read_table(place, renamed, columns))
    if limit is not None and limit < len(items):
        items = random.Random(SEED).sample(items, limit)  # noqa: S311 - a part of a data set, no secret
    if not items:
        raise DatasetUnreadable(f"{place} holds no labelled content.")
    return items


def read_folder(place: Path, renamed: dict[str, str]) -> Iterator[Item]:
    for path in sorted(place.glob("*/*")):
        labels = labels_of([path.parent.name], renamed)
        if path.suffix.lower() in PICTURE_SUFFIXES:
            yield Item(labels, path=path)
        elif path.suffix.lower() in TEXT_SUFFIXES:
            yield Item(labels, text=path.read_text(encoding="utf-8", errors="replace"))


def read_table(place: Path, renamed: dict[str, str], columns: Columns) -> Iterator[Item]:
    csv.field_size_limit(LONGEST_FIELD)
    tabs = place.suffix.lower() == ".tsv"
    with place.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.DictReader(
            file,
            delimiter="\t" if tabs else ",",
            quoting=csv.QUOTE_NONE if tabs else csv.QUOTE_MINIMAL,
        )
        names = reader.fieldnames or []
        text = chosen(columns.text, names, TEXT_COLUMNS)
        path = "" if text else chosen("", names, PATH_COLUMNS)
        label = chosen(columns.label, names, LABEL_COLUMNS)
        if not (text or path) or not label:
            raise DatasetUnreadable(
                f"{place} has the columns {', '.join(names)}: name two with --text-column and --label-column."
            )
        further = [name for name in names if name.lower().startswith("label") and name != label]
        for row in reader:
            labels = labels_of([row[label], *(row[name] for name in further if not columns.label)], renamed)
            if text:
                yield Item(labels, text=row[text] or "")
            else:
                yield Item(labels, path=place.parent / row[path])


def chosen(asked: str, names: list[str], usual: tuple[str, ...]) -> str:
    if asked:
        return asked if asked in names else ""
    return next((name for wanted in usual for name in names if name.lower() == wanted), "")


def labels_of(values: list[str | None], renamed: dict[str, str]) -> frozenset[str]:
    found = {part.strip() for value in values for part in (value or "").split("|")}
    found = {renamed.get(part, part) for part in found if part}
    return frozenset(found - {NO_RISK, "none", ""})
