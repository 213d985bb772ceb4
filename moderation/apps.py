from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = _("Machine moderation")

    def ready(self):
        from config.accounts.operations.accounts import account_openers, manual_review_openers
        from config.wire.registry import load
        from libraries.objects import fetch_with, open_with
        from libraries.pictures import read_with
        from libraries.usage import askers, askers_of_all, askers_of_images
        from moderation import checks, erasing
        from moderation.callbacks.events import rebase_after_restore
        from moderation.catalogue.sync import sync_after_migrate
        from moderation.detectors import registry
        from moderation.file_owners import join_orphans
        from moderation.media.fetch import fetch_image
        from moderation.media.library_reader import read_for_library
        from moderation.operations.engine_revisions import join_engines
        from moderation.operations.services import (
            install_default_services,
            services_by_vocabulary,
            services_using,
            services_using_images,
        )
        from moderation.retention import join_retention
        from moderation.wire.library_files import open_upload
        from moderation.workers import engines

        checks.register()
        erasing.register()
        registry.use_looker(engines.look)
        account_openers.append(install_default_services)
        account_openers.append(join_engines)
        manual_review_openers.append(install_default_services)
        askers.append(services_using)
        askers_of_all.append(services_by_vocabulary)
        askers_of_images.append(services_using_images)
        read_with(read_for_library)
        fetch_with(fetch_image)
        open_with(open_upload)
        post_migrate.connect(sync_after_migrate, sender=self)
        post_migrate.connect(rebase_after_restore, sender=self)
        join_retention()
        join_orphans()
        load("moderation.wire")
