from django.utils.translation import gettext_lazy as _

from config.console.navigation import NavItem, register

register(NavItem("overview", _("Dashboard"), "index", icon="space_dashboard"))
