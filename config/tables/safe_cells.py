"""Text that a spreadsheet takes for text, whoever wrote it. Pure."""

import math
import re
import unicodedata
from datetime import date
from decimal import Decimal

LONGEST_CELL = 32_767
LONGEST_SHEET_NAME = 31
# The minus sign has no compatibility form, yet some locales compute with it.
STARTS = frozenset("=+-@\t\r\n\0\u2212")
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")

Cell = str | int | float | Decimal


def safe_cell(value: object) -> Cell:
    """A number as it is, anything else as text that cannot begin a formula."""
    if type(value) is str and is_plain(value):
        return value
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return value
    if isinstance(value, float | Decimal):
        return value if math.isfinite(value) else str(value)
    if value is None or value == "":
        return ""
    return safe_text(value.isoformat() if isinstance(value, date) else str(value))


def is_plain(text: str) -> bool:
    """Words that begin with an ASCII letter or digit, as most cells do: there is nothing else to ask."""
    return text[:1].isalnum() and text.isascii() and text.isprintable() and len(text) <= LONGEST_CELL


def safe_text(text: str) -> str:
    """Mark with an apostrophe what begins like a formula, also behind blanks or in a full-width form."""
    marked = f"'{text}" if begins_a_formula(text) else text
    return UNWRITABLE.sub("\ufffd", marked)[:LONGEST_CELL]


def begins_a_formula(text: str) -> bool:
    if text[:1] in STARTS:
        return True
    first = first_visible(text)
    return bool(first) and unicodedata.normalize("NFKC", first)[0] in STARTS


def first_visible(text: str) -> str:
    """The first character that is neither blank nor invisible: readers of files may skip those."""
    for letter in text:
        if not letter.isspace() and unicodedata.category(letter) not in ("Cc", "Cf"):
            return letter
    return ""


def safe_sheet_name(name: str) -> str:
    """A name Excel accepts. An apostrophe may not begin it, so what begins like a formula is cut off."""
    name = UNWRITABLE.sub("", NOT_IN_SHEET_NAMES.sub(" ", name)).strip(" '")
    while begins_a_formula(name):
        name = name[1:].strip(" '")
    name = name[:LONGEST_SHEET_NAME].strip(" '")
    return "Sheet" if not name or name.casefold() == "history" else name


def safe_file_name(stem: str, extension: str) -> str:
    """ASCII letters, digits, dots, dashes and underscores only, and never hidden."""
    kept = re.sub(r"[^A-Za-z0-9_.-]+", "-", stem).strip(".-_")[:120]
    return f"{kept or 'export'}.{extension}"
