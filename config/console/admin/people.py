from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminSelectWidget

from config.accounts.models import Membership, User
from config.audit.records import record
from config.console.navigation import NavItem, register
from config.console.owned import PlatformAdmin, ReadOnlyMixin

AUDITED = ("username", "email", "is_active", "is_superuser")


class MembershipInline(ReadOnlyMixin, TabularInline):
    model = Membership
    fields = readonly_fields = ["account", "role", "created_at"]
    extra = 0
    hide_title = True
    verbose_name_plural = _("Member of")

    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("account")


@admin.register(User)
class PeopleAdmin(PlatformAdmin, UserAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "full_name", "email", "platform_admin", "is_active", "last_login"]
    list_filter = ["is_superuser", "is_active"]
    search_fields = ["username", "first_name", "last_name", "email"]
    ordering = ["username"]
    filter_horizontal = ()
    readonly_fields = ["last_login", "date_joined"]
    add_fieldsets = [(None, {"fields": ["username", "password1", "password2"]})]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": [("first_name", "last_name"), ("email", "language")]}),
        (_("Access"), {"fields": ["is_active", "is_superuser", ("last_login", "date_joined")]}),
    ]
    inlines = [MembershipInline]

    @admin.display(description=_("Name"))
    def full_name(self, user):
        return user.get_full_name()

    @admin.display(description=_("Platform admin"), boolean=True, ordering="is_superuser")
    def platform_admin(self, user):
        return user.is_superuser

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "language":
            choices = [("", _("as the browser asks")), *settings.LANGUAGES]
            return forms.ChoiceField(
                label=_("Language"), choices=choices, required=False, widget=UnfoldAdminSelectWidget
            )
        if db_field.name == "is_superuser":
            kwargs |= {"label": _("Platform admin"), "help_text": _("May do everything in every account.")}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_inlines(self, request, obj):
        return self.inlines if obj else []

    @transaction.atomic
    def save_model(self, request, obj, form, change):
        before = User.objects.filter(pk=obj.pk).values(*AUDITED).first() if change else None
        super().save_model(request, obj, form, change)
        after = {name: getattr(obj, name) for name in AUDITED}
        if request.account is not None and before != after:
            record(
                account=request.account,
                actor=request.user,
                action="user.changed" if change else "user.created",
                subject=f"user:{obj.pk}",
                before=before,
                after=after,
                now=timezone.now(),
            )


register(
    NavItem(
        "administration",
        _("Users"),
        "accounts_user_changelist",
        icon="person",
        platform=True,
        order=90,
        covers=("auth_user_password_change",),
    )
)
