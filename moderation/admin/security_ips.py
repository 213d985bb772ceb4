"""Addresses from which recordings play that are not cleared: groups of them."""

import re

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.accounts.addresses import client_address
from config.console.navigation import NavItem
from config.console.navigation import register as add_to_sidebar
from config.console.pages import ConsolePage, register
from config.errors import NotFound, PlatformError
from moderation.models import SecurityIpGroup
from moderation.operations.security_ips import DEFAULT_GROUP, set_security_ips

BETWEEN = re.compile(r"[\s,;，；、]+")
MODES = (("append", _("Append")), ("cover", _("Replace all")), ("delete", _("Delete")))


@register("security-ips/", name="media_security_ips")
class SecurityIps(ConsolePage):
    title = _("Security IPs")
    ability = "media.manage"
    template_name = "moderation/security_ips.html"

    def get(self, request):
        return self.shown()

    def shown(self, *, refusal: PlatformError | None = None, values: dict | None = None):
        groups = self.owned(SecurityIpGroup).order_by("name")
        return self.render(
            groups=groups,
            modes=MODES,
            values=values or {"group": DEFAULT_GROUP, "mode": "append"},
            refusal=refusal,
            address=client_address(self.request),
        )

    def post(self, request):
        posted = request.POST
        values = {name: posted.get(name, "") for name in ("group", "mode", "addresses")}
        entries = [entry for entry in BETWEEN.split(posted.get("addresses", "")) if entry]
        try:
            group = set_security_ips(
                account=request.account,
                addresses=entries,
                mode=posted.get("mode", ""),
                group=posted.get("group", ""),
                actor=request.user,
                now=timezone.now(),
            )
        except NotFound:
            raise
        except PlatformError as refusal:
            return self.shown(refusal=refusal, values=values)
        name = posted.get("group", "")
        if group is None:
            self.say(_("Group %(name)s has no addresses left and is gone.") % {"name": name})
        else:
            self.say(
                _("Group %(name)s has %(count)s addresses now.")
                % {"name": group.name, "count": len(group.addresses)}
            )
        return self.go("media_security_ips")


add_to_sidebar(
    NavItem("media", _("Security IPs"), "media_security_ips", "verified_user", "media.manage", order=30)
)
