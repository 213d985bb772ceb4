"""Rows of the usage page's tables. There are hundreds: templates take five times as long."""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString

from stats import wording
from stats.charts.markup import together
from stats.comparison import LabelRow
from stats.wording import Wording


def linked(number: int, link: str, said: Wording) -> str:
    """A number that leads to what it counts, where it counts something."""
    text = said.count(number)
    return f'<a href="{escape(link)}">{text}</a>' if number and link else text


def cell(inner: str, more: str = "") -> str:
    return f'<td class="as-number{more}">{inner}</td>'


def step_rows(rows: Iterable[dict], is_compared: bool) -> SafeString:
    """Of hours, days or months."""
    said = wording.here()
    return together(step_row(row, is_compared, said) for row in rows)


def step_row(row: dict, is_compared: bool, said: Wording) -> str:
    figures, before = row["figures"], row["before"]
    name = escape(row["name"])
    head = f'<a href="{escape(row["finer"])}">{name}</a>' if row["finer"] else name
    cells = [cell(linked(figures.calls, row["link"], said))]
    if is_compared:
        cells.append(cell("–" if before is None else said.count(before.calls), " as-muted"))
    cells += [
        cell(linked(figures.hits, row["hits_link"], said)),
        cell(linked(figures.clean, row["clean_link"], said)),
        cell(said.percent(figures.hit_share)),
        *(cell(linked(number, link, said)) for number, link in row["levels"]),
    ]
    return in_row(head, cells, ' class="as-nowrap"')


def label_rows(rows: Iterable[tuple[LabelRow, str, str]], is_compared: bool) -> SafeString:
    """Each with its name and its link."""
    said = wording.here()
    return together(label_row(one, name, link, is_compared, said) for one, name, link in rows)


def label_row(one: LabelRow, name: str, link: str, is_compared: bool, said: Wording) -> str:
    cells = [cell(linked(one.hits, link, said)), cell(said.percent(one.share))]
    if is_compared:
        cells.append(cell(said.percent(one.share_before), " as-muted"))
    return in_row(named(name, one.label), cells)


def figure_rows(rows: Iterable[dict], is_compared: bool) -> SafeString:
    """Of services, kinds of content or sources."""
    said = wording.here()
    return together(figure_row(row, is_compared, said) for row in rows)


def figure_row(row: dict, is_compared: bool, said: Wording) -> str:
    figures, service = row["figures"], row.get("service")
    if service is None:
        head = escape(str(row["name"]))
    else:
        named_so = f'<a href="?{escape(row["query"])}">{escape(service.name)}</a>'
        head = f"{named_so} <code>{escape(service.code)}</code>"
    cells = [
        cell(linked(figures.calls, row["link"], said)),
        cell(linked(figures.hits, row["hits_link"], said)),
        cell(said.percent(figures.hit_share)),
    ]
    if is_compared:
        cells.append(cell(row["change"] or "–", " as-muted as-nowrap"))
    return in_row(head, cells)


def latency_rows(rows: Iterable[tuple]) -> SafeString:
    """Of services: each with its percentiles, and where they stand beside those of the others."""
    said = wording.here()
    return together(latency_row(service, one, place, said) for service, one, place in rows)


def latency_row(service, one, place, said: Wording) -> str:
    cells = [cell(said.milliseconds(number), " as-nowrap") for number in (one.p50_ms, one.p95_ms, one.p99_ms)]
    line = (
        f'<svg class="usage-span" width="{place.width}" height="14" viewBox="0 0 {place.width} 14"'
        f' aria-hidden="true"><line class="usage-span-line" x1="{place.middle}" x2="{place.slowest}" y1="7"'
        f' y2="7"/><rect class="usage-span-mark" x="{place.most}" y="2" width="2" height="10"/></svg>'
    )
    return in_row(named(service.name, service.code), [*cells, f'<td class="usage-spans">{line}</td>'])


def named(name: str, code: str) -> str:
    return f"{escape(name)} <code>{escape(code)}</code>"


def in_row(head: str, cells: list[str], of_head: str = "") -> str:
    return f'<tr><th scope="row"{of_head}>{head}</th>{"".join(cells)}</tr>'
