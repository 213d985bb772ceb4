"""What the usage page shows, made of a few reads."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from config.accounts.models import Account
from moderation.catalogue.names import label_names
from moderation.models import ModerationResult
from moderation.models.content import ContentType, RiskLevel
from stats import wording
from stats.asked import ALIKE, BEFORE, NOTHING, SOURCES, Asked, limits
from stats.comparison import NONE, Comparison, compare, label_rows
from stats.links import CLEAN, HIT, Links
from stats.models import UsageFact
from stats.page_charts import columns_of, full_name, map_of
from stats.page_service_level import service_level
from stats.periods import DAY, HOUR, MONTH, latest_days, latest_months
from stats.reads import today_in

PRESETS = {HOUR: (1, 2, 3), DAY: (7, 14, 30, 60), MONTH: (3, 6, 12)}
LEVELS = (RiskLevel.HIGH, RiskLevel.MEDIUM, RiskLevel.LOW)


def page_content(*, account: Account, asked: Asked, may_open: bool, now: datetime) -> dict:
    period, today = asked.period, today_in(account, now)
    found = compare(account=account, asked=asked, now=now)
    labels = label_rows(account=account, asked=asked)
    names = label_names(one.label for one in labels)
    links = Links(asked=asked, account=account, may_open=may_open, now=now)
    whole, before = found.now.whole, found.before.whole
    is_compared = asked.is_compared and bool(before.calls)
    return {
        "asked": asked,
        "presets": presets(asked, today),
        "views": views(asked),
        "today_edge": today.isoformat() if period.by != MONTH else f"{today:%Y-%m}",
        "most": limits()[period.by],
        "filters": filters(asked),
        "whole": whole,
        "before": before,
        "calls_change": wording.change(whole.calls, before.calls),
        "hits_change": wording.change(whole.hits, before.hits),
        "period_before": asked.earlier.edges,
        "is_running": period.last >= today,
        "is_compared": is_compared,
        "comparisons": comparisons(asked),
        "was_ever_used": bool(whole.calls) or UsageFact.objects.owned_by(account).counted().exists(),
        "columns": columns_of(period, found.steps, links=links, is_compared=is_compared)
        if whole.calls
        else None,
        "labels_map": map_of(labels, links=links) if labels else None,
        "kept_since": None if links.are_all_kept or not may_open else links.first_kept,
        "steps": steps_of(asked, found, links),
        "services": services_of(asked, found, links),
        "kinds": [content_types_of(asked, found, links), sources_of(found, links)],
        "labels": [(one, names[one.label], links.of_period(label=one.label)) for one in labels],
        "query": asked.query(),
        **service_level(account=account, asked=asked, calls=whole.calls),
        "all_query": asked.query(service=None, content_type=None, source=None),
    }


def presets(asked: Asked, today: date) -> list[tuple[str, str, bool]]:
    """Name, query and whether it is the one shown."""
    by, most = asked.period.by, limits()[asked.period.by]
    offered = []
    for count in (count for count in PRESETS[by] if count <= most):
        if by == MONTH:
            offered.append((_("%(n)s months") % {"n": count}, latest_months(count, today=today)))
        else:
            name = _("Today") if count == 1 else _("%(n)s days") % {"n": count}
            offered.append((name, latest_days(count, today=today, by=by)))
    return [(name, asked.of_period(period), period == asked.period) for name, period in offered]


def views(asked: Asked) -> list[tuple[str, str, bool]]:
    """The same question by hour, by day and by month."""
    named = ((HOUR, _("By hour")), (DAY, _("By day")), (MONTH, _("By month")))
    return [
        (name, asked.query(by=by, **{"from": None, "to": None}), by == asked.period.by) for by, name in named
    ]


def comparisons(asked: Asked) -> list[tuple[str, str, bool]]:
    alike = _("Year before") if asked.period.by == MONTH else _("Same weekdays")
    named = ((BEFORE, _("Period before")), (ALIKE, alike), (NOTHING, _("Nothing")))
    return [
        (name, asked.query(compare=None if one == BEFORE else one), one == asked.compared_with)
        for one, name in named
    ]


def filters(asked: Asked) -> list[dict]:
    """Drop-downs of the form, each with what it offers and what is chosen."""
    kinds = {service.content_type for service in asked.services}
    offered = [
        (
            "service",
            _("Services"),
            _("All services"),
            [(one.code, one.name) for one in asked.services],
            asked.codes,
        ),
        (
            "content_type",
            _("Content"),
            _("All content"),
            [(kind.value, kind.label) for kind in ContentType if kind in kinds],
            asked.content_types,
        ),
        (
            "source",
            _("Sources"),
            _("API and console"),
            [(source.value, source.label) for source in SOURCES],
            asked.asked_sources,
        ),
    ]
    return [
        {
            "name": name,
            "title": title,
            "summary": shortened([named for value, named in choices if value in chosen]) or everything,
            "choices": [(value, named, value in chosen) for value, named in choices],
        }
        for name, title, everything, choices, chosen in offered
    ]


def shortened(names: list[str]) -> str:
    shown = ", ".join(map(str, names[:2]))
    return f"{shown} +{len(names) - 2}" if len(names) > 2 else shown


def steps_of(asked: Asked, found: Comparison, links: Links) -> list[dict]:
    """The latest first; where nothing was called there is no row."""
    return [
        {
            "name": full_name(asked.period, step.on),
            "figures": step.figures,
            "link": links.of_step(step.on),
            "hits_link": links.of_step(step.on, **HIT),
            "clean_link": links.of_step(step.on, **CLEAN),
            "levels": [
                (getattr(step.figures, level), links.of_step(step.on, level=level.value)) for level in LEVELS
            ],
            "finer": links.finer(step.on),
            "before": step.before,
        }
        for step in reversed(found.steps)
        if step.figures.calls
    ]


def rows_of(figures: dict, before: dict, describe) -> list[dict]:
    """The most called first."""
    ordered = sorted(figures.items(), key=lambda entry: (-entry[1].calls, entry[0]))
    return [
        describe(key)
        | {
            "figures": one,
            "before": before.get(key, NONE),
            "change": wording.change(one.calls, before.get(key, NONE).calls),
        }
        for key, one in ordered
        if one.calls
    ]


def services_of(asked: Asked, found: Comparison, links: Links) -> list[dict]:
    by_id = {service.pk: service for service in asked.services}

    def describe(service_id):
        service = by_id[service_id]
        return {
            "service": service,
            "query": asked.query(service=service.code),
            "link": links.of_period(service=service.code),
            "hits_link": links.of_period(service=service.code, **HIT),
        }

    return rows_of(found.now.by_service, found.before.by_service, describe)


def sources_of(found: Comparison, links: Links) -> list[dict]:
    def describe(source):
        return {
            "name": ModerationResult.Source(source).label,
            "link": links.of_period(source=source),
            "hits_link": links.of_period(source=source, **HIT),
        }

    return rows_of(found.now.by_source, found.before.by_source, describe)


def content_types_of(asked: Asked, found: Comparison, links: Links) -> list[dict]:
    kinds = {service.pk: service.content_type for service in asked.services}

    def describe(kind):
        return {
            "name": ContentType(kind).label,
            "link": links.of_period(content_type=kind),
            "hits_link": links.of_period(content_type=kind, **HIT),
        }

    return rows_of(found.now.by_content_type(kinds), found.before.by_content_type(kinds), describe)
