from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatsConfig(AppConfig):
    name = "stats"
    verbose_name = _("Usage")

    def ready(self):
        from moderation.signals import verdict_reached
        from stats.counting import count_result

        verdict_reached.connect(count_result, dispatch_uid="stats.counting")
