from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    name = "config.console"
    label = "console"
    verbose_name = _("Console")
    default = True


class ConsoleAdminConfig(admin_apps.AdminConfig):
    """Stands for `django.contrib.admin` in INSTALLED_APPS: the one admin site is the console."""

    default = False
    default_site = "config.console.site.ConsoleSite"
