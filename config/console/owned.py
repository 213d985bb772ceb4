"""Bases of all model pages: rows of one account only, rights from its roles, no trace of other accounts."""

from django.contrib.admin import ShowFacets
from django.contrib.admin.filters import FieldListFilter, RelatedFieldListFilter
from django.http import Http404
from unfold.admin import ModelAdmin, StackedInline, TabularInline

from config.accounts.models import AccountOwned
from config.accounts.roles import can
from config.console.paging import BigTablePaginator, KeysetChangeList
from config.console.refusals import Refusable


def is_owned(model) -> bool:
    return isinstance(model, type) and issubclass(model, AccountOwned)


def as_scope(request) -> dict:
    return {"account": request.account}


class ChoicesOfTheAccount:
    """Form fields that point at other rows offer, and accept, only rows of the account."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "account" and is_owned(self.model):
            return None
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        self._scope(db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        self._scope(db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _scope(self, db_field, request, kwargs):
        model = db_field.remote_field.model
        if is_owned(model):
            rows = kwargs.get("queryset", model.objects.all())
            kwargs["queryset"] = rows.filter(**as_scope(request))


class OwnedRelatedFilter(RelatedFieldListFilter):
    """The ordinary filter over a foreign key, with the account's rows as its choices."""

    def field_choices(self, field, request, model_admin):
        return field.get_choices(
            include_blank=False,
            ordering=self.field_admin_ordering(field, request, model_admin),
            limit_choices_to=as_scope(request),
        )


FieldListFilter.register(
    lambda field: bool(field.remote_field) and is_owned(field.remote_field.model),
    OwnedRelatedFilter,
    take_priority=True,
)


class ConsoleAdmin(Refusable, ModelAdmin):
    """What every model page of the console has in common, owned by an account or not."""

    list_per_page = 50
    list_max_show_all = 50
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    paginator = BigTablePaginator
    list_filter_submit = True
    list_fullwidth = True
    empty_value_display = "–"
    is_keyset = False
    actions_on_top = True

    def get_changelist(self, request, **kwargs):
        return KeysetChangeList if self.is_keyset else super().get_changelist(request, **kwargs)

    def get_sortable_by(self, request):
        return () if self.is_keyset else super().get_sortable_by(request)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        raise Http404

    def log_addition(self, request, obj, message):
        """The audit trail is the record of changes; the admin's own log stays empty."""

    def log_change(self, request, obj, message):
        """See log_addition."""

    def log_deletions(self, request, queryset):
        """See log_addition."""


class OwnedAdmin(ChoicesOfTheAccount, ConsoleAdmin):
    """Model page for an AccountOwned model.

    `view_ability` shows it, `edit_ability` (None: nobody) changes rows. `can_add` and `can_delete` say
    whether those who edit may also do that.
    """

    view_ability: str = ""
    edit_ability: str | None = None
    can_add = True
    can_delete = False

    def get_queryset(self, request):
        return super().get_queryset(request).owned_by(request.account)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return self._may(request, self.view_ability, obj) or self.has_change_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return self._may(request, self.edit_ability, obj)

    def has_add_permission(self, request):
        return self.can_add and self._may(request, self.edit_ability, None)

    def has_delete_permission(self, request, obj=None):
        return self.can_delete and self._may(request, self.edit_ability, obj)

    def _may(self, request, ability, obj) -> bool:
        if not ability or not can(request.user, request.account, ability):
            return False
        return getattr(obj, "account_id", request.account.pk) == request.account.pk

    def get_exclude(self, request, obj=None):
        return (*(super().get_exclude(request, obj) or ()), "account")

    def save_model(self, request, obj, form, change):
        obj.account = request.account
        super().save_model(request, obj, form, change)


class OwnedInline(ChoicesOfTheAccount):
    """Mixed into inlines of owned models: rows of the account, rights of the page they stand on."""

    extra = 0
    show_change_link = False

    def get_queryset(self, request):
        return super().get_queryset(request).owned_by(request.account)

    def has_view_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class OwnedTabularInline(OwnedInline, TabularInline):
    pass


class OwnedStackedInline(OwnedInline, StackedInline):
    pass


class ReadOnlyMixin:
    """Put before an admin class whose rows nobody adds, changes or deletes by hand."""

    edit_ability = None
    actions = None

    def has_add_permission(self, request, *args):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class PlatformAdmin(ConsoleAdmin):
    """Model page that only platform admins see, over the rows of all accounts."""

    def has_module_permission(self, request):
        return request.user.is_superuser

    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_add_permission(self, request):
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None):
        return False
