from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = _("Machine moderation")

    def ready(self):
        from config.accounts.operations.accounts import account_openers
        from libraries.usage import askers
        from moderation.catalogue.sync import sync_after_migrate
        from moderation.operations.services import install_default_services, services_using

        account_openers.append(install_default_services)
        askers.append(services_using)
        post_migrate.connect(sync_after_migrate, sender=self)
