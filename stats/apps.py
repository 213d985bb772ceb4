from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatsConfig(AppConfig):
    name = "stats"
    verbose_name = _("Usage")

    def ready(self):
        from config.refused_calls import listeners
        from config.wire.registry import load
        from moderation.signals import verdict_reached
        from review.work_watchers import watchers
        from stats import erasing
        from stats.counting import count_result
        from stats.refusals import count_refusal
        from stats.retention import join_retention
        from stats.review_counting import Counting

        erasing.register()
        verdict_reached.connect(count_result, dispatch_uid="stats.counting")
        listeners.append(count_refusal)
        watchers.append(Counting())
        join_retention()
        load("stats.wire")
