from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = _("Machine moderation")

    def ready(self):
        from config.accounts.operations.accounts import account_openers
        from libraries.usage import askers, askers_of_images
        from moderation import checks
        from moderation.catalogue.sync import sync_after_migrate
        from moderation.media import storage
        from moderation.operations.engine_revisions import join_engines
        from moderation.operations.services import (
            install_default_services,
            services_using,
            services_using_images,
        )
        from moderation.results_hooks import forgetters

        checks.register()
        account_openers.append(install_default_services)
        account_openers.append(join_engines)
        askers.append(services_using)
        askers_of_images.append(services_using_images)
        post_migrate.connect(sync_after_migrate, sender=self)
        forgetters.append(storage.remove)
