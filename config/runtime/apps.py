from django.apps import AppConfig

from config import checks


class RuntimeConfig(AppConfig):
    """The commands that run the platform, and the checks of its settings."""

    name = "config.runtime"
    label = "runtime"

    def ready(self):
        checks.register()
