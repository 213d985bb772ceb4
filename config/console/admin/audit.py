import json

from django.contrib import admin
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from config.audit.models import AuditRecord
from config.console.filters import DaysOfLogFilter, FewNamesFilter
from config.console.navigation import NavItem, register
from config.console.owned import OwnedAdmin, ReadOnlyMixin


@admin.register(AuditRecord)
class AuditAdmin(ReadOnlyMixin, OwnedAdmin):
    view_ability = "audit.view"
    is_keyset = True
    list_display = ["at", "actor_name", "action", "told_of", "number"]
    list_filter = [("action", FewNamesFilter), ("actor_name", FewNamesFilter), ("at", DaysOfLogFilter)]
    search_fields = ["subject", "request_id"]
    search_help_text = _("Subject or request id, whole")
    fields = readonly_fields = ["at", "actor_name", "action", "subject", "changes", "request_id", "place"]

    def get_search_results(self, request, queryset, search_term):
        """As it is written, so that an index finds it."""
        if term := search_term.strip():
            queryset = queryset.filter(Q(subject=term) | Q(request_id=term.lower()))
        return queryset, False

    @admin.display(description=_("subject"))
    def told_of(self, entry):
        return entry.subject if entry.emptied_at is None else _("(emptied)")

    @admin.display(description=_("what changed"))
    def changes(self, entry):
        if entry.emptied_at is not None:
            return _("Emptied when a person's data was erased. Its place in the chain stays.")
        return render_to_string("console/changes.html", {"changes": changes_of(entry.body)})

    @admin.display(description=_("place in the chain"))
    def place(self, entry):
        return f"{entry.number} · {entry.hash}"


def changes_of(body: str) -> list[tuple]:
    """(name, before, after) of every value that the record tells of, changed ones marked by difference."""
    told = json.loads(body)
    before, after = told["before"] or {}, told["after"] or {}
    names = [*before, *(name for name in after if name not in before)]
    return [(name, readable(before.get(name)), readable(after.get(name))) for name in names]


def readable(value) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)


register(
    NavItem(
        "administration",
        _("Audit log"),
        "audit_auditrecord_changelist",
        icon="history",
        ability="audit.view",
        order=30,
    )
)
