from django.contrib import admin, messages
from django.db import transaction
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.accounts.roles import can
from config.console.hostile import badged
from config.console.owned import OwnedAdmin
from config.console.pages import ConsolePage, register
from libraries.models import TextSample
from libraries.operations.sample_guard import release_sample
from libraries.operations.samples import remove_text_sample


class QuarantineFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "quarantine"

    def lookups(self, request, model_admin):
        return [("1", _("in quarantine"))]

    def queryset(self, request, queryset):
        return queryset.quarantined() if self.value() == "1" else queryset


@admin.register(TextSample)
class TextSampleAdmin(OwnedAdmin):
    """What people decided on; removed, a text is judged by the rules again."""

    view_ability = "libraries.view"
    edit_ability = "libraries.edit"
    can_add = False
    can_delete = True
    is_keyset = True
    list_display = ["excerpt", "outcome", "label", "state", "created_at"]
    list_display_links = ["created_at"]
    list_filter = ["outcome", QuarantineFilter]
    search_fields = ["=label", "=origin"]
    search_help_text = _("Label or request id, in full")
    fields = readonly_fields = ["text", "outcome", "label", "state", "origin", "created_at"]
    actions = ["release"]
    change_form_outer_before_template = "libraries/sample_tools.html"

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

    @admin.display(description=_("State"))
    def state(self, sample):
        if not sample.rests:
            return _("decides")
        since = timezone.localtime(sample.quarantined_at).strftime("%Y-%m-%d %H:%M")
        mark = '<span class="as-tag as-tag-warn">{}</span> {}'
        return format_html(mark, _("in quarantine"), since)

    @admin.action(description=_("Release from quarantine"), permissions=["delete"])
    @transaction.atomic
    def release(self, request, queryset):
        resting = list(queryset.quarantined())
        for sample in resting:
            release_sample(sample=sample, actor=request.user, now=timezone.now())
        said = ngettext("%(n)d sample decides again.", "%(n)d samples decide again.", len(resting))
        self.message_user(request, said % {"n": len(resting)}, messages.SUCCESS)

    def delete_model(self, request, obj):
        remove_text_sample(sample=obj, actor=request.user, now=timezone.now())

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        for sample in queryset:
            self.delete_model(request, sample)


@register("text-samples/<int:sample_id>/release/", name="text_sample_release")
class ReleaseTextSample(ConsolePage):
    ability = "libraries.edit"
    http_method_names = ["post"]

    def post(self, request, sample_id):
        sample = self.one(TextSample, pk=sample_id, removed_at=None)
        release_sample(sample=sample, actor=request.user, now=timezone.now())
        self.say(_("The sample decides again."))
        return self.go("libraries_textsample_change", sample.pk)
