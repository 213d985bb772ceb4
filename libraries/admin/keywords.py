from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.console.owned import OwnedAdmin
from libraries.models import Keyword, Vocabulary
from libraries.operations.keywords import UNCHANGED, change_keywords, remove_keywords

MOST_LISTED = 1000


class ExpiryFilter(admin.SimpleListFilter):
    title = _("expiry")
    parameter_name = "expiry"

    def lookups(self, request, model_admin):
        return [("none", _("never")), ("later", _("in force, expires")), ("expired", _("expired"))]

    def queryset(self, request, queryset):
        now = timezone.now()
        if self.value() == "none":
            return queryset.filter(expires_at=None)
        if self.value() == "later":
            return queryset.filter(expires_at__gt=now)
        return queryset.expired(now) if self.value() == "expired" else queryset


class OwnerAndExpiryForm(forms.Form):
    """What is not ticked stays as it is."""

    set_owner = forms.BooleanField(label=_("Set the owner"), required=False)
    owner = forms.CharField(label=_("Owner"), max_length=60, required=False)
    set_expiry = forms.BooleanField(label=_("Set the expiry"), required=False)
    expires_at = forms.DateTimeField(
        label=_("Expires"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: never. From then on the keywords are not found any more."),
    )

    def changes(self) -> dict:
        told = self.cleaned_data
        return {
            "owner": told["owner"] if told["set_owner"] else UNCHANGED,
            "expires_at": told["expires_at"] if told["set_expiry"] else UNCHANGED,
        }


@admin.register(Keyword)
class KeywordAdmin(OwnedAdmin):
    """Looked for, changed and removed here; added on the vocabulary's own page."""

    view_ability = "libraries.view"
    edit_ability = "libraries.edit"
    can_add = False
    can_delete = True
    is_keyset = True
    list_display = ["text", "vocabulary", "owner", "until", "hit_count", "hit", "created_at"]
    list_display_links = None
    list_filter = ["vocabulary", ExpiryFilter]
    list_select_related = ["vocabulary"]
    search_fields = ["folded"]
    search_help_text = _("Any part of the keyword, in any spelling; with ^ before it: how it begins")
    fields = readonly_fields = ["text", "vocabulary", "owner", "until", "hit_count", "hit", "created_at"]
    actions = ["set_owner_and_expiry"]

    def has_change_permission(self, request, obj=None):
        return False

    def get_search_results(self, request, queryset, search_term):
        if search_term.startswith("^"):
            return queryset.starting_with(search_term[1:]), False
        return (queryset.containing(search_term) if search_term else queryset), False

    @admin.display(description=_("Expires"))
    def until(self, keyword):
        if keyword.expires_at is None:
            return None
        moment = timezone.localtime(keyword.expires_at).strftime("%Y-%m-%d %H:%M")
        if keyword.expires_at > timezone.now():
            return moment
        return format_html('{} <span class="as-tag as-tag-warn">{}</span>', moment, _("expired"))

    @admin.display(description=_("Last hit"))
    def hit(self, keyword):
        return keyword.last_hit_at and timezone.localtime(keyword.last_hit_at).strftime("%Y-%m-%d %H:%M")

    @admin.action(description=_("Set owner or expiry…"), permissions=["delete"])
    def set_owner_and_expiry(self, request, queryset):
        form = OwnerAndExpiryForm(request.POST if "apply" in request.POST else None)
        if form.is_valid():
            changed = self.change_queryset(request, queryset, form.changes())
            said = ngettext("%(n)d keyword changed.", "%(n)d keywords changed.", changed)
            self.message_user(request, said % {"n": changed}, messages.SUCCESS)
            return None
        context = self.admin_site.each_context(request) | {
            "title": _("Set owner or expiry"),
            "opts": self.opts,
            "form": form,
            "chosen": queryset.order_by("id").values_list("pk", flat=True)[:MOST_LISTED],
            "count": queryset.count(),
            "select_across": request.POST.get("select_across", "0"),
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "libraries/keywords_change.html", context)

    @transaction.atomic
    def change_queryset(self, request, queryset, changes: dict) -> int:
        return sum(
            change_keywords(vocabulary=vocabulary, ids=ids, **changes, **self.stamp(request))
            for vocabulary, ids in self.by_vocabulary(request, queryset)
        )

    def delete_model(self, request, obj):
        self.delete_queryset(request, Keyword.objects.filter(pk=obj.pk))

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        for vocabulary, ids in self.by_vocabulary(request, queryset):
            remove_keywords(vocabulary=vocabulary, ids=ids, **self.stamp(request))

    def stamp(self, request) -> dict:
        return {"actor": request.user, "now": timezone.now()}

    def by_vocabulary(self, request, queryset) -> list[tuple[Vocabulary, list[int]]]:
        chosen: dict[int, list[int]] = {}
        for keyword_id, vocabulary_id in queryset.values_list("pk", "vocabulary_id"):
            chosen.setdefault(vocabulary_id, []).append(keyword_id)
        vocabularies = Vocabulary.objects.owned_by(request.account).filter(pk__in=chosen).order_by("id")
        return [(vocabulary, chosen[vocabulary.pk]) for vocabulary in vocabularies]
