"""The forms in which an export is asked for, or set up to come by itself."""

from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Account
from config.audit.models import AuditRecord
from libraries.models import Vocabulary
from moderation.callbacks.log import EVENTS
from moderation.models import Callback, CallbackEndpoint, ModerationResult, Service
from moderation.models.content import ContentType, RiskLevel
from review.states import Stage
from stats.exports.kind import Kind
from stats.models import Export, ExportSchedule

ANY = ("", _("All"))
MOST_ENDPOINTS = 200
# Of the filters that a list of results has, those that an export is usually narrowed by.
SHOWN = {
    "results": ("from", "to", "service", "label", "level", "source", "human", "content_type"),
    "callbacks": ("from", "to", "endpoint", "event", "state"),
}
MANY = ("service",)


class DayInput(forms.DateInput):
    input_type = "date"


class FilterForm(forms.Form):
    """The filters of one kind, as fields; `query` is what was filled in, as an address."""

    format = forms.ChoiceField(label=_("Format"), choices=Export.Format.choices)

    def __init__(
        self, *args, kind: Kind, account: Account, may_see_content: bool, is_scheduled=False, **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.filters = [
            name
            for name in SHOWN.get(kind.code, kind.filters)
            if not (is_scheduled and name in ("from", "to"))
        ]
        for name in self.filters:
            self.fields[name] = field_for(name, kind, account)
        if kind.columns:
            self.fields["columns"] = forms.MultipleChoiceField(
                label=_("More columns"),
                choices=[(name, title) for name, title in kind.columns.items()],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
        if kind.has_content and may_see_content:
            self.fields["has_content"] = forms.BooleanField(
                label=_("With what end users wrote"), required=False
            )

    def query(self) -> str:
        asked = []
        for name in self.filters:
            value = self.cleaned_data.get(name)
            for one in value if isinstance(value, list) else [value]:
                if one not in (None, ""):
                    asked.append((name, one.isoformat() if hasattr(one, "isoformat") else one))
        return urlencode(asked)

    @property
    def columns(self) -> list[str]:
        return self.cleaned_data.get("columns", [])

    @property
    def has_content(self) -> bool:
        return self.cleaned_data.get("has_content", False)


def initial_of(query: str) -> dict:
    """The fields' first values, of an address."""
    asked = QueryDict(query)
    return {name: asked.getlist(name) if name in MANY else asked[name] for name in asked}


def choice(label, choices) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[ANY, *choices], required=False)


def field_for(name: str, kind: Kind, account: Account) -> forms.Field:
    match name:
        case "from":
            return forms.DateField(label=_("From"), widget=DayInput, required=False)
        case "to":
            return forms.DateField(label=_("To"), widget=DayInput, required=False)
        case "by":
            steps = [("day", _("A row per day")), ("month", _("A row per month"))]
            return forms.ChoiceField(label=_("Rows"), choices=steps)
        case "service":
            return service_field(kind, account)
        case "content_type":
            return choice(_("Content type"), ContentType.choices)
        case "level":
            return choice(_("Risk level"), RiskLevel.choices)
        case "source":
            return choice(_("Source"), ModerationResult.Source.choices)
        case "human" | "outcome":
            return choice(_("Human verdict"), ModerationResult.Outcome.choices)
        case "stage":
            return choice(_("Stage"), Stage.choices)
        case "vocabulary":
            mine = Vocabulary.objects.owned_by(account).by_name()
            return choice(_("Vocabulary"), [(one.pk, one.name) for one in mine])
        case "endpoint":
            mine = CallbackEndpoint.objects.owned_by(account).order_by("is_ad_hoc", "name")[:MOST_ENDPOINTS]
            return choice(_("Callback endpoint"), [(one.pk, one.name) for one in mine])
        case "event":
            names = dict(Callback._meta.get_field("event").choices)
            return choice(_("Event"), [(event, names[event]) for event in EVENTS])
        case "state":
            return choice(_("State"), Callback.State.choices)
        case "action":
            return forms.CharField(label=_("Action"), max_length=longest("action"), required=False)
        case "actor":
            return forms.CharField(label=_("Actor"), max_length=longest("actor_name"), required=False)
    return forms.CharField(label=_("Label"), max_length=1000, required=False)


def longest(name: str) -> int:
    return AuditRecord._meta.get_field(name).max_length


def service_field(kind: Kind, account: Account) -> forms.Field:
    """Usage is of any number of services, lists are of one or of all."""
    services = Service.objects.owned_by(account).by_code()
    if kind.code == Export.Kind.USAGE:
        choices = [(one.code, f"{one.shown_name} ({one.code})") for one in services.for_machine()]
        return forms.MultipleChoiceField(
            label=_("Services (all, unless chosen)"),
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
    return choice(_("Service"), [(one.code, f"{one.shown_name} ({one.code})") for one in services])


class ScheduleForm(FilterForm):
    """`values` are those of the operations, which judge them."""

    name = forms.CharField(label=_("Name"), max_length=60)
    every = forms.ChoiceField(label=_("How often"), choices=ExportSchedule.Every.choices)
    hour = forms.IntegerField(
        label=_("Hour"),
        min_value=0,
        max_value=23,
        help_text=_("Of the account's clock, on the day after the day, week or month is over."),
    )
    recipients = forms.CharField(
        label=_("Mail addresses"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=_("One a line. Small files without content are attached, others are linked to."),
    )
    tells_endpoints = forms.BooleanField(
        label=_("Tell callback endpoints that want the event export.ready"), required=False
    )
    field_order = ["name", "every", "hour", "format"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, is_scheduled=True, **kwargs)
        last = ["recipients", "tells_endpoints"]
        self.order_fields([*(name for name in self.fields if name not in last), *last])

    def values(self) -> dict:
        names = ("name", "every", "hour", "format", "tells_endpoints")
        return {name: self.cleaned_data[name] for name in names} | {
            "kind": self.kind.code.value,
            "query": self.query(),
            "columns": self.columns,
            "has_content": self.has_content,
            "recipients": self.cleaned_data["recipients"].split(),
        }


def values_of(schedule: ExportSchedule) -> dict:
    """The form's first values."""
    names = ("name", "every", "hour", "format", "tells_endpoints", "columns", "has_content")
    return initial_of(schedule.query) | {
        **{name: getattr(schedule, name) for name in names},
        "recipients": "\n".join(schedule.recipients),
    }
