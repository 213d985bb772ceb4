from django import forms
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.accounts.models import Membership, User
from config.accounts.operations.accounts import remove_member, set_member
from config.accounts.roles import Role
from config.console.navigation import NavItem, register
from config.console.pages import ConsolePage
from config.console.pages import register as page


class MemberForm(forms.Form):
    username = forms.CharField(label=_("User name"), max_length=150)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.REVIEWER)

    def clean_username(self):
        user = User.objects.filter(username=self.cleaned_data["username"], is_active=True).first()
        if user is None:
            raise forms.ValidationError(
                _("There is no such user. A platform admin adds users; then you give them a role here.")
            )
        self.user = user
        return user.username


@page("members/", name="members")
class Members(ConsolePage):
    title = _("Members")
    ability = "members.view"
    template_name = "console/members.html"

    def get(self, request):
        return self.show(MemberForm())

    def show(self, form):
        members = Membership.objects.filter(account=self.request.account).select_related("user")
        return self.render(
            members=members.order_by("user__username", "id")[:500],
            form=form,
            roles=Role.choices,
            may_manage=self.can("members.manage"),
        )

    def post(self, request):
        self.require("members.manage")
        form = MemberForm(request.POST)
        if not form.is_valid():
            return self.show(form)
        set_member(
            account=request.account,
            user=form.user,
            role=form.cleaned_data["role"],
            actor=request.user,
            now=timezone.now(),
        )
        self.say(_("%(name)s is a member now.") % {"name": form.user.username})
        return self.go("members")


class OneMember(ConsolePage):
    ability = "members.manage"
    http_method_names = ["post"]

    def dispatch(self, request, pk, **kwargs):
        self.member = get_object_or_404(
            Membership.objects.filter(account=request.account).select_related("account", "user"), pk=pk
        )
        return super().dispatch(request, **kwargs)


@page("members/<int:pk>/role/", name="member_role")
class GiveRole(OneMember):
    def post(self, request):
        set_member(
            account=request.account,
            user=self.member.user,
            role=request.POST.get("role", ""),
            actor=request.user,
            now=timezone.now(),
        )
        self.say(_("The role of %(name)s is changed.") % {"name": self.member.user.username})
        return self.go("members")


@page("members/<int:pk>/remove/", name="member_remove")
class RemoveMember(OneMember):
    def post(self, request):
        remove_member(member=self.member, actor=request.user, now=timezone.now())
        self.say(_("%(name)s is no longer a member.") % {"name": self.member.user.username})
        return self.go("members")


register(NavItem("administration", _("Members"), "members", icon="group", ability="members.view", order=10))
