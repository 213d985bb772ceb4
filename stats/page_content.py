"""What the usage page shows, made of four reads."""

from datetime import date, datetime
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from config.accounts.models import Account
from moderation.catalogue.names import label_name
from moderation.results_asked import ANY_RISK
from stats import wording
from stats.asked import Asked
from stats.charts.columns import Column, ColumnChart, column_chart
from stats.charts.treemap import Part, Treemap, treemap
from stats.models import UsageFact
from stats.periods import DAY, MONTH, MONTHS_MOST, Period, end_of_month, latest_days, latest_months
from stats.reads import (
    Figures,
    LabelShare,
    by_service,
    by_step,
    label_shares,
    since_the_start,
    today_in,
    total,
    usage,
)

DAY_PRESETS, MONTH_PRESETS = (7, 14, 30, 60), (3, 6, 12)


def page_content(*, account: Account, asked: Asked, may_open: bool, now: datetime) -> dict:
    period, today = asked.period, today_in(account, now)
    rows = list(usage(account=account, period=period, services=asked.chosen))
    figures = by_step(period, rows)
    whole = sum(figures.values(), Figures())
    before = total(
        account=account,
        period=period.before(),
        services=asked.chosen,
        until=since_the_start(account, period, now),
    )
    labels = label_shares(account=account, period=period, services=asked.chosen)
    links = Links(asked, may_open)
    return {
        "asked": asked,
        "presets": presets(asked, today),
        "views": views(asked),
        "today_edge": today.isoformat() if period.by == DAY else f"{today:%Y-%m}",
        "days_most": settings.ASSAY_USAGE_DAYS_MOST,
        "months_most": MONTHS_MOST,
        "whole": whole,
        "before": before,
        "calls_change": wording.change(whole.calls, before.calls),
        "hits_change": wording.change(whole.hits, before.hits),
        "period_before": period.before().edges,
        "is_running": period.last >= today,
        "was_ever_used": bool(whole.calls) or UsageFact.objects.owned_by(account).counted().exists(),
        "columns": columns_of(period, figures, links) if whole.calls else None,
        "labels_map": map_of(labels, links) if labels else None,
        "steps": [
            (period.step_named(on), one, links.of_step(on), links.of_step(on, label=ANY_RISK))
            for on, one in reversed(figures.items())
            if one.calls
        ],
        "services": services_of(asked, rows),
        "labels": [(one, label_name(one.label), links.of_label(one.label)) for one in labels],
        "export_query": asked.query(),
    }


class Links:
    """Addresses of the results behind a figure; of a month, the page of its days."""

    def __init__(self, asked: Asked, may_open: bool):
        self.asked, self.may_open = asked, may_open
        self.results = reverse("admin:moderation_moderationresult_changelist")
        self.page = reverse("admin:stats_usage")

    def to_results(self, **wanted) -> str:
        if not self.may_open:
            return ""
        if self.asked.chosen and len(self.asked.chosen) == 1:
            wanted["service"] = self.asked.chosen[0].code
        return f"{self.results}?{urlencode(wanted)}"

    def of_step(self, on: date, **wanted) -> str:
        if self.asked.period.by == DAY:
            return self.to_results(**{"from": on.isoformat(), "to": on.isoformat()}, **wanted)
        return f"{self.page}?{self.asked.of_period(Period(DAY, on, end_of_month(on)))}"

    def of_label(self, label: str) -> str:
        period = self.asked.period
        days = {"from": period.first.isoformat(), "to": period.last.isoformat()} if period.by == DAY else {}
        return self.to_results(**days, label=label)


def presets(asked: Asked, today: date) -> list[tuple[str, str, bool]]:
    """Name, query and whether it is the one shown."""
    if asked.period.by == MONTH:
        offered = [
            (_("%(n)s months") % {"n": count}, latest_months(count, today=today)) for count in MONTH_PRESETS
        ]
    else:
        offered = [
            (_("%(n)s days") % {"n": count}, latest_days(count, today=today))
            for count in DAY_PRESETS
            if count <= settings.ASSAY_USAGE_DAYS_MOST
        ]
    return [(name, asked.of_period(period), period == asked.period) for name, period in offered]


def views(asked: Asked) -> list[tuple[str, str, bool]]:
    """The same services by day and by month."""
    by = asked.period.by
    return [
        (_("By day"), asked.query(by=DAY, **{"from": None, "to": None}), by == DAY),
        (_("By month"), asked.query(by=MONTH, **{"from": None, "to": None}), by == MONTH),
    ]


def columns_of(period: Period, figures: dict[date, Figures], links: Links) -> ColumnChart:
    return column_chart(
        [
            Column(
                name=f"{on:%Y-%m}" if period.by == MONTH else f"{on:%m-%d}",
                hits=one.hits,
                clean=one.clean,
                title=told(period.step_named(on), one),
                link=links.of_step(on) if one.calls else "",
            )
            for on, one in figures.items()
        ],
        spell=wording.count,
    )


def told(name: str, figures: Figures) -> str:
    return _("%(name)s. Calls: %(calls)s, hit: %(hits)s (%(share)s), did not hit: %(clean)s") % {
        "name": name,
        "calls": wording.count(figures.calls),
        "hits": wording.count(figures.hits),
        "share": wording.percent(figures.hit_share),
        "clean": wording.count(figures.clean),
    }


def map_of(labels: list[LabelShare], links: Links) -> Treemap:
    return treemap(
        Part(
            code=one.label,
            name=label_name(one.label),
            share_text=wording.percent(one.share),
            hits=one.hits,
            title=f"{label_name(one.label)} ({one.label}): "
            f"{wording.count(one.hits)}, {wording.percent(one.share)}",
            link=links.of_label(one.label),
        )
        for one in labels
    )


def services_of(asked: Asked, rows) -> list[tuple]:
    """Service, its figures and the query of the page for it alone, the most called first."""
    by_id = {service.pk: service for service in asked.services}
    found = sorted(by_service(rows).items(), key=lambda entry: (-entry[1].calls, entry[0]))
    return [
        (by_id[service_id], figures, asked.query(service=by_id[service_id].code))
        for service_id, figures in found
    ]
