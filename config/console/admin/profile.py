from django import forms
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from config.accounts.middleware import SESSION_KEY, accounts_of
from config.accounts.models import User
from config.console.pages import ConsolePage
from config.console.pages import register as page


class PersonForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["first_name", "last_name", "email"]


class OwnPasswordForm(PasswordChangeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["old_password"].widget.attrs["autofocus"]


@page("profile/", name="profile")
class Profile(ConsolePage):
    title = _("My profile")
    needs_account = False
    template_name = "console/profile.html"

    def get(self, request):
        return self.show()

    def show(self, **forms_in_error):
        fresh = {
            "person_form": PersonForm(instance=self.request.user),
            "password_form": OwnPasswordForm(self.request.user),
        }
        return self.render(**fresh | forms_in_error)

    def post(self, request):
        return self.change_password() if "old_password" in request.POST else self.change_person()

    def change_person(self):
        form = PersonForm(self.request.POST, instance=self.request.user)
        if not form.is_valid():
            return self.show(person_form=form)
        form.save()
        self.say(_("Saved."))
        return self.go("profile")

    def change_password(self):
        form = OwnPasswordForm(self.request.user, self.request.POST)
        if not form.is_valid():
            return self.show(password_form=form)
        update_session_auth_hash(self.request, form.save())
        self.say(_("Your password is changed. Other sessions of yours have ended."))
        return self.go("profile")


@page("switch-account/", name="switch_account")
class SwitchAccount(ConsolePage):
    needs_account = False
    http_method_names = ["post"]

    def post(self, request):
        chosen = request.POST.get("account", "")
        account = accounts_of(request.user).filter(pk=chosen).first() if chosen.isdecimal() else None
        if account is None:
            raise Http404
        request.session[SESSION_KEY] = account.pk
        # Not back to the page before: what it showed belongs to the other account.
        return self.go("index")
