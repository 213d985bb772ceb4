from django.utils.translation import gettext_lazy as _

from config.console.navigation import NavItem, register
from stats import pages, today

__all__ = ["pages", "today"]

register(NavItem("usage", _("Usage statistics"), "stats_usage", "monitoring", "stats.view", order=10))
