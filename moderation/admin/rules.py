from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.console.pages import ConsolePage, register
from config.errors import PlatformError
from moderation.admin.rules_form import REVIEWABLE, groups_of, rules_from, vocabularies_of
from moderation.models import Service, ServiceVersion
from moderation.models.content import RiskLevel
from moderation.operations.services import copy_service, publish_version, rename_service, roll_back
from moderation.rules_diff import rules_diff

SHOWN_VERSIONS = 20
SERVICES = (_("Services"), "moderation_service_changelist")


@register("service-rules/<int:service_id>/", name="moderation_rules")
class RulesPage(ConsolePage):
    """The rules of one service: switches and scores per label, saved as a new version."""

    ability = "policy.view"
    template_name = "moderation/rules.html"
    parents = (SERVICES,)

    def get_title(self):
        return self.service.name

    def get(self, request, service_id):
        self.service = self.one(Service, pk=service_id)
        return self.show(self.service.current_version.rules)

    def post(self, request, service_id):
        self.service = self.one(Service, pk=service_id)
        self.require("policy.publish")
        current = self.service.current_version.rules
        codes = [row.code for group in groups_of(service=self.service, rules=current) for row in group.rows]
        asked = current
        try:
            asked = rules_from(request.POST, rules=current, codes=codes)
            version = publish_version(
                service=self.service,
                rules=asked,
                note=request.POST.get("note", ""),
                actor=request.user,
                now=timezone.now(),
                based_on=int(request.POST.get("based_on") or 0),
            )
        except PlatformError as error:
            return self.show(asked, error=error)
        self.say(_("Version %(number)s is in force now.") % {"number": version.number})
        return self.go("moderation_rules", self.service.pk)

    def show(self, rules, *, error=None):
        service = self.service
        versions = list(service.versions.select_related("published_by").newest_first()[: SHOWN_VERSIONS + 1])
        return self.render(
            status=error.status if error else 200,
            error=error and error.message,
            service=service,
            current=service.current_version,
            rules=rules,
            groups=groups_of(service=service, rules=rules),
            vocabularies=list(vocabularies_of(service)),
            review_levels=[
                (level.value, RiskLevel(level.value).label, level in rules.review_levels)
                for level in REVIEWABLE
            ],
            editable=self.can("policy.publish"),
            history=with_changes(versions),
        )


def with_changes(versions: list[ServiceVersion]) -> list[tuple]:
    """Each version with what it changed against the one before it."""
    older = [*versions[1:], None]
    return [
        (version, rules_diff(before.rules, version.rules) if before else [])
        for version, before in zip(versions, older, strict=True)
    ][:SHOWN_VERSIONS]


@register("service-roll-back/<int:version_id>/", name="moderation_roll_back")
class RollBack(ConsolePage):
    ability = "policy.publish"
    http_method_names = ["post"]

    def post(self, request, version_id):
        version = self.one(ServiceVersion, pk=version_id)
        made = roll_back(service=version.service, to=version, actor=request.user, now=timezone.now())
        said = _("Version %(number)s is in force: the rules of version %(old)s.")
        self.say(said % {"number": made.number, "old": version.number})
        return self.go("moderation_rules", version.service_id)


class ServiceFacts(ConsolePage):
    """A page that asks for the name and description of a service."""

    ability = "policy.publish"
    template_name = "moderation/service_facts.html"
    parents = (SERVICES,)

    def get(self, request, service_id):
        service = self.one(Service, pk=service_id)
        return self.show(service, name=self.first_name(service), description=service.description)

    def post(self, request, service_id):
        service = self.one(Service, pk=service_id)
        name, description = request.POST.get("name", ""), request.POST.get("description", "")
        try:
            return self.act(service, name=name[:100], description=description[:500])
        except PlatformError as error:
            return self.show(service, name=name, description=description, error=error)

    def show(self, service, *, error=None, **fields):
        return self.render(
            status=error.status if error else 200,
            service=service,
            error=error and error.message,
            **fields,
        )


@register("service-copy/<int:service_id>/", name="moderation_copy")
class CopyService(ServiceFacts):
    title = _("Copy service")
    button = _("Create")

    def first_name(self, service):
        return _("%(name)s (copy)") % {"name": service.name}

    def act(self, service, *, name, description):
        made = copy_service(
            service=service,
            name=name,
            description=description,
            actor=self.request.user,
            now=timezone.now(),
        )
        self.say(_("The copy is %(code)s and can be called now.") % {"code": made.code})
        return self.go("moderation_rules", made.pk)


@register("service-info/<int:service_id>/", name="moderation_info")
class ModifyInfo(ServiceFacts):
    title = _("Modify info")
    button = _("Save")

    def first_name(self, service):
        return service.name

    def act(self, service, *, name, description):
        rename_service(
            service=service,
            name=name,
            description=description,
            actor=self.request.user,
            now=timezone.now(),
        )
        self.say(_("Saved."))
        return self.go("moderation_rules", service.pk)
