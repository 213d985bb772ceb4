from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WireConfig(AppConfig):
    name = "config.wire"
    label = "wire"
    verbose_name = _("Calls of the vendor's SDKs")

    def ready(self):
        from config.erasure.registry import holds_nobody

        holds_nobody("digests, and keys for a while", "wire.UsedNonce", "wire.TemporaryKey")
