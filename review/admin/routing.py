"""The ordered rules that say which items go to which queue, and where one would go."""

from dataclasses import dataclass

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.console.navigation import NavItem
from config.console.navigation import register as add_to_sidebar
from config.console.pages import ConsolePage, register
from config.errors import PlatformError
from moderation.catalogue.groups import GROUPS
from moderation.models import Service
from moderation.models.content import ContentType, RiskLevel
from review.admin.queues import LEAD, refuse
from review.language import LANGUAGES
from review.models import ReviewItem, ReviewQueue, RoutingRule
from review.operations.routing import default_queue, first_that_fits, rules_of
from review.operations.routing_rules import change_rule, create_rule, delete_rule, move_rule
from review.states import Mode

RULES = (_("Routing rules"), "review_routing")
CONDITIONS = {
    "modes": _("Mode"),
    "content_types": _("Content type"),
    "levels": _("Risk level"),
    "label_groups": _("Detection type"),
    "languages": _("Language"),
    "services": _("Service"),
}
CHOICES = {
    "modes": Mode.choices,
    "content_types": ContentType.choices,
    "levels": RiskLevel.choices,
    "label_groups": list(GROUPS.items()),
    "languages": list(LANGUAGES.items()),
}


def choices_for(account) -> dict[str, list[tuple]]:
    services = Service.objects.owned_by(account).order_by("content_type", "name")
    return CHOICES | {"services": [(service.pk, service.name) for service in services]}


class RuleForm(forms.Form):
    """One list of boxes for each condition; the boxes of the account's services come with it."""

    queue = forms.TypedChoiceField(label=_("Send to"), coerce=int)

    def __init__(self, *args, account, **kwargs):
        super().__init__(*args, **kwargs)
        queues = ReviewQueue.objects.owned_by(account).in_order()
        self.fields["queue"].choices = [(queue.pk, queue.name) for queue in queues]
        for name, choices in choices_for(account).items():
            self.fields[name] = forms.TypedMultipleChoiceField(
                label=CONDITIONS[name],
                choices=choices,
                coerce=int if name == "services" else str,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def asked(self) -> dict:
        """The queue's id, and what each condition names."""
        return {name: list(self.cleaned_data[name]) for name in CONDITIONS}


class TryForm(forms.Form):
    """What is known of an item before it waits somewhere."""

    mode = forms.ChoiceField(label=CONDITIONS["modes"], choices=Mode.choices)
    content_type = forms.ChoiceField(label=CONDITIONS["content_types"], choices=ContentType.choices)
    level = forms.ChoiceField(label=CONDITIONS["levels"], choices=RiskLevel.choices, initial=RiskLevel.HIGH)
    group = forms.ChoiceField(
        label=CONDITIONS["label_groups"], choices=[("", "–"), *GROUPS.items()], required=False
    )
    language = forms.ChoiceField(label=CONDITIONS["languages"], choices=list(LANGUAGES.items()))
    service = forms.TypedChoiceField(label=CONDITIONS["services"], coerce=int)

    def __init__(self, *args, account, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = choices_for(account)["services"]
        for field in self.fields.values():
            field.widget.attrs["class"] = "as-input"


@dataclass(frozen=True, slots=True)
class Row:
    """A rule as the list shows it: what it asks for, in words."""

    rule: RoutingRule
    conditions: list[tuple[str, str]]


def row_of(rule: RoutingRule, names: dict[str, dict]) -> Row:
    said = [
        (title, ", ".join(str(names[name].get(value, value)) for value in getattr(rule, name)))
        for name, title in CONDITIONS.items()
    ]
    return Row(rule, [(title, values) for title, values in said if values])


@register("review-routing/", name="review_routing")
class Routing(ConsolePage):
    title = _("Routing rules")
    ability = LEAD
    template_name = "review/queues/routing.html"

    def get(self, request):
        rules = list(rules_of(request.account.pk))
        names = {name: dict(choices) for name, choices in choices_for(request.account).items()}
        is_tried = "mode" in request.GET
        form = TryForm(request.GET if is_tried else None, account=request.account)
        tried = self.tried(form, rules) if is_tried and form.is_valid() else None
        return self.render(
            rows=[row_of(rule, names) for rule in rules],
            rest=default_queue(request.account.pk, timezone.now()),
            form=form,
            tried=tried,
        )

    def tried(self, form: TryForm, rules: list[RoutingRule]) -> dict:
        """Where such an item would go, and by which rule."""
        asked = form.cleaned_data
        item = ReviewItem(
            account=self.request.account,
            mode=asked["mode"],
            content_type=asked["content_type"],
            level=asked["level"],
            group=asked["group"],
            language=asked["language"],
            service_id=asked["service"],
        )
        rule = first_that_fits(item, rules)
        return {"rule": rule, "place": rules.index(rule) + 1 if rule else None}


class RuleFormPage(ConsolePage):
    ability = LEAD
    parents = (RULES,)
    template_name = "review/queues/rule.html"
    submit = _("Save rule")

    def ask(self, form):
        return self.render(form=form, submit=self.submit, status=400 if form.errors else 200)

    def take(self, request):
        form = RuleForm(request.POST, account=request.account)
        if form.is_valid():
            queue = self.one(ReviewQueue, pk=form.cleaned_data["queue"])
            try:
                self.keep(queue=queue, conditions=form.asked(), actor=request.user, now=timezone.now())
            except PlatformError as error:
                refuse(form, error)
            else:
                self.say(_("Saved. The rules hold for items that come from now on."))
                return self.go("review_routing")
        return self.ask(form)


@register("review-routing/new/", name="review_rule_new")
class NewRule(RuleFormPage):
    title = _("New routing rule")

    def get(self, request):
        initial = {"queue": request.GET.get("queue")}
        default_queue(request.account.pk, timezone.now())
        return self.ask(RuleForm(account=request.account, initial=initial))

    def post(self, request):
        return self.take(request)

    def keep(self, **asked):
        create_rule(account=self.request.account, **asked)


@register("review-routing/<int:rule_id>/", name="review_rule_edit")
class EditRule(RuleFormPage):
    title = _("Routing rule")

    def get(self, request, rule_id):
        rule = self.one(RoutingRule, pk=rule_id)
        initial = {"queue": rule.queue_id} | {name: getattr(rule, name) for name in CONDITIONS}
        return self.ask(RuleForm(account=request.account, initial=initial))

    def post(self, request, rule_id):
        self.rule = self.one(RoutingRule, pk=rule_id)
        return self.take(request)

    def keep(self, **asked):
        change_rule(rule=self.rule, **asked)


class RuleStep(ConsolePage):
    """Something done to one rule by a button of the list."""

    ability = LEAD
    http_method_names = ["post"]

    def post(self, request, rule_id):
        self.act(self.one(RoutingRule, pk=rule_id), {"actor": request.user, "now": timezone.now()})
        return self.go("review_routing")


@register("review-routing/<int:rule_id>/move/", name="review_rule_move")
class MoveRule(RuleStep):
    def act(self, rule, stamp):
        move_rule(rule=rule, by=-1 if self.request.POST.get("to") == "up" else 1, **stamp)


@register("review-routing/<int:rule_id>/delete/", name="review_rule_delete")
class DeleteRule(RuleStep):
    def act(self, rule, stamp):
        delete_rule(rule=rule, **stamp)
        self.say(_("The rule is deleted."))


add_to_sidebar(
    NavItem(
        "review",
        _("Routing rules"),
        "review_routing",
        "alt_route",
        LEAD,
        order=62,
        covers=("review_rule_new", "review_rule_edit"),
    )
)
