from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = _("Machine moderation")

    def ready(self):
        from config.accounts.operations.accounts import account_openers
        from moderation.catalogue.sync import sync_after_migrate
        from moderation.operations.services import install_default_services

        account_openers.append(install_default_services)
        post_migrate.connect(sync_after_migrate, sender=self)
