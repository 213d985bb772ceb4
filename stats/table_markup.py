"""Rows of the usage page's tables. There are hundreds: templates take five times as long."""

from html import escape

from django.utils.safestring import SafeString, mark_safe

from stats import wording
from stats.comparison import LabelRow


def linked(number: int, link: str) -> str:
    """A number that leads to what it counts, where it counts something."""
    text = wording.count(number)
    return f'<a href="{escape(link)}">{text}</a>' if number and link else text


def cell(inner: str, more: str = "") -> str:
    return f'<td class="as-number{more}">{inner}</td>'


def step_row(row: dict, is_compared: bool) -> SafeString:
    """Of an hour, a day or a month."""
    figures, before = row["figures"], row["before"]
    name = escape(row["name"])
    head = f'<a href="{escape(row["finer"])}">{name}</a>' if row["finer"] else name
    cells = [cell(linked(figures.calls, row["link"]))]
    if is_compared:
        cells.append(cell("–" if before is None else wording.count(before.calls), " as-muted"))
    cells += [
        cell(linked(figures.hits, row["hits_link"])),
        cell(linked(figures.clean, row["clean_link"])),
        cell(wording.percent(figures.hit_share)),
        *(cell(linked(number, link)) for number, link in row["levels"]),
    ]
    return in_row(head, cells, ' class="as-nowrap"')


def label_row(one: LabelRow, name: str, link: str, is_compared: bool) -> SafeString:
    cells = [cell(linked(one.hits, link)), cell(wording.percent(one.share))]
    if is_compared:
        cells.append(cell(wording.percent(one.share_before), " as-muted"))
    return in_row(f"{escape(name)} <code>{escape(one.label)}</code>", cells)


def in_row(head: str, cells: list[str], of_head: str = "") -> SafeString:
    return mark_safe(f'<tr><th scope="row"{of_head}>{head}</th>{"".join(cells)}</tr>')  # noqa: S308 (escaped)
