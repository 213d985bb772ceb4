"""A reviewer's own settings: keys, how content is shown, and what they would rather not see."""

from django import forms
from django.utils.translation import gettext_lazy as _

from config.console.navigation import NavItem
from config.console.navigation import register as add_to_sidebar
from config.console.pages import ConsolePage, register
from config.console.refusals import refused
from config.errors import Invalid
from moderation.catalogue.groups import GROUPS
from review.keys import ACTIONS, ALLOWED, NAMES, keys_of, shown_key
from review.models import Reviewer
from review.operations.my_settings import save_my_settings
from review.viewing import LEAST_TILES, MOST_TILES, STRONGEST_BLUR, View, view_of

KEY = "key_"


class SettingsForm(forms.Form):
    blur = forms.IntegerField(
        label=_("Blur (percent)"),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput({"type": "range", "step": 5}),
        help_text=_("Of what the care policy blurs. At 0 nothing is blurred, at 100 nothing can be told."),
    )
    greyscale = forms.BooleanField(label=_("Without colours until I switch them on"), required=False)
    mute = forms.BooleanField(label=_("Sound is off until I switch it on"), required=False)
    tiles = forms.IntegerField(
        label=_("Tiles in the grid"),
        min_value=LEAST_TILES,
        max_value=MOST_TILES,
        help_text=_("From 12 to 100 at a time."),
    )
    skipped = forms.MultipleChoiceField(
        label=_("I would rather not see"),
        choices=GROUPS.items,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for action, code in ACTIONS.items():
            self.fields[KEY + action] = forms.CharField(
                label=NAMES[action], required=False, empty_value=code, widget=forms.HiddenInput
            )

    def keys(self) -> dict[str, str]:
        return {action: self.cleaned_data[KEY + action] for action in ACTIONS}

    def view(self) -> View:
        return View(**{name: self.cleaned_data[name] for name in ("blur", "greyscale", "mute", "tiles")})


@register("my-review-settings/", name="my_review_settings")
class MySettings(ConsolePage):
    title = _("My settings")
    ability = "review.decide"
    template_name = "review/care/my_settings.html"

    def get(self, request):
        reviewer = self.owned(Reviewer).filter(user=request.user).first()
        keys = {KEY + action: code for action, code in keys_of(reviewer).items()}
        skipped = reviewer.skipped if reviewer else []
        return self.show(SettingsForm(initial=keys | view_of(reviewer).as_dict() | {"skipped": skipped}))

    def post(self, request):
        form = SettingsForm(request.POST)
        if not form.is_valid():
            return self.show(form)
        try:
            save_my_settings(
                account=request.account,
                user=request.user,
                keys=form.keys(),
                view=form.view(),
                skipped=form.cleaned_data["skipped"],
            )
        except Invalid as error:
            if error.field in ACTIONS:
                error.field = KEY + error.field
            return self.show(refused(SettingsForm, error)(request.POST))
        self.say(_("Saved. It holds from the next item on."))
        return self.go("my_review_settings")

    def show(self, form):
        fields = [(action, form[KEY + action]) for action in ACTIONS]
        return self.render(
            form=form,
            keys=[
                {
                    "action": action,
                    "field": field,
                    "code": field.value(),
                    "shown": shown_key(field.value() or ""),
                }
                for action, field in fields
            ],
            allowed=sorted(ALLOWED),
            strongest_blur=STRONGEST_BLUR,
            status=400 if form.errors else 200,
        )


@register("my-review-settings/reset-keys/", name="reset_my_keys")
class ResetKeys(ConsolePage):
    ability = "review.decide"
    http_method_names = ["post"]

    def post(self, request):
        save_my_settings(account=request.account, user=request.user, keys={})
        self.say(_("All keys are as they came."))
        return self.go("my_review_settings")


add_to_sidebar(
    NavItem("review", _("My settings"), "my_review_settings", "tune", "review.decide", order=90),
)
