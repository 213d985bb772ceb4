from datetime import timedelta

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from config.accounts.roles import can
from config.console.owned import OwnedAdmin, ReadOnlyMixin
from moderation.catalogue.names import label_name
from moderation.models import ModerationResult
from moderation.results_query import by_labels, on_day


class AskedFilter(SimpleListFilter):
    """A filter that takes whatever stands in the address, offered or not."""

    def lookups(self, request, model_admin):
        return self.offered(request)

    def value(self):
        return self.used_parameters.get(self.parameter_name)

    def has_output(self):
        return True

    def offered(self, request):
        return []


class ByLabel(AskedFilter):
    title = _("returned label")
    parameter_name = "label"

    def offered(self, request):
        return [("!=nonLabel", _("any risk"))]

    def queryset(self, request, results):
        return by_labels(results, self.value()) if self.value() else results


class ByDay(AskedFilter):
    title = _("day")
    parameter_name = "day"

    def offered(self, request):
        today = timezone.localdate()
        return [(str(today - timedelta(days=back)), str(today - timedelta(days=back))) for back in range(7)]

    def queryset(self, request, results):
        return on_day(results, self.value(), request.account) if self.value() else results


@admin.register(ModerationResult)
class ResultAdmin(ReadOnlyMixin, OwnedAdmin):
    view_ability = "results.view"
    is_keyset = True
    list_display = ["created", "shown_level", "shown_labels", "excerpt", "service", "data_id", "human"]
    list_display_links = ["created"]
    list_filter = [ByLabel, "level", "service", ByDay]
    search_fields = ["request_id__exact", "data_id__exact"]
    search_help_text = _("Request id or data id, in full")
    list_select_related = ["service"]
    change_form_template = "moderation/result.html"

    def render_change_form(self, request, context, *args, **kwargs):
        context["show_content"] = can(request.user, request.account, "content.view")
        return super().render_change_form(request, context, *args, **kwargs)

    def get_list_display(self, request):
        columns = super().get_list_display(request)
        if can(request.user, request.account, "content.view"):
            return columns
        return [column for column in columns if column != "excerpt"]

    @admin.display(description=_("Time"))
    def created(self, result):
        return timezone.localtime(result.created_at).strftime("%Y-%m-%d %H:%M:%S")

    @admin.display(description=_("Risk level"))
    def shown_level(self, result):
        return format_html(
            '<span class="as-risk as-risk-{}">{}</span>', result.level, result.get_level_display()
        )

    @admin.display(description=_("Labels"))
    def shown_labels(self, result):
        return ", ".join(label_name(label["label"]) for label in result.labels)

    @admin.display(description=_("Content"))
    def excerpt(self, result):
        return result.content[:60] + ("…" if len(result.content) > 60 else "")

    @admin.display(description=_("Human verdict"))
    def human(self, result):
        return result.get_human_outcome_display() or None
