"""The markup inside an Excel file: rows of cells, and the parts around the sheets."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from django.utils import timezone

from config.tables.safe_cells import Cell, safe_text

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
BOLD = ' s="1"'
WIDTH = 24

SHEET_START = (
    f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft"'
    ' state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
    f'<cols><col min="1" max="{{columns}}" width="{WIDTH}" customWidth="1"/></cols><sheetData>'
)
SHEET_END = "</sheetData></worksheet>"
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
ROOT = (
    f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties"'
    ' Target="docProps/core.xml"/></Relationships>'
)
# Readers take _x000D_ in a text for the character of that number: what looks so is spelled out.
LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def columns_named(count: int) -> list[str]:
    """A, B, ... Z, AA, ..."""
    return [column_name(number) for number in range(1, count + 1)]


def column_name(number: int) -> str:
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def row_markup(number: int, columns: Sequence[str], cells: Iterable[Cell], style: str = "") -> str:
    """Numbers as numbers, anything else as a text in place; nothing is ever guessed."""
    markup = [f'<row r="{number}">']
    for column, cell in zip(columns, cells, strict=False):
        if type(cell) is str:
            if cell:
                markup.append(
                    f'<c r="{column}{number}"{style} t="inlineStr"><is>{text_markup(cell)}</is></c>'
                )
        else:
            markup.append(f'<c r="{column}{number}"{style}><v>{cell}</v></c>')
    markup.append("</row>")
    return "".join(markup)


@lru_cache(maxsize=4096)
def short_text(text: str) -> str:
    spelled = escape(LOOKS_ESCAPED.sub("_x005F_", text), {"\r": "_x000D_"})
    return (
        f'<t xml:space="preserve">{spelled}</t>'
        if text.strip() != text or "\n" in text
        else f"<t>{spelled}</t>"
    )


def text_markup(text: str) -> str:
    """Most cells say what others of their column said: those are not escaped again."""
    return short_text(text) if len(text) < 200 else short_text.__wrapped__(text)


def parts_around(names: Sequence[str], *, title: str) -> Iterator[tuple[str, str]]:
    """Everything but the sheets, which have these names."""
    numbers = range(1, len(names) + 1)
    overrides = [
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{TYPE}.worksheet+xml"/>'
        for n in numbers
    ]
    links = [
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    ]
    sheets = [
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, name in zip(numbers, names, strict=True)
    ]
    yield (
        "xl/workbook.xml",
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{''.join(sheets)}</sheets></workbook>",
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{"".join(links)}'
        f'<Relationship Id="rId{len(names) + 1}" Type="{OFFICE}/styles" Target="styles.xml"/>'
        "</Relationships>",
    )
    yield "xl/styles.xml", STYLES
    yield "docProps/core.xml", properties(title)
    yield "_rels/.rels", ROOT
    yield (
        "[Content_Types].xml",
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>'
        '<Override PartName="/docProps/core.xml"'
        ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f"{''.join(overrides)}</Types>",
    )


def properties(title: str) -> str:
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(safe_text(title))}</dc:title>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{timezone.now():%Y-%m-%dT%H:%M:%SZ}</dcterms:created>'
        "</cp:coreProperties>"
    )
