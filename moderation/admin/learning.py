"""The pages on which an account sees what its heads have learned, and lets them decide."""

from dataclasses import dataclass, field

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.console.pages import ConsolePage, register
from moderation.learning.agreement import Agreement, agreements
from moderation.learning.fitting import LEAST_NEGATIVE, LEAST_POSITIVE
from moderation.learning.supply import Supply, supply_of
from moderation.models import Head, Label, LearningSwitch, Service, Training
from moderation.models.content import ContentType
from moderation.operations.heads import (
    promote_head,
    request_training,
    retire_head,
    roll_back_head,
    switch_learning,
)

LEARNING = (_("Learning"), "moderation_learning")
SHOWN_VERSIONS, SHOWN_TRAININGS = 30, 10


@dataclass
class Row:
    """What the page says of one label."""

    label: Label
    supply: Supply
    active: Head | None = None
    shadow: Head | None = None
    training: Training | None = None
    failed: Training | None = None
    seen: dict[int, Agreement] = field(default_factory=dict)

    @property
    def of_active(self) -> Agreement | None:
        return self.active and self.seen.get(self.active.pk)

    @property
    def of_shadow(self) -> Agreement | None:
        return self.shadow and self.seen.get(self.shadow.pk)

    @property
    def is_enough(self) -> bool:
        return self.supply.positive >= LEAST_POSITIVE and self.supply.others >= LEAST_NEGATIVE

    @property
    def is_told_of(self) -> bool:
        return bool(self.supply.positive or self.active or self.shadow or self.training or self.failed)


def rows_of(account) -> list[Row]:
    supply = supply_of(account=account)
    labels = Label.objects.current().for_content(ContentType.TEXT).in_catalogue_order()
    rows = {label.code: Row(label, supply.of(label.code)) for label in labels if label.code != "nonLabel"}
    heads = [head for head in Head.objects.owned_by(account).at_work() if head.label in rows]
    seen = agreements(heads)
    for head in heads:
        setattr(rows[head.label], head.status, head)
        rows[head.label].seen = seen
    for training in Training.objects.owned_by(account).order_by("pk"):
        row = rows.get(training.label)
        if row is not None:
            row.training = None if training.finished_at else training
            row.failed = training if training.error else None
    return list(rows.values())


@register("learning/", name="moderation_learning")
class Learning(ConsolePage):
    title = _("Learning")
    ability = "policy.view"
    template_name = "moderation/learning.html"

    def get(self, request):
        rows = rows_of(request.account)
        switched = set(self.owned(LearningSwitch).values_list("service_id", flat=True))
        services = self.owned(Service).for_machine().of_content(ContentType.TEXT).by_code()
        return self.render(
            rows=[row for row in rows if row.is_told_of],
            untold=[row.label for row in rows if not row.is_told_of],
            everywhere=None in switched,
            services=[(service, service.pk in switched) for service in services],
            may_publish=self.can("policy.publish"),
            least_positive=LEAST_POSITIVE,
            least_negative=LEAST_NEGATIVE,
        )


@register("learning/switch/", name="moderation_learning_switch")
class Switch(ConsolePage):
    ability = "policy.publish"
    http_method_names = ["post"]

    def post(self, request):
        wanted = set(request.POST.getlist("services"))
        places = [(None, "all"), *((one, str(one.pk)) for one in self.owned(Service).by_code())]
        for service, name in places:
            switch_learning(
                account=request.account,
                service=service,
                is_on=name in wanted,
                actor=request.user,
                now=timezone.now(),
            )
        self.say(_("Saved."))
        return self.go("moderation_learning")


@register("learning/train/", name="moderation_head_train")
class Train(ConsolePage):
    ability = "policy.publish"
    http_method_names = ["post"]

    def post(self, request):
        label = request.POST.get("label", "")
        request_training(account=request.account, label=label, actor=request.user, now=timezone.now())
        self.say(_("The training has begun. The new head will be a shadow: it decides nothing yet."))
        return self.go("moderation_learning")


@register("learning/label/<slug:code>/", name="moderation_head")
class OneLabel(ConsolePage):
    """The versions of one label's head, with everything that was measured."""

    ability = "policy.view"
    template_name = "moderation/head.html"
    parents = (LEARNING,)
    label = None

    def get_title(self):
        return self.label.name

    def get(self, request, code):
        self.label = Label.objects.current().for_content(ContentType.TEXT).filter(code=code).first()
        if self.label is None:
            raise Http404
        heads = list(self.owned(Head).filter(label=code).newest_first()[:SHOWN_VERSIONS])
        seen = agreements(heads)
        trainings = self.owned(Training).filter(label=code).select_related("requested_by", "head")
        return self.render(
            label=self.label,
            versions=[(head, seen[head.pk]) for head in heads],
            trainings=trainings.order_by("-pk")[:SHOWN_TRAININGS],
            may_publish=self.can("policy.publish"),
        )


class HeadStep(ConsolePage):
    """Something done to one head by a button."""

    ability = "policy.publish"
    http_method_names = ["post"]

    def post(self, request, head_id):
        head = self.one(Head, pk=head_id)
        self.act(head)
        return self.go("moderation_head", head.label)


@register("learning/head/<int:head_id>/promote/", name="moderation_head_promote")
class Promote(HeadStep):
    def act(self, head):
        head = promote_head(head=head, actor=self.request.user, now=timezone.now())
        self.say(_("%(head)s decides from the next text on.") % {"head": head})


@register("learning/head/<int:head_id>/roll-back/", name="moderation_head_roll_back")
class RollBack(HeadStep):
    def act(self, head):
        earlier = roll_back_head(head=head, actor=self.request.user, now=timezone.now())
        self.say(_("%(head)s decides again.") % {"head": earlier})


@register("learning/head/<int:head_id>/retire/", name="moderation_head_retire")
class Retire(HeadStep):
    def act(self, head):
        head = retire_head(head=head, actor=self.request.user, now=timezone.now())
        self.say(_("%(head)s is retired.") % {"head": head})
