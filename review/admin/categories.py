"""The page on which leads keep the account's block categories, their policy and their reasons."""

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from config.accounts.roles import can
from config.console.navigation import NavItem
from config.console.navigation import register as add_to_sidebar
from config.console.owned import OwnedAdmin
from moderation.catalogue.groups import GROUPS, group_name
from moderation.models.content import ContentType
from review.categories import categories_of
from review.models import BlockCategory
from review.operations.categories import EDITABLE, change_category, create_category


class Lines(forms.CharField):
    """A list of texts, one a line."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        return (value or "").splitlines()

    def has_changed(self, initial, data):
        return self.to_python(data) != list(initial or [])


class CategoryForm(forms.ModelForm):
    groups = forms.MultipleChoiceField(
        label=_("Detection types"),
        choices=lambda: list(GROUPS.items()),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_(
            "The category stands before the others where the machine found one of these, and a block under "
            "it bears the machine's own label."
        ),
    )
    content_types = forms.MultipleChoiceField(
        label=_("Content types"),
        choices=ContentType,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("For which content reviewers are offered it; none chosen means all."),
    )
    policy = forms.CharField(
        label=_("Policy"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
        help_text=_("What to block and what to pass, as reviewers read it beside the content."),
    )
    reasons = Lines(
        label=_("Reasons"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 5}),
        help_text=_("One a line. A reviewer may choose one; the client is told of it."),
    )

    class Meta:
        model = BlockCategory
        fields = ["code", *EDITABLE]
        widgets = {"name": UnfoldAdminTextInputWidget, "name_zh": UnfoldAdminTextInputWidget}
        help_texts = {
            "code": _("Small letters, digits and underscores. It cannot be changed: callbacks bear it."),
            "is_severe": _("Content that the machine puts under it is blurred until a reviewer looks."),
            "position": _("Reviewers see the categories in this order, those that the machine found first."),
            "is_retired": _("Offered no more. What was decided under it keeps it."),
        }


@admin.register(BlockCategory)
class BlockCategoryAdmin(OwnedAdmin):
    """Read by everybody who may read policy; kept by those who lead reviewers or publish policy."""

    view_ability = "policy.view"
    edit_ability = "policy.publish"
    form = CategoryForm
    fields = ["code", *EDITABLE]
    list_display = ["position", "shown_name", "code", "detection_types", "shown_reasons", "state"]
    list_display_links = ["shown_name"]
    ordering = ["position", "id"]

    def _may(self, request, ability, obj) -> bool:
        leads = ability == self.edit_ability and can(request.user, request.account, "review.recheck")
        return super()._may(request, "review.recheck" if leads else ability, obj)

    def changelist_view(self, request, extra_context=None):
        if request.account is not None and self.has_view_permission(request):
            categories_of(request.account)
        return super().changelist_view(request, extra_context)

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []

    def get_changeform_initial_data(self, request):
        last = self.get_queryset(request).order_by("-position").first()
        return {"position": last.position + 1 if last else 1} | super().get_changeform_initial_data(request)

    def save_model(self, request, obj, form, change):
        asked = {name: form.cleaned_data[name] for name in EDITABLE}
        stamp = {"actor": request.user, "now": timezone.now()}
        if change:
            change_category(category=obj, changes=asked, **stamp)
        else:
            obj.pk = create_category(account=request.account, code=obj.code, **asked, **stamp).pk

    @admin.display(description=_("Name"), ordering="name")
    def shown_name(self, category):
        return category.shown_name

    @admin.display(description=_("Detection types"))
    def detection_types(self, category):
        return ", ".join(map(group_name, category.groups))

    @admin.display(description=_("Reasons"))
    def shown_reasons(self, category):
        return len(category.reasons)

    @admin.display(description=_("State"))
    def state(self, category):
        if category.is_retired:
            return _("Retired")
        return _("Severe") if category.is_severe else None


add_to_sidebar(
    NavItem(
        "review",
        _("Block categories"),
        "review_blockcategory_changelist",
        "category",
        "policy.view",
        order=70,
    )
)
