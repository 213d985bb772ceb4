"""Charts as files: whole in themselves, with title, legend and colours, to be put into a report."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from config.accounts.models import Account
from config.tables.safe_cells import safe_file_name
from moderation.models import ModerationResult
from moderation.models.content import ContentType
from stats import wording
from stats.asked import Asked
from stats.charts.palette import LIGHT, PALETTES, Palette
from stats.charts.treemap import text_width
from stats.comparison import compare, label_rows
from stats.page_charts import columns_of, map_of
from stats.periods import HOUR, MONTH

CONTENT_TYPE = "image/svg+xml; charset=utf-8"
COLUMNS, LABELS = "columns", "labels"
CHARTS = (COLUMNS, LABELS)
EDGE, KEY, LETTERS, ROW = 24, 11, 12, 20
# What XML cannot say. Names of accounts and services are what people typed.
UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend: a square of a colour, or the line that marks the period before."""

    x: float
    y: float
    text: str
    colour: str
    is_line: bool = False

    @property
    def text_at(self) -> tuple[float, float]:
        return round(self.x + KEY + 6, 1), self.y + 10

    @property
    def line_y(self) -> float:
        return self.y + 5


def chart_answer(*, name: str, account: Account, asked: Asked, theme: str, now: datetime) -> HttpResponse:
    palette = PALETTES.get(theme, LIGHT)
    draw = columns_file if name == COLUMNS else labels_file
    answer = HttpResponse(draw(account, asked, palette, now), content_type=CONTENT_TYPE)
    first, last = asked.period.edges
    file_name = safe_file_name(f"usage-{name}-{account.uid}-{first}-to-{last}", "svg")
    answer.headers["Content-Disposition"] = content_disposition_header(True, file_name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def columns_file(account: Account, asked: Asked, palette: Palette, now: datetime) -> str:
    found = compare(account=account, asked=asked, now=now)
    chart = columns_of(asked.period, found.steps, is_compared=asked.is_compared, palette=palette)
    entries = [(_("Hit"), palette.hits, False), (_("Did not hit"), palette.clean, False)]
    if chart.is_compared:
        before = _("Calls before, %(first)s to %(last)s")
        first, last = asked.earlier.edges
        entries.append((before % {"first": first, "last": last}, palette.before, True))
    titles = {HOUR: _("Calls per hour"), MONTH: _("Calls per month")}
    title = titles.get(asked.period.by, _("Calls per day"))
    return drawn("stats/columns.svg", account, asked, title, chart, entries, {"columns": chart})


def labels_file(account: Account, asked: Asked, palette: Palette, now: datetime) -> str:
    chart = map_of(label_rows(account=account, asked=asked), palette=palette)
    entries = [
        (f"{prefix.name} {wording.percent(prefix.share)}", palette.hue(prefix.hue), False)
        for prefix in chart.prefixes
    ]
    return drawn(
        "stats/treemap.svg", account, asked, _("Share of labels"), chart, entries, {"labels_map": chart}
    )


def drawn(template: str, account: Account, asked: Asked, title: str, chart, entries, context: dict) -> str:
    keys = legend(entries, width=chart.width)
    top = 64
    height = top + chart.height + 16 + max((key.y for key in keys), default=0) + EDGE
    said = context | {
        "body": template,
        "title": f"{title} · {account.name}",
        "subtitle": subtitle(account, asked),
        "palette": chart.palette,
        "keys": keys,
        "edge": EDGE,
        "width": chart.width + 2 * EDGE,
        "height": height,
        "top": top,
        "keys_top": top + chart.height + 16,
    }
    return UNSAYABLE.sub("\ufffd", render_to_string("stats/chart_file.svg", said))


def subtitle(account: Account, asked: Asked) -> str:
    """What the chart is of, so that the file can be read without its page."""
    kinds = [str(ContentType(kind).label) for kind in asked.content_types]
    sources = [str(ModerationResult.Source(source).label) for source in asked.asked_sources]
    services = [service.name for service in asked.named]
    parts = [" – ".join(asked.period.edges), account.time_zone, ", ".join(services) or _("All services")]
    return " · ".join([*parts, *filter(None, [", ".join(kinds), ", ".join(sources)])])


def legend(entries: Iterable[tuple[str, str, bool]], *, width: int) -> list[Key]:
    """Entries beside each other, in as many rows as they need."""
    keys, x, y = [], 0.0, 0
    for text, colour, is_line in entries:
        needed = KEY + 6 + text_width(text, LETTERS) + 18
        if keys and x + needed > width:
            x, y = 0.0, y + ROW
        keys.append(Key(round(x, 1), y, text, colour, is_line))
        x += needed
    return keys
