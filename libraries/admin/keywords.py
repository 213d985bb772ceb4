from django.contrib import admin
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.console.owned import OwnedAdmin
from libraries.models import Keyword, Vocabulary
from libraries.operations.keywords import remove_keywords


@admin.register(Keyword)
class KeywordAdmin(OwnedAdmin):
    """Looked for and removed here; added on the vocabulary's own page."""

    view_ability = "libraries.view"
    edit_ability = "libraries.edit"
    can_add = False
    can_delete = True
    is_keyset = True
    list_display = ["text", "vocabulary", "created_at"]
    list_display_links = None
    list_filter = ["vocabulary"]
    list_select_related = ["vocabulary"]
    search_fields = ["folded"]
    search_help_text = _("How the keyword begins, in any spelling")
    fields = readonly_fields = ["text", "vocabulary", "created_at"]

    def has_change_permission(self, request, obj=None):
        return False

    def get_search_results(self, request, queryset, search_term):
        return (queryset.starting_with(search_term) if search_term else queryset), False

    def delete_model(self, request, obj):
        self.delete_queryset(request, Keyword.objects.filter(pk=obj.pk))

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        chosen: dict[int, list[int]] = {}
        for keyword_id, vocabulary_id in queryset.values_list("pk", "vocabulary_id"):
            chosen.setdefault(vocabulary_id, []).append(keyword_id)
        for vocabulary in Vocabulary.objects.owned_by(request.account).filter(pk__in=chosen):
            remove_keywords(
                vocabulary=vocabulary, ids=chosen[vocabulary.pk], actor=request.user, now=timezone.now()
            )
