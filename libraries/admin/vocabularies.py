from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from config.console.owned import OwnedAdmin
from libraries.models import Variant, Vocabulary
from libraries.operations.keywords import AddReport, RefusedKeyword, add_keywords, sort_out
from libraries.operations.vocabularies import change_vocabulary, create_vocabulary, delete_vocabulary
from libraries.usage import used_by

SHOWN_REFUSED = 10
LINE = _("Line %(line)s, “%(text)s”: %(reason)s")


class VocabularyForm(forms.ModelForm):
    """`keywords` are the first ones of a new vocabulary, and further ones of an old."""

    variants = forms.MultipleChoiceField(
        label=_("Also find words written as"),
        choices=Variant,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_(
            "The last two mistake more ordinary words for a keyword than the others: try them first."
        ),
    )
    keywords = forms.CharField(
        label=_("Keywords to add"),
        required=False,
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 10}),
        help_text=_("One a line, at most 20 characters each: letters, digits, spaces and - _ . ' & + @ # ·"),
    )

    class Meta:
        model = Vocabulary
        fields = ["name", "description", "variants"]
        widgets = {
            "name": UnfoldAdminTextInputWidget,
            "description": UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        }

    def clean_keywords(self):
        lines = self.cleaned_data["keywords"].splitlines()
        if self.instance.pk is None:
            _words, _repeated, refused = sort_out(lines)
            if refused:
                raise forms.ValidationError(told(refused))
        return lines


def told(refused: tuple[RefusedKeyword, ...]) -> list[str]:
    """A sentence per line that cannot be a keyword, and how many more there are."""
    said = [
        LINE % {"line": one.line, "text": one.text, "reason": one.message} for one in refused[:SHOWN_REFUSED]
    ]
    more = len(refused) - SHOWN_REFUSED
    if more > 0:
        said.append(ngettext("And %(n)d more line.", "And %(n)d more lines.", more) % {"n": more})
    return said


@admin.register(Vocabulary)
class VocabularyAdmin(OwnedAdmin):
    view_ability = "libraries.view"
    edit_ability = "libraries.edit"
    can_delete = True
    form = VocabularyForm
    list_display = ["name", "description", "keywords", "updated_at"]
    search_fields = ["name", "description"]
    change_form_outer_before_template = "libraries/vocabulary_tools.html"
    ordering = ["name", "id"]

    def get_fields(self, request, obj=None):
        fields = ["name", "description", "variants"]
        return [*fields, "keywords"] if self.has_change_permission(request, obj) else fields

    @admin.display(description=_("Keywords"), ordering="keyword_count")
    def keywords(self, vocabulary):
        address = reverse("admin:libraries_keyword_changelist")
        count = number_format(vocabulary.keyword_count, force_grouping=True)
        return format_html('<a href="{}?vocabulary__id__exact={}">{}</a>', address, vocabulary.pk, count)

    def save_model(self, request, obj, form, change):
        asked = {"name": obj.name, "description": obj.description, "variants": obj.variants}
        stamp = {"actor": request.user, "now": timezone.now()}
        words = form.cleaned_data["keywords"]
        if not change:
            obj.pk = create_vocabulary(account=request.account, keywords=words, **asked, **stamp).pk
            return
        change_vocabulary(vocabulary=obj, **asked, **stamp)
        if any(words):
            self.tell(request, add_keywords(vocabulary=obj, texts=words, **stamp))

    def tell(self, request, report: AddReport) -> None:
        said = _("Keywords added: %(added)s. There already: %(repeated)s.")
        self.message_user(request, said % {"added": report.added, "repeated": report.repeated})
        for line in told(report.refused):
            self.message_user(request, line, messages.WARNING)

    def get_deleted_objects(self, objs, request):
        """Told by name and count: the default would list every keyword."""
        words = sum(vocabulary.keyword_count for vocabulary in objs)
        counts = {_("vocabularies"): len(objs), _("keywords"): words}
        return [str(vocabulary) for vocabulary in objs], counts, set(), []

    def delete_model(self, request, obj):
        stamp = {"actor": request.user, "now": timezone.now()}
        delete_vocabulary(vocabulary=obj, used_by=used_by(obj), **stamp)

    @transaction.atomic
    def delete_queryset(self, request, queryset):
        for vocabulary in queryset:
            self.delete_model(request, vocabulary)
