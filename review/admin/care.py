"""Care for reviewers, for leads: what is blurred, daily limits, rests, and who is near them."""

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.accounts.models import User
from config.accounts.roles import ABILITIES
from config.console.navigation import NavItem
from config.console.navigation import register as add_to_sidebar
from config.console.pages import ConsolePage, register
from config.console.refusals import refused
from config.errors import Invalid
from moderation.catalogue.groups import GROUPS, group_name, place_of
from review.admin.exposure import limit_name
from review.care import ALL_SEVERE
from review.models import Reviewer
from review.operations.care import budgets_of, care_policy_of, severe_groups
from review.operations.care_policy import MINUTES_OF_A_DAY, REST, WORK, set_care_policy

CAP = "cap_"
SEVERE_FIELD = f"{CAP}severe"
REVIEWERS_SHOWN = 100
REVIEWING = [role for role, abilities in ABILITIES.items() if "review.decide" in abilities]


class CareForm(forms.Form):
    break_after_minutes = forms.IntegerField(
        label=_("Rest after (minutes of work)"), min_value=min(WORK), max_value=max(WORK)
    )
    break_minutes = forms.IntegerField(
        label=_("Rest for (minutes)"), min_value=min(REST), max_value=max(REST)
    )
    blurred = forms.MultipleChoiceField(choices=GROUPS.items, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for group in (ALL_SEVERE, *GROUPS):
            said = _("Minutes a day: %(type)s") % {"type": limit_name(group)}
            self.fields[field_of(group)] = forms.IntegerField(
                label=limit_name(group),
                required=False,
                min_value=0,
                max_value=MINUTES_OF_A_DAY,
                widget=forms.NumberInput({"aria-label": said}),
            )

    def caps(self) -> dict[str, int]:
        asked = {group: self.cleaned_data[field_of(group)] for group in (ALL_SEVERE, *GROUPS)}
        return {group: minutes for group, minutes in asked.items() if minutes is not None}


def field_of(group: str) -> str:
    return CAP + group if group else SEVERE_FIELD


@register("care/", name="care")
class Care(ConsolePage):
    title = _("Care")
    ability = "review.lead"
    template_name = "review/care/care.html"

    def get(self, request):
        policy = care_policy_of(request.account)
        caps = {field_of(group): round(seconds / 60) for group, seconds in policy.caps.items()}
        return self.show(
            CareForm(
                initial={
                    "blurred": policy.blurred,
                    "break_after_minutes": policy.break_after_minutes,
                    "break_minutes": policy.break_minutes,
                }
                | caps
            )
        )

    def post(self, request):
        form = CareForm(request.POST)
        if not form.is_valid():
            return self.show(form)
        asked = {
            name: form.cleaned_data[name] for name in ("blurred", "break_after_minutes", "break_minutes")
        }
        try:
            set_care_policy(
                account=request.account, caps=form.caps(), **asked, actor=request.user, now=timezone.now()
            )
        except Invalid as error:
            return self.show(refused(CareForm, error)(request.POST))
        self.say(_("Saved. It holds from the next item on."))
        return self.go("care")

    def show(self, form):
        severe = severe_groups(self.request.account)
        blurred = set(form["blurred"].value() or ())
        return self.render(
            form=form,
            rows=[
                {
                    "group": group,
                    "name": name,
                    "is_severe": group in severe,
                    "is_blurred": group in blurred,
                    "cap": form[field_of(group)],
                }
                for group, name in GROUPS.items()
            ],
            severe_cap=form[SEVERE_FIELD],
            severe=[group_name(group) for group in sorted(severe, key=place_of)],
            people=people_of(self.request.account, timezone.now()),
            is_stored=care_policy_of(self.request.account).pk is not None,
            status=400 if form.errors else 200,
        )


def people_of(account, now) -> list[dict]:
    """The account's reviewers by name. In no other order: this is not about who does more."""
    reviewing = Q(memberships__account=account, memberships__role__in=REVIEWING)
    at_work = Reviewer.objects.owned_by(account).exclude(last_seen_at=None).values("user")
    users = User.objects.filter(reviewing | Q(pk__in=at_work), is_active=True).distinct()
    shown = list(users.order_by("username")[:REVIEWERS_SHOWN])
    budgets = budgets_of(account=account, users=shown, now=now)
    return [
        {
            "user": user,
            "budget": budgets[user.pk],
            "severe": budgets[user.pk].severe_used / 60,
            "capped": [group_name(group) for group in sorted(budgets[user.pk].capped, key=place_of)],
        }
        for user in shown
    ]


add_to_sidebar(
    NavItem(
        "review",
        _("Care"),
        "care",
        "volunteer_activism",
        "review.lead",
        order=70,
        covers=("reviewer_exposure",),
    ),
)
