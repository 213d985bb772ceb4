from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from moderation.models.content import ContentType, RiskLevel
from review.states import Mode


class ReviewQueueQuerySet(AccountOwnedQuerySet):
    def in_order(self):
        return self.order_by("position", "id")

    def at_work(self):
        return self.filter(is_paused=False)

    def that_need_at_most(self, skills):
        """Queues that somebody with these skills may work on."""
        return self.filter(skills__contained_by=list(skills))


class ReviewQueue(AccountOwned):
    """Where items wait for people, and within what time they should be decided."""

    name = models.CharField(_("name"), max_length=60)
    description = models.CharField(_("description"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("place"), default=0)
    sla_minutes = models.PositiveIntegerField(_("decide within (minutes)"), default=24 * 60)
    # A reviewer needs all of these.
    skills = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("skills"))
    # Takes what no routing rule sends elsewhere.
    is_default = models.BooleanField(_("takes the rest"), default=False)
    is_paused = models.BooleanField(_("paused"), default=False)
    created_at = models.DateTimeField(_("created"))

    objects = ReviewQueueQuerySet.as_manager()

    class Meta:
        verbose_name = _("review queue")
        verbose_name_plural = _("review queues")
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="queue_names_are_unique_per_account"),
            models.UniqueConstraint(
                fields=["account"], condition=Q(is_default=True), name="one_queue_takes_the_rest"
            ),
            models.CheckConstraint(condition=Q(sla_minutes__gt=0), name="a_queue_has_a_time_to_decide"),
        ]

    def __str__(self):
        return self.name


class RoutingRuleQuerySet(AccountOwnedQuerySet):
    def in_order(self):
        return self.order_by("position", "id")


class RoutingRule(AccountOwned):
    """Which items go to a queue. The first rule that fits decides; an empty condition fits everything."""

    queue = models.ForeignKey(
        ReviewQueue, on_delete=models.CASCADE, related_name="rules", verbose_name=_("review queue")
    )
    position = models.PositiveSmallIntegerField(_("place"))
    modes = ArrayField(
        models.CharField(max_length=13, choices=Mode), default=list, blank=True, verbose_name=_("modes")
    )
    content_types = ArrayField(
        models.CharField(max_length=10, choices=ContentType),
        default=list,
        blank=True,
        verbose_name=_("content types"),
    )
    levels = ArrayField(
        models.CharField(max_length=6, choices=RiskLevel),
        default=list,
        blank=True,
        verbose_name=_("risk levels"),
    )
    label_groups = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("detection types")
    )
    languages = ArrayField(
        models.CharField(max_length=8), default=list, blank=True, verbose_name=_("languages")
    )
    services = ArrayField(models.BigIntegerField(), default=list, blank=True, verbose_name=_("services"))

    objects = RoutingRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")

    def __str__(self):
        return f"{self.position}. {self.queue_id}"
