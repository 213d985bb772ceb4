from django.utils.translation import gettext_lazy as _

from config.console.navigation import NavItem, register
from stats import exactness_pages, export_pages, pages, review_pages, review_today, schedule_pages, today

__all__ = [
    "exactness_pages",
    "export_pages",
    "pages",
    "review_pages",
    "review_today",
    "schedule_pages",
    "today",
]

register(
    NavItem("usage", _("Usage statistics"), "stats_usage", "monitoring", "stats.view", order=10),
    NavItem(
        "usage",
        _("Exports"),
        "stats_exports",
        "download",
        "results.view",
        order=60,
        covers=(
            "stats_export",
            "stats_export_new",
            "stats_export_schedules",
            "stats_export_schedule",
            "stats_export_schedule_new",
        ),
    ),
)
