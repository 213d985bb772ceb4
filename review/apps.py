from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewConfig(AppConfig):
    name = "review"
    verbose_name = _("Review")

    def ready(self):
        from moderation.signals import verdict_reached
        from review.intake import open_item_if_due

        verdict_reached.connect(open_item_if_due, dispatch_uid="review.intake")
