"""Tiles and columns as SVG. A page has hundreds of them: templates take five times as long."""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe

from stats.charts.columns import Bar, Column, ColumnChart
from stats.charts.palette import Palette
from stats.charts.treemap import Tile, Treemap


def linked(link: str, inner: str) -> str:
    return f'<a href="{escape(link)}" tabindex="-1">{inner}</a>' if link else inner


def tiles(chart: Treemap) -> SafeString:
    return together(tile_markup(tile, chart.palette) for tile in chart.tiles)


def bars(chart: ColumnChart) -> SafeString:
    return together(bar_markup(bar, chart) for bar in chart.bars)


def together(parts: Iterable[str]) -> SafeString:
    return mark_safe("\n".join(parts))  # noqa: S308 (every text in them is escaped)


def tile_markup(tile: Tile, colours: Palette) -> str:
    part, texts = tile.part, ""
    if tile.name:
        lines = "".join(f'<tspan x="{tile.text_x}" y="{y}">{escape(line)}</tspan>' for line, y in tile.lines)
        texts = (
            f'<text class="usage-tile-name" fill="{colours.strong}" font-size="13" font-weight="600">'
            f"{lines}</text>"
        )
    if tile.share_text:
        texts += (
            f'<text class="usage-tile-share" fill="{colours.strong}" font-size="12" x="{tile.text_x}" '
            f'y="{tile.share_y}">{escape(tile.share_text)}</text>'
        )
    inner = (
        f'<g class="usage-tile usage-hue-{tile.hue}" data-tip="{escape(part.tip.card)}">\n'
        f"<title>{escape(part.tip.title)}</title>\n"
        f'<rect fill="{tile.colour}" x="{tile.x}" y="{tile.y}" width="{tile.width}" height="{tile.height}" '
        f'rx="3"/>\n{texts}\n</g>'
    )
    return linked(part.link, inner)


def bar_markup(bar: Bar, chart: ColumnChart) -> str:
    column, colours = bar.column, chart.palette
    area = (
        f'<rect class="usage-area" fill="none" pointer-events="all" x="{bar.area_x}" y="{chart.top}" '
        f'width="{bar.area_width}" height="{chart.drop}"/>'
    )
    return (
        f'<g class="usage-column" data-tip="{escape(column.tip.card)}">\n'
        f"<title>{escape(column.tip.title)}</title>\n{linked(column.link, area)}\n"
        f"{parts_of(bar, column, chart)}\n{before_mark(bar, colours)}\n</g>"
    )


def parts_of(bar: Bar, column: Column, chart: ColumnChart) -> str:
    colours = chart.palette
    parts = (
        ("clean", column.clean, column.clean_link, colours.clean, bar.clean_y, bar.clean_height),
        ("hits", column.hits, column.hits_link, colours.hits, bar.hits_y, bar.hits_height),
    )
    return "\n".join(
        linked(
            link,
            f'<rect class="usage-part usage-{name}" fill="{colour}" x="{bar.x}" y="{y}" '
            f'width="{bar.width}" height="{height}"/>',
        )
        for name, number, link, colour, y, height in parts
        if number
    )


def before_mark(bar: Bar, colours: Palette) -> str:
    if bar.before_y is None:
        return ""
    return (
        f'<line class="usage-mark" stroke="{colours.before}" stroke-width="1.5" x1="{bar.mark_from}" '
        f'x2="{bar.mark_to}" y1="{bar.before_y}" y2="{bar.before_y}"/>'
    )
