"""What a reviewer saw: for themselves, and for the leads who care for them. For nobody else."""

from datetime import timedelta

from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.accounts.models import Membership, User
from config.console.navigation import NavItem
from config.console.navigation import register as add_to_sidebar
from config.console.pages import ConsolePage, register
from moderation.catalogue.groups import group_name, place_of
from review.care import ALL_SEVERE, Budget
from review.charts import Day, day_chart
from review.models import Exposure, Waiver
from review.operations.care import care_policy_of, day_of, exposure_of
from review.operations.waivers import waive

DAYS = 14


def name_of(group: str) -> str:
    return group_name(group) if group else _("Without a label of the machine")


def limit_name(group: str) -> str:
    return _("All that is severe") if group == ALL_SEVERE else group_name(group)


def page_of(account, user, now) -> dict:
    """Everything that the page of a reviewer's exposure shows."""
    budget = exposure_of(account=account, user=user, now=now)
    today = day_of(account, now)
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    rows = Exposure.objects.owned_by(account).filter(user=user, day__gte=days[0])
    seen = {(row.day, row.group): row.seconds / 60 for row in rows}
    groups = sorted({group for _day, group in seen}, key=lambda group: (place_of(group), group))
    waivers = Waiver.objects.owned_by(account).filter(user=user).standing(now).select_related("given_by")
    return {
        "budget": budget,
        "policy": care_policy_of(account),
        "chart": day_chart([bar_of(day, seen, groups, budget) for day in days], cap=cap_in_minutes(budget)),
        "table": [(day, [seen.get((day, group), 0.0) for group in groups]) for day in reversed(days)],
        "groups": [name_of(group) for group in groups],
        "limits": limits_of(budget),
        "severe": [group_name(group) for group in sorted(budget.severe, key=place_of)],
        "waivers": [
            (limit_name(one.group) if one.kind == "cap" else one.get_kind_display(), one) for one in waivers
        ],
        "has_seen": any(seen.values()),
    }


def bar_of(day, seen: dict, groups: list[str], budget: Budget) -> Day:
    severe = sum(seen.get((day, group), 0.0) for group in groups if group in budget.severe)
    other = sum(seen.get((day, group), 0.0) for group in groups if group not in budget.severe)
    title = _("%(day)s: %(severe).1f min severe, %(other).1f min other") % {
        "day": day.isoformat(), "severe": severe, "other": other,
    }  # fmt: skip
    return Day(date_format(day, "m-d"), severe, other, title)


def cap_in_minutes(budget: Budget) -> float | None:
    cap = budget.caps.get(ALL_SEVERE)
    return None if cap is None else cap / 60


def limits_of(budget: Budget) -> list[dict]:
    """Each limit with what was used of it; the sum of all that is severe first."""
    found = []
    for group, cap in sorted(budget.caps.items(), key=lambda one: (one[0] != ALL_SEVERE, place_of(one[0]))):
        used = budget.severe_used if group == ALL_SEVERE else budget.used.get(group, 0.0)
        found.append(
            {
                "group": group,
                "name": limit_name(group),
                "used": used / 60,
                "cap": cap / 60,
                "is_over": used >= cap,
                "is_waived": group in budget.waived,
            }
        )
    return found


@register("my-exposure/", name="my_exposure")
class MyExposure(ConsolePage):
    title = gettext_lazy("My exposure")
    ability = "review.decide"
    template_name = "review/care/exposure.html"

    def get(self, request):
        return self.render(**page_of(request.account, request.user, timezone.now()), is_own=True)


class OneReviewer(ConsolePage):
    """A reviewer of the account: a member, or a platform admin who worked in it."""

    ability = "review.lead"

    def reviewer(self, user_id: int) -> User:
        user = User.objects.filter(pk=user_id).first()
        known = user and (
            Membership.objects.filter(account=self.request.account, user=user).exists()
            or self.owned(Exposure).filter(user=user).exists()
        )
        if not known:
            raise Http404
        return user


@register("care/reviewers/<int:user_id>/", name="reviewer_exposure")
class ReviewerExposure(OneReviewer):
    parents = ((gettext_lazy("Care"), "care"),)
    template_name = "review/care/exposure.html"

    def get_title(self):
        return self.user.get_username()

    def get(self, request, user_id):
        self.user = self.reviewer(user_id)
        shown = page_of(request.account, self.user, timezone.now())
        return self.render(
            **shown, is_own=self.user == request.user, reviewer=self.user, may_waive=self.user != request.user
        )


@register("care/reviewers/<int:user_id>/waive/", name="care_waive")
class Waive(OneReviewer):
    http_method_names = ["post"]

    def post(self, request, user_id):
        user = self.reviewer(user_id)
        kind, _colon, group = request.POST.get("what", "").partition(":")
        minutes = request.POST.get("minutes", "")
        waive(
            account=request.account,
            user=user,
            kind=kind,
            group=group,
            reason=request.POST.get("reason", ""),
            minutes=int(minutes) if minutes.isascii() and minutes.isdigit() else None,
            actor=request.user,
            now=timezone.now(),
        )
        self.say(_("%(name)s may go on. It stands in the audit trail.") % {"name": user.get_username()})
        return self.go("reviewer_exposure", user.pk)


add_to_sidebar(
    NavItem("review", gettext_lazy("My exposure"), "my_exposure", "visibility", "review.decide", order=95),
)
