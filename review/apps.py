from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    name = "review"
    verbose_name = _("Review")

    def ready(self):
        from config.wire.registry import load
        from moderation.learning.examples import feeders
        from moderation.media_hooks import removers
        from moderation.results_hooks import keepers, task_finders, withdrawers
        from moderation.signals import verdict_reached
        from review import erasing
        from review.intake import open_item_if_due
        from review.keeping import waiting_results
        from review.learning import of_feedback
        from review.manual_tasks import tasks_of
        from review.operations.submit import withdraw
        from review.removed_media import close_items
        from review.retention import join_retention

        erasing.register()
        verdict_reached.connect(open_item_if_due, dispatch_uid="review.intake")
        keepers.append(waiting_results)
        task_finders.append(tasks_of)
        feeders.append(of_feedback)
        withdrawers.append(withdraw)
        removers.append(close_items)
        join_retention()
        load("review.wire")
