"""The charts of the usage page, on the page and as files."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import NamedTuple

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from moderation.catalogue.names import label_names
from stats import wording
from stats.charts.columns import Column, ColumnChart, column_chart
from stats.charts.palette import LIGHT, Palette
from stats.charts.tips import Tip
from stats.charts.treemap import Part, Treemap, treemap
from stats.comparison import LabelRow, Step
from stats.links import CLEAN, HIT, Links
from stats.periods import HOUR, MONTH, Period
from stats.reads import Figures
from stats.wording import Wording


def columns_of(
    period: Period, steps: Iterable[Step], *, links: Links | None = None, is_compared: bool, palette=LIGHT
) -> ColumnChart:
    columns, said = [], words()
    for step in steps:
        is_linked = links is not None and step.figures.calls
        columns.append(
            Column(
                name=short_name(period, step.on),
                hits=step.figures.hits,
                clean=step.figures.clean,
                tip=tip_of(period, step, is_compared, said),
                link=links.of_step(step.on) if is_linked else "",
                hits_link=links.of_step(step.on, **HIT) if is_linked else "",
                clean_link=links.of_step(step.on, **CLEAN) if is_linked else "",
                before=step.before.calls if is_compared and step.before else None,
            )
        )
    return column_chart(columns, spell=said.figures.count, palette=palette)


def map_of(labels: Iterable[LabelRow], *, links: Links | None = None, palette: Palette = LIGHT) -> Treemap:
    labels, said = list(labels), words()
    names = label_names(one.label for one in labels)
    parts = [
        Part(
            code=one.label,
            name=names[one.label],
            share_text=said.figures.percent(one.share),
            hits=one.hits,
            tip=tip_of_label(one, names[one.label], said),
            link=links.of_period(label=one.label) if links is not None else "",
        )
        for one in labels
    ]
    return treemap(parts, palette=palette)


def short_name(period: Period, on: date) -> str:
    if period.by == HOUR:
        return f"{on:%H:%M}" if period.days == 1 else f"{on:%m-%d %H:%M}"
    return f"{on:%Y-%m}" if period.by == MONTH else f"{on:%m-%d}"


def full_name(period: Period, on: date) -> str:
    """An hour as people write it, a day with its weekday."""
    if period.by == HOUR:
        return period.step_named(on).replace("T", " ")
    return f"{on:%Y-%m}" if period.by == MONTH else day_named(on)


def day_named(on: date) -> str:
    return f"{on.isoformat()} {WEEKDAYS_ABBR[on.weekday()]}"


def tip_of(period: Period, step: Step, is_compared: bool, said: "Words") -> Tip:
    tip = told(full_name(period, step.on), step.figures, said)
    if not (is_compared and step.before):
        return tip
    then = full_name(period, step.on_before)
    line = (said.before % {"date": then}, said.figures.count(step.before.calls))
    return Tip(tip.head, (*tip.lines, line))


class Words(NamedTuple):
    calls: str
    hit: str
    clean: str
    levels: str
    label: str
    hits: str
    share: str
    share_before: str
    before: str
    figures: Wording


def words() -> Words:
    """Looked up once a language: a page says them hundreds of times."""
    return words_in(get_language())


@cache
def words_in(_language: str | None) -> Words:
    return Words(
        calls=_("Calls"),
        hit=_("Hit"),
        clean=_("Did not hit"),
        levels=_("High, medium, low"),
        label=_("Label"),
        hits=_("Hits"),
        share=_("Share"),
        share_before=_("Share before"),
        before=_("Before, %(date)s"),
        figures=wording.here(),
    )


def told(name: str, figures: Figures, said: Words) -> Tip:
    worded = said.figures
    if not figures.calls:
        return Tip(name, ((said.calls, "0"),))
    return Tip(
        name,
        (
            (said.calls, worded.count(figures.calls)),
            (said.hit, f"{worded.count(figures.hits)} ({worded.percent(figures.hit_share)})"),
            (said.clean, worded.count(figures.clean)),
            (
                said.levels,
                " · ".join(map(worded.count, (figures.high, figures.medium, figures.low))),
            ),
        ),
    )


def tip_of_label(one: LabelRow, name: str, said: Words) -> Tip:
    worded = said.figures
    lines = [
        (said.label, one.label),
        (said.hits, worded.count(one.hits)),
        (said.share, worded.percent(one.share)),
    ]
    if one.share_before is not None:
        lines.append((said.share_before, worded.percent(one.share_before)))
    return Tip(name, tuple(lines))
