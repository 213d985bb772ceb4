from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ErasureConfig(AppConfig):
    name = "config.erasure"
    label = "erasure"
    verbose_name = _("Personal data")

    def ready(self):
        from config.accounts import erasing as accounts
        from config.audit import erasing as audit
        from config.erasure import erasing
        from config.retention import erasing as retention

        accounts.register()
        audit.register()
        erasing.register()
        retention.register()
