"""Files of words that people upload, read with care: text, CSV and Excel by the formats of import-export."""

import csv
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from import_export.formats import base_formats
from tablib import Dataset

from config.errors import Invalid, TooLarge
from libraries import sheet_reader

MOST_LINES = 100_000
LONG = 10_000  # more is read by a job, for which nobody waits
MOST_COLUMNS = 20
MOST_MEMBERS = 200
MOST_UNPACKED = 50 * 2**20
MOST_RATIO = 100
SMALL_MEMBER = 2**20  # what unpacks to less may be packed as tightly as it can
SHEET_SECONDS, PART_SECONDS = 55, 20
ZIP = b"PK\x03\x04"
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
NAMES = {
    "keyword": ("keyword", "keywords", "word", "words", "text", "term", "关键词", "关键字", "词", "敏感词"),
    "owner": ("owner", "负责人", "所有者"),
    "expires": ("expires", "expires_at", "expiry", "expires at", "过期时间", "到期时间", "有效期"),
}
COLUMN_OF = {name: column for column, names in NAMES.items() for name in names}
DELIMITERS = ",;\t|"


class FileEmpty(Invalid):
    code = "import_file_empty"
    default_message = _("There are no words in this file.")


class FileUnreadable(Invalid):
    code = "import_file_unreadable"
    default_message = _("This file could not be read: save it as UTF-8 text, CSV or Excel (.xlsx) once more.")


class FileSuspicious(Invalid):
    code = "import_file_suspicious"
    default_message = _("This Excel file unpacks to far more than a list of words needs.")


class FileTooLarge(TooLarge):
    code = "import_file_too_large"
    default_message = _("This file is too large.")


class FileTooLong(Invalid):
    code = "import_file_too_long"
    default_message = _("A file has at most 100,000 lines: divide it.")


class Line(NamedTuple):
    number: int
    keyword: str
    owner: str = ""
    expires: str = ""


class Words:
    """Base of our formats: each gives a table of lines, of which no more than asked for are read."""

    kind = ""
    CONTENT_TYPE = "text/plain"

    def lines(self, data: bytes, most: int) -> Iterator[Line]:
        raise NotImplementedError

    def create_dataset(self, in_stream, most: int = MOST_LINES, **_kwargs) -> Dataset:
        return Dataset(*self.lines(in_stream, most), headers=Line._fields)

    def is_binary(self):
        return True

    def can_import(self):
        return True


class TextWords(Words, base_formats.TextFormat):
    """A word a line."""

    kind = "txt"

    def get_title(self):
        return "txt"

    def get_extension(self):
        return "txt"

    def lines(self, data, most):
        for number, line in enumerate(decoded(data).splitlines(), start=1):
            if line and not line.isspace():
                yield Line(number, line)


class CsvWords(Words, base_formats.CSV):
    kind = "csv"

    def lines(self, data, most):
        text = decoded(data)
        first = text.lstrip("\r\n").partition("\n")[0]
        delimiter = max(DELIMITERS, key=first.count)
        reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=False)
        try:
            yield from by_column((reader.line_num, row) for row in reader)
        except csv.Error as error:
            raise FileUnreadable() from error


class ExcelWords(Words, base_formats.XLSX):
    kind = "xlsx"

    def lines(self, data, most):
        require_modest(data)
        # A row for the headings, and one more to see whether there are too many.
        yield from by_column(rows_of_sheet(data, most + 2))


FORMATS: dict[str, Words] = {one.kind: one() for one in (TextWords, CsvWords, ExcelWords)}


def kind_of(name: str, data: bytes) -> str:
    """By what is in it; a name decides only between text and CSV."""
    if data.startswith(ZIP):
        return "xlsx"
    return "csv" if name.lower().endswith((".csv", ".tsv")) else "txt"


def read_words(kind: str, data: bytes, *, most: int = MOST_LINES, is_part: bool = False) -> list[Line]:
    """The lines that are not empty. More than `most` are refused, or left unread where a part is enough."""
    if len(data) > settings.ASSAY_IMPORT_MAX_BYTES:
        megabytes = settings.ASSAY_IMPORT_MAX_BYTES // 2**20
        raise FileTooLarge(_("A file has at most %(megabytes)s MB.") % {"megabytes": megabytes})
    lines = list(first_of(FORMATS[kind].lines(data, most), most + 1))
    if len(lines) > most and not is_part:
        raise FileTooLong(most=most)
    if not lines:
        raise FileEmpty()
    return lines[:most]


def first_of(lines: Iterable[Line], most: int) -> Iterator[Line]:
    for _number, line in zip(range(most), lines, strict=False):
        yield line


def decoded(data: bytes) -> str:
    """By its mark, else as UTF-8, else as GB 18030, which Chinese spreadsheets save by default."""
    for mark, encoding in MARKS.items():
        if data.startswith(mark):
            return decode(data, encoding)
    if b"\0" in data[:2000]:
        # UTF-16 without a mark: in the half that is zero, the high bytes of Latin letters stand.
        zeros = data[:2000:2].count(0), data[1:2000:2].count(0)
        return decode(data, "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return decode(data, "gb18030")


def decode(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileUnreadable() from error
    if "\0" in text:
        raise FileUnreadable()
    return text


def by_column(rows: Iterable[tuple[int, list[str]]]) -> Iterator[Line]:
    """Lines of a table whose first row may name its columns; without names the words stand in the first."""
    columns: dict[str, int] | None = None
    for number, row in rows:
        if not any(cell and not cell.isspace() for cell in row):
            continue
        if columns is None:
            columns = named_columns(row)
            if columns:
                continue
            columns = {"keyword": 0}
        told = {name: unmarked(row[place]) for name, place in columns.items() if place < len(row)}
        if any(told.values()):
            yield Line(number, **{"keyword": "", **told})


def named_columns(row: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(row[:MOST_COLUMNS]):
        column = COLUMN_OF.get(" ".join(cell.strip("\ufeff").lower().split()))
        if column:
            found.setdefault(column, place)
    return found if "keyword" in found else {}


def unmarked(cell: str) -> str:
    """Without the apostrophe that our exports put before what a spreadsheet would compute."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@＝＋－＠") else cell


def require_modest(data: bytes) -> None:
    """Look at what the parts of the file say of themselves, before anything is unpacked."""
    try:
        members = zipfile.ZipFile(BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise FileUnreadable() from error
    whole = sum(member.file_size for member in members)
    tight = [
        member
        for member in members
        if member.file_size > SMALL_MEMBER and member.file_size > MOST_RATIO * max(member.compress_size, 1)
    ]
    if len(members) > MOST_MEMBERS or whole > MOST_UNPACKED or tight:
        raise FileSuspicious(members=len(members), unpacked=whole)


def rows_of_sheet(data: bytes, most: int) -> Iterator[tuple[int, list[str]]]:
    seconds = SHEET_SECONDS if most > LONG else PART_SECONDS
    limits = [str(most), str(MOST_COLUMNS), str(seconds // 2)]
    try:
        done = subprocess.run(  # noqa: S603 (our own program; the file is its input, not its name)
            [sys.executable, "-I", str(Path(sheet_reader.__file__)), *limits],
            input=data,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FileSuspicious() from error
    if done.returncode < 0 or b"MemoryError" in done.stderr:
        raise FileSuspicious()
    if done.returncode:
        raise FileUnreadable()
    for line in done.stdout.splitlines():
        number, cells = json.loads(line)
        yield number, cells
