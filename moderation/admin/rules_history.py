"""The versions of a service's rules: what each changed, any two compared, one of them brought back."""

from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from config.console.pages import register
from config.errors import PlatformError
from moderation.admin.rules import ServicePage
from moderation.admin.rules_rows import RulesView
from moderation.models import ServiceVersion
from moderation.operations.drafts import held_draft
from moderation.operations.publishing import VersionOutdated, roll_back
from moderation.rules_diff import rules_diff
from moderation.rules_words import told

SHOWN, MOST_OFFERED = 20, 500


class VersionsPage(ServicePage):
    @property
    def names(self):
        return RulesView(service=self.service, rules=self.service.current_version.rules).names

    def sides(self, first=None, second=None) -> dict:
        """What the form that compares offers and shows as chosen: the newest two, if nothing is."""
        draft = held_draft(self.service)
        newest = list(self.service.versions.newest_first()[:MOST_OFFERED])
        return {
            "sides": [*([draft] if draft else []), *newest],
            "first": first or newest[min(1, len(newest) - 1)],
            "second": second or newest[0],
        }

    def told(self, before, after):
        return told(rules_diff(before, after), self.names)


@register("service-history/<int:service_id>/", name="moderation_history")
class History(VersionsPage):
    template_name = "moderation/rules_history.html"

    def get(self, request, service_id):
        versions = self.service.versions.select_related("published_by", "restored_from").newest_first()
        before = request.GET.get("before", "")
        if before.isascii() and before.isdigit() and len(before) < 10:
            versions = versions.before(int(before))
        found = list(versions[: SHOWN + 1])
        names = self.names
        older = [*found[1:], None]
        history = [
            (version, told(rules_diff(first.rules, version.rules), names) if first else [])
            for version, first in zip(found, older, strict=True)
        ][:SHOWN]
        return self.render(
            service=self.service,
            current=self.service.current_version,
            history=history,
            older=history[-1][0].number if len(found) > SHOWN else None,
            **self.sides(),
        )


@register("service-compare/<int:service_id>/", name="moderation_compare")
class Compare(VersionsPage):
    """?from=1&to=3, or to=draft."""

    template_name = "moderation/rules_compare.html"

    def get(self, request, service_id):
        first, second = self.side("from"), self.side("to")
        return self.render(
            service=self.service,
            current=self.service.current_version,
            changes=self.told(first.rules, second.rules),
            **self.sides(first, second),
        )

    def side(self, name: str):
        """A version or the draft, by what the address names."""
        asked = self.request.GET.get(name, "")
        if asked == "draft":
            side = held_draft(self.service)
        elif asked.isascii() and asked.isdigit() and len(asked) < 10:
            side = self.service.versions.filter(number=int(asked)).first()
        else:
            side = None
        if side is None:
            raise Http404
        return side


@register("service-roll-back/<int:version_id>/", name="moderation_roll_back")
class RollBack(VersionsPage):
    """What going back to a version would change, and the button that does it."""

    ability = "policy.publish"
    template_name = "moderation/rules_roll_back.html"

    @cached_property
    def version(self) -> ServiceVersion:
        return self.one(ServiceVersion, pk=self.kwargs["version_id"])

    @cached_property
    def service(self):
        return self.version.service

    def get(self, request, version_id):
        return self.show()

    def post(self, request, version_id):
        try:
            made = roll_back(
                service=self.service,
                to=self.version,
                actor=request.user,
                now=timezone.now(),
                based_on=self.number("based_on"),
            )
        except PlatformError as error:
            self.service.refresh_from_db()
            return self.show(error)
        said = _("Version %(number)s is in force: the rules of version %(old)s.")
        self.say(said % {"number": made.number, "old": self.version.number})
        return self.go("moderation_rules", self.service.pk)

    def show(self, error: PlatformError | None = None):
        return self.render(
            status=error.status if error else 200,
            error=error and error.message,
            is_overtaken=isinstance(error, VersionOutdated),
            service=self.service,
            version=self.version,
            current=self.service.current_version,
            changes=self.told(self.service.current_version.rules, self.version.rules),
        )
