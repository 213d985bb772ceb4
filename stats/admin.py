from django.utils.translation import gettext_lazy as _

from config.console.navigation import NavItem, register
from stats import export_pages, pages, review_pages, review_today, today

__all__ = ["export_pages", "pages", "review_pages", "review_today", "today"]

register(
    NavItem("machine", _("Exports"), "stats_exports", "download", "results.view", order=25),
    NavItem("usage", _("Usage statistics"), "stats_usage", "monitoring", "stats.view", order=10),
)
