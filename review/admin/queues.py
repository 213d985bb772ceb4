"""The review queues of an account: what is due in each, and what a lead sets."""

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from config.console.navigation import NavItem
from config.console.navigation import register as add_to_sidebar
from config.console.pages import ConsolePage, register
from config.errors import PlatformError
from review.models import ReviewQueue
from review.operations.queues import change_queue, create_queue, delete_queue, pause_queue
from review.queue_figures import escalated_in, figures_of

LEAD = "review.lead"
QUEUES = (_("Review queues"), "review_queues")


class Words(forms.CharField):
    """Words with commas between them, as a list."""

    def to_python(self, value):
        return [word.strip() for word in (value or "").split(",") if word.strip()]

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, list) else value


class QueueForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"autofocus": True}))
    description = forms.CharField(label=_("Description"), max_length=300, required=False)
    sla_minutes = forms.IntegerField(
        label=_("Decide within (minutes)"),
        min_value=1,
        max_value=40_320,
        initial=1440,
        help_text=_("60 is an hour, 1440 is a day. Items that wait already keep their due dates."),
    )
    skills = Words(
        label=_("Skills"),
        required=False,
        help_text=_(
            "Words of your own, separated by commas. Only reviewers with all of them are given its items."
        ),
    )
    is_default = forms.BooleanField(
        label=_("Takes what no rule sends elsewhere"),
        required=False,
        help_text=_("One queue does: another one that does so now stops doing it."),
    )


def refuse(form: forms.Form, error: PlatformError) -> None:
    form.add_error(error.field if error.field in form.fields else None, str(error.message))


@register("review-queues/", name="review_queues")
class ReviewQueues(ConsolePage):
    title = _("Review queues")
    ability = "review.decide"
    template_name = "review/queues/queues.html"

    def get(self, request):
        now = timezone.now()
        return self.render(
            figures=figures_of(request.account, now),
            escalated=escalated_in(request.account),
            now=now,
            may_edit=self.can(LEAD),
            shows_content=self.can("content.view"),
        )


class QueueFormPage(ConsolePage):
    ability = LEAD
    parents = (QUEUES,)
    template_name = "console/form_page.html"
    submit = _("Save")

    def ask(self, form):
        return self.render(
            form=form, submit=self.submit, back="admin:review_queues", status=400 if form.errors else 200
        )

    def take(self, form):
        if form.is_valid():
            try:
                return self.keep(form.cleaned_data | {"actor": self.request.user, "now": timezone.now()})
            except PlatformError as error:
                refuse(form, error)
        return self.ask(form)


@register("review-queues/new/", name="review_queue_new")
class NewQueue(QueueFormPage):
    title = _("New review queue")
    submit = _("Create queue")

    def get(self, request):
        return self.ask(QueueForm())

    def post(self, request):
        return self.take(QueueForm(request.POST))

    def keep(self, asked):
        queue = create_queue(account=self.request.account, **asked)
        self.say(_("The queue “%(name)s” is ready: send items to it by a rule.") % {"name": queue.name})
        return self.go("review_queues")


class OfOneQueue(ConsolePage):
    """Pages of the queue that their address names."""

    ability = LEAD
    parents = (QUEUES,)

    @cached_property
    def queue(self) -> ReviewQueue:
        return self.one(ReviewQueue, pk=self.kwargs["queue_id"])


@register("review-queues/<int:queue_id>/", name="review_queue_edit")
class EditQueue(OfOneQueue, QueueFormPage):
    def get_title(self):
        return self.queue.name

    def get(self, request, queue_id):
        fields = ("name", "description", "sla_minutes", "skills", "is_default")
        return self.ask(QueueForm(initial={name: getattr(self.queue, name) for name in fields}))

    def post(self, request, queue_id):
        _scoped = self.queue
        return self.take(QueueForm(request.POST))

    def keep(self, asked):
        change_queue(queue=self.queue, **asked)
        self.say(_("Saved."))
        return self.go("review_queues")


@register("review-queues/<int:queue_id>/pause/", name="review_queue_pause")
class PauseQueue(OfOneQueue):
    http_method_names = ["post"]

    def post(self, request, queue_id):
        is_paused = request.POST.get("paused") == "1"
        pause_queue(queue=self.queue, is_paused=is_paused, actor=request.user, now=timezone.now())
        said = (
            _("“%(name)s” is paused: it takes items and gives none.")
            if is_paused
            else _("“%(name)s” goes on.")
        )
        self.say(said % {"name": self.queue.name})
        return self.go("review_queues")


@register("review-queues/<int:queue_id>/delete/", name="review_queue_delete")
class DeleteQueue(OfOneQueue):
    title = _("Delete review queue")
    template_name = "console/confirm.html"

    def get(self, request, queue_id):
        return self.render(
            subject=self.queue.name,
            question=_("The queue is deleted, and the rules that send items to it. This cannot be undone."),
            submit=_("Delete queue"),
            is_dangerous=True,
            back="admin:review_queues",
        )

    def post(self, request, queue_id):
        delete_queue(queue=self.queue, actor=request.user, now=timezone.now())
        self.say(_("The queue “%(name)s” is deleted.") % {"name": self.queue.name})
        return self.go("review_queues")


add_to_sidebar(
    NavItem(
        "review",
        _("Review queues"),
        "review_queues",
        "stacks",
        "review.decide",
        order=60,
        covers=("review_queue_new", "review_queue_edit", "review_queue_delete"),
    )
)
