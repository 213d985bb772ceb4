from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from config.accounts.roles import can
from config.console.owned import ConsoleAdmin, ReadOnlyMixin
from moderation.catalogue.groups import group_name
from moderation.models import Label


@admin.register(Label)
class LabelAdmin(ReadOnlyMixin, ConsoleAdmin):
    """The catalogue is the same for all accounts and changes with the product only."""

    list_display = ["code", "shown_name", "shown_group", "shown_content_types", "is_retired"]
    list_display_links = None
    list_filter = ["group", "is_retired"]
    search_fields = ["code", "name_en", "name_zh"]
    ordering = ["group", "code"]

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return can(request.user, request.account, "policy.view")

    @admin.display(description=_("Name"))
    def shown_name(self, label):
        return label.name

    @admin.display(description=_("Detection type"), ordering="group")
    def shown_group(self, label):
        return group_name(label.group)

    @admin.display(description=_("Content types"))
    def shown_content_types(self, label):
        return ", ".join(label.content_types)
