from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LibrariesConfig(AppConfig):
    name = "libraries"
    verbose_name = _("Libraries")

    def ready(self):
        from config.wire.registry import load
        from libraries import erasing
        from libraries.retention import join_retention

        join_retention()
        erasing.register()
        load("libraries.wire")
