from django.contrib import admin
from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from config.accounts.roles import can
from config.console.hostile import badged
from config.console.owned import OwnedAdmin
from libraries.models import TextSample
from libraries.operations.samples import remove_text_sample


@admin.register(TextSample)
class TextSampleAdmin(OwnedAdmin):
    """What people decided on; removed, a text is judged by the rules again."""

    view_ability = "libraries.view"
    edit_ability = "libraries.edit"
    can_add = False
    can_delete = True
    is_keyset = True
    list_display = ["excerpt", "outcome", "label", "created_at"]
    list_display_links = ["created_at"]
    list_filter = ["outcome"]
    search_fields = ["=label", "=origin"]
    search_help_text = _("Label or request id, in full")
    fields = readonly_fields = ["text", "outcome", "label", "origin", "created_at"]

    def has_change_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).present()

    def get_list_display(self, request):
        return self.shown(request, super().get_list_display(request))

    def get_fields(self, request, obj=None):
        return self.shown(request, super().get_fields(request, obj))

    def shown(self, request, names):
        if can(request.user, request.account, "content.view"):
            return names
        return [name for name in names if name not in {"excerpt", "text"}]

    @admin.display(description=_("Text"))
    def excerpt(self, sample):
        return badged(Truncator(sample.content).chars(60))

    @admin.display(description=_("Text"))
    def text(self, sample):
        return badged(sample.content)

    def delete_model(self, request, obj):
        remove_text_sample(sample=obj, actor=request.user, now=timezone.now())

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        for sample in queryset:
            self.delete_model(request, sample)
