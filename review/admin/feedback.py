"""Saying that a result is wrong, and taking it back."""

from django import forms
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from config.console.pages import ConsolePage, register
from config.console.refusals import refused
from config.errors import Invalid
from moderation.catalogue.groups import group_name
from moderation.catalogue.names import label_name
from moderation.models import ModerationResult
from moderation.operations.human_verdict import labels_for
from moderation.values import EXEMPT, NO_RISK
from review.models import Feedback
from review.operations.feedback import LONGEST_NOTE, give_feedback, withdraw_feedback

Kind = Feedback.Kind


class FeedbackForm(forms.Form):
    label = forms.ChoiceField(label=_("Label"))
    note = forms.CharField(
        label=_("Note"), required=False, max_length=LONGEST_NOTE, widget=forms.Textarea({"rows": 4})
    )

    def __init__(self, *args, result: ModerationResult, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        label = self.fields["label"]
        if kind == Kind.FALSE_POSITIVE:
            label.required = False
            label.label = _("Which label is wrong")
            label.choices = [("", _("the whole result")), *returned_by(result)]
        else:
            label.label = _("Which label was missed")
            label.choices = [("", "–"), *missable_in(result)]


def returned_by(result: ModerationResult) -> list[tuple[str, str]]:
    codes = [one["label"] for one in result.labels]
    return [(code, shown(code)) for code in codes if code not in (NO_RISK, EXEMPT)]


def missable_in(result: ModerationResult) -> list[tuple[str, list]]:
    """The catalogue's labels that the result does not carry, by detection type."""
    carried = {NO_RISK, *(one["label"] for one in result.labels)}
    groups: dict[str, list] = {}
    for label in labels_for(result.content_type).in_catalogue_order():
        if label.code not in carried:
            groups.setdefault(str(group_name(label.group)), []).append((label.code, shown(label.code)))
    return list(groups.items())


def shown(code: str) -> str:
    return f"{label_name(code)} ({code})"


class FeedbackPage(ConsolePage):
    ability = "results.feedback"
    parents = ((_("Detection results"), "moderation_moderationresult_changelist"),)

    def back(self, result_id) -> str:
        """The list or page that the person came from, if it is ours."""
        asked = self.request.POST.get("back") or self.request.GET.get("back") or ""
        if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
            return asked
        return reverse("admin:moderation_moderationresult_change", args=[result_id])


@register("result-feedback/<int:result_id>/", name="review_feedback")
class GiveFeedback(FeedbackPage):
    template_name = "review/feedback.html"

    def get_title(self):
        return Kind(self.kind).label

    def dispatch(self, request, *args, **kwargs):
        kind = request.GET.get("kind", "")
        self.kind = kind if kind in Kind.values else Kind.FALSE_POSITIVE.value
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, result_id):
        result = self.one(ModerationResult, pk=result_id)
        return self.show(result, FeedbackForm(result=result, kind=self.kind))

    def post(self, request, result_id):
        result = self.one(ModerationResult, pk=result_id)
        form = FeedbackForm(request.POST, result=result, kind=self.kind)
        if not form.is_valid():
            return self.show(result, form)
        try:
            give_feedback(
                result=result, kind=self.kind, **form.cleaned_data, actor=request.user, now=timezone.now()
            )
        except Invalid as error:
            form = refused(FeedbackForm, error)(request.POST, result=result, kind=self.kind)
            return self.show(result, form)
        self.say(_("Thank you: the feedback was kept. You can withdraw it at any time."))
        return HttpResponseRedirect(self.back(result_id))

    def show(self, result, form):
        standing = self.owned(Feedback).open().filter(result=result, kind=self.kind).first()
        return self.render(
            status=400 if form.errors else 200,
            form=form,
            result=result,
            standing=standing,
            back=self.back(result.pk),
            shows_content=self.can("content.view"),
        )


@register("result-feedback-withdraw/<int:feedback_id>/", name="review_feedback_withdraw")
class WithdrawFeedback(FeedbackPage):
    http_method_names = ["post"]

    def post(self, request, feedback_id):
        feedback = self.one(Feedback, pk=feedback_id)
        withdraw_feedback(feedback=feedback, actor=request.user, now=timezone.now())
        self.say(_("The feedback was withdrawn."))
        return HttpResponseRedirect(self.back(feedback.result_id or 0))
