"""The list of services, and the pages that copy one or change its name."""

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.console.pages import ConsolePage, link_of, register
from config.errors import PlatformError
from moderation.admin.rules import TRIED, ServicePage
from moderation.models import Service
from moderation.models.content import ContentType
from moderation.operations.services import copy_service, free_code, rename_service

TABS = (ContentType.IMAGE, ContentType.TEXT, ContentType.AUDIO, ContentType.VIDEO)


@register("services/", name="moderation_services")
class Services(ConsolePage):
    title = _("Services and rules")
    ability = "policy.view"
    template_name = "moderation/services.html"

    def get(self, request):
        services = list(
            self.owned(Service)
            .shown_to(request.account)
            .select_related("current_version", "copied_from", "draft")
            .in_families()
        )
        tabs = [kind for kind in TABS if any(service.content_type == kind for service in services)]
        kind = request.GET.get("type") or (tabs[0] if tabs else "")
        if tabs and kind not in tabs:
            raise Http404
        return self.render(
            tabs=[
                (tab.value, tab.label, sum(service.content_type == tab for service in services), tab == kind)
                for tab in tabs
            ],
            services=[service for service in services if service.content_type == kind],
            may_publish=self.can("policy.publish"),
            test_page=link_of("moderation_online_test") if kind in TRIED else "",
            are_videos=kind == ContentType.VIDEO,
        )


class ServiceFacts(ServicePage):
    """A page that asks for the name and description of a service."""

    ability = "policy.publish"
    template_name = "moderation/service_facts.html"
    button = ""

    def get(self, request, service_id):
        return self.show(name=self.first_name(), description=self.service.description)

    def post(self, request, service_id):
        name, description = request.POST.get("name", ""), request.POST.get("description", "")
        try:
            return self.act(name=name, description=description, actor=request.user, now=timezone.now())
        except PlatformError as error:
            return self.show(name=name, description=description, error=error)

    def show(self, *, error=None, **fields):
        return self.render(
            status=error.status if error else 200,
            service=self.service,
            error=error and error.message,
            faulty=error.field if error else "",
            code=self.code(),
            **fields,
        )

    def code(self) -> str:
        return self.service.code


@register("service-copy/<int:service_id>/", name="moderation_copy")
class CopyService(ServiceFacts):
    button = _("Create")

    def get_title(self):
        return _("Copy service")

    def first_name(self):
        return _("%(name)s (copy)") % {"name": self.service.name}

    def code(self):
        return free_code(self.service)

    def act(self, **facts):
        made = copy_service(service=self.service, **facts)
        self.say(_("The copy is %(code)s and can be called now.") % {"code": made.code})
        return self.go("moderation_rules", made.pk)


@register("service-info/<int:service_id>/", name="moderation_info")
class ModifyInfo(ServiceFacts):
    button = _("Save")

    def get_title(self):
        return _("Modify info")

    def first_name(self):
        return self.service.name

    def act(self, **facts):
        rename_service(service=self.service, **facts)
        self.say(_("Saved."))
        return self.go("moderation_rules", self.service.pk)
