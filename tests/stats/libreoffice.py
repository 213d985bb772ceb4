"""LibreOffice without a window: what a spreadsheet program makes of our files, as a document to be read."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from defusedxml import ElementTree

PROGRAM = "soffice"
# Comma, double quote, UTF-8, from the first line; then: quoted cells are text or not, and formulas are
# computed, which nobody should choose.
CSV = "CSV:44,34,76,1,,1033,{quoted},true,false,false,false,-1,true"
SPACES = {
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
}


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    formula: str = ""
    kind: str = ""
    has_link: bool = False


def sheets(
    folder: Path, name: str, data: bytes, *, quoted_is_text: bool = True
) -> dict[str, list[list[Cell]]]:
    """The sheets of a file, by name."""
    source = folder / name
    source.write_bytes(data)
    asked = [f"--infilter={CSV.format(quoted=str(quoted_is_text).lower())}"] if name.endswith("csv") else []
    subprocess.run(
        [
            PROGRAM, "--headless", "--norestore", f"-env:UserInstallation=file://{folder}/profile", *asked,
            "--convert-to", "fods", "--outdir", str(folder), str(source),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    document = ElementTree.parse(source.with_suffix(".fods")).getroot()
    return {
        table.get(tag("table", "name")): [row for row in rows_of(table) if any(cell.text for cell in row)]
        for table in document.iter(tag("table", "table"))
    }


def tag(space: str, name: str) -> str:
    return f"{{{SPACES[space]}}}{name}"


def rows_of(table):
    for row in table.iter(tag("table", "table-row")):
        cells: list[Cell] = []
        for cell in row:
            times = int(cell.get(tag("table", "number-columns-repeated"), "1"))
            cells += [cell_of(cell)] * (times if times < 100 else 1)
        yield cells


def cell_of(cell) -> Cell:
    paragraphs = cell.findall("text:p", SPACES)
    return Cell(
        "\n".join(map(text_of, paragraphs)),
        cell.get(tag("table", "formula"), ""),
        cell.get(tag("office", "value-type"), ""),
        has_link=any(True for _link in cell.iter(tag("text", "a"))),
    )


def as_kept(text: str) -> str:
    """What LibreOffice keeps of any text: lines end one way, and a cell of several lines has no tabs."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return lines.replace("\t", "") if "\n" in lines else lines


def text_of(part) -> str:
    """Blanks and tabs are elements of their own."""
    told = part.text or ""
    for child in part:
        if child.tag == tag("text", "s"):
            told += " " * int(child.get(tag("text", "c"), "1"))
        elif child.tag == tag("text", "tab"):
            told += "\t"
        elif child.tag == tag("text", "line-break"):
            told += "\n"
        else:
            told += text_of(child)
        told += child.tail or ""
    return told
