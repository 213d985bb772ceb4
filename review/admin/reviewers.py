"""Who reviews, what they can do, what they are spared, and what they have in hand. No ranking of people."""

from collections import Counter

from django import forms
from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from config.accounts.models import User
from config.accounts.roles import ABILITIES, Role, can
from config.console.navigation import NavItem
from config.console.navigation import register as add_to_sidebar
from config.console.pages import ConsolePage, register
from config.errors import PlatformError
from moderation.catalogue.groups import GROUPS, group_name
from review.admin.queues import LEAD, Words, refuse
from review.models import Reviewer, ReviewItem, ReviewQueue
from review.operations.claims import release
from review.operations.reviewers import REVIEWING, change_reviewer

REVIEWERS = (_("Reviewers"), "review_reviewers")
ROLES = [role for role, abilities in ABILITIES.items() if REVIEWING in abilities]


class ReviewerForm(forms.Form):
    skills = Words(
        label=_("Skills"),
        required=False,
        help_text=_(
            "Separated by commas. A queue that asks for skills is given to those who have all of them."
        ),
    )
    spared = forms.MultipleChoiceField(
        label=_("Spared: never given these"),
        choices=list(GROUPS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def reviewers_of(account):
    """Members who may decide, and platform admins who did review here."""
    members = Q(memberships__account=account, memberships__role__in=ROLES)
    guests = Q(is_superuser=True, pk__in=Reviewer.objects.owned_by(account).values("user"))
    return User.objects.filter(members | guests, is_active=True).distinct().order_by("username")


@register("reviewers/", name="review_reviewers")
class Reviewers(ConsolePage):
    title = _("Reviewers")
    ability = LEAD
    template_name = "review/queues/reviewers.html"

    def get(self, request):
        profiles = {one.user_id: one for one in self.owned(Reviewer)}
        held = self.owned(ReviewItem).filter(
            claimed_by__isnull=False, state="claimed", lease_until__gte=timezone.now()
        )
        hands = Counter(held.values_list("claimed_by", flat=True))
        people = list(reviewers_of(request.account))
        for user in people:
            user.profile = profiles.get(user.pk)
            user.spared_names = [group_name(code) for code in user.profile.spared] if user.profile else []
            user.hand = hands.get(user.pk, 0)
            role = user.role_in(request.account)
            user.role_name = Role(role).label if role else _("Platform admin")
        return self.render(people=people, asked_for=self.unmet_skills(profiles))

    def unmet_skills(self, profiles) -> list[str]:
        """Skills that a queue asks for and nobody has: its items would wait for ever."""
        asked = {skill for queue in self.owned(ReviewQueue) for skill in queue.skills}
        return sorted(asked - {skill for one in profiles.values() for skill in one.skills})


class OfOneReviewer(ConsolePage):
    ability = LEAD
    parents = (REVIEWERS,)

    def reviewer(self, user_id) -> User:
        user = User.objects.filter(pk=user_id).first()
        if user is None or not can(user, self.request.account, REVIEWING):
            raise Http404
        if user.is_superuser and not user.role_in(self.request.account):
            # A platform admin is nobody's to find out about until they have reviewed here.
            self.one(Reviewer, user=user)
        return user


@register("reviewers/<int:user_id>/", name="review_reviewer")
class OneReviewer(OfOneReviewer):
    template_name = "review/queues/reviewer.html"

    def get_title(self):
        return self.user.get_username()

    def get(self, request, user_id):
        self.user = self.reviewer(user_id)
        profile = self.owned(Reviewer).filter(user=self.user).first() or Reviewer(user=self.user)
        return self.ask(ReviewerForm(initial={"skills": profile.skills, "spared": profile.spared}))

    def post(self, request, user_id):
        self.user = self.reviewer(user_id)
        form = ReviewerForm(request.POST)
        if form.is_valid():
            stamp = {"actor": request.user, "now": timezone.now()}
            try:
                change_reviewer(account=request.account, user=self.user, **form.cleaned_data, **stamp)
            except PlatformError as error:
                refuse(form, error)
            else:
                self.say(_("Saved."))
                return self.go("review_reviewers")
        return self.ask(form)

    def ask(self, form):
        hand = self.owned(ReviewItem).in_hand_of(self.user).with_content().most_urgent_first()
        known = {skill for queue in self.owned(ReviewQueue) for skill in queue.skills}
        return self.render(
            form=form,
            person=self.user,
            hand=[(item, group_name(item.group) if item.group else "") for item in hand],
            known_skills=sorted(known),
            status=400 if form.errors else 200,
        )


@register("reviewers/<int:user_id>/put-back/", name="review_reviewer_put_back")
class PutBack(OfOneReviewer):
    http_method_names = ["post"]

    def post(self, request, user_id):
        count = release(account=request.account, reviewer=self.reviewer(user_id), now=timezone.now())
        said = ngettext("%(count)s item waits again.", "%(count)s items wait again.", count)
        self.say(said % {"count": count})
        return self.go("review_reviewer", user_id)


add_to_sidebar(
    NavItem(
        "review",
        _("Reviewers"),
        "review_reviewers",
        "groups",
        LEAD,
        order=64,
        covers=("review_reviewer",),
    )
)
