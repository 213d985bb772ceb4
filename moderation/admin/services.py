from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from config.console.owned import OwnedAdmin, ReadOnlyMixin
from moderation.models import Service


@admin.register(Service)
class ServiceAdmin(ReadOnlyMixin, OwnedAdmin):
    view_ability = "policy.view"
    list_display = ["name", "code", "content_type", "version", "copy_of", "settings_link"]
    list_display_links = None
    list_filter = ["content_type"]
    search_fields = ["code", "name"]
    ordering = ["code"]
    list_select_related = ["current_version", "copied_from"]

    @admin.display(description=_("Version"))
    def version(self, service):
        return str(service.current_version)

    @admin.display(description=_("Copy of"))
    def copy_of(self, service):
        return service.copied_from and service.copied_from.code

    @admin.display(description=_("Actions"))
    def settings_link(self, service):
        return format_html(
            '<a href="{}">{}</a> · <a href="{}">{}</a>',
            reverse("admin:moderation_rules", args=[service.pk]),
            _("Settings"),
            reverse("admin:moderation_copy", args=[service.pk]),
            _("Copy"),
        )
