"""What is kept of reviewers: what they can do, what they would rather not see, and what they have seen."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet


class Reviewer(AccountOwned):
    """A person's work in an account. `spared` is set by a lead, `skipped` by the reviewer alone."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("user")
    )
    skills = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("skills"))
    spared = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("not given these")
    )
    skipped = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("rather not these")
    )
    # Keys by action, and how content is shown: see review/keys.py and review/viewing.py.
    keys = models.JSONField(_("keys"), default=dict, blank=True)
    view = models.JSONField(_("view"), default=dict, blank=True)
    # The stretch of work without a rest that the reviewer is in, and when they last looked at something.
    at_work_since = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    # The last reports of exposure, so that one sent twice counts once.
    reports = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        verbose_name = _("reviewer")
        verbose_name_plural = _("reviewers")
        constraints = [
            models.UniqueConstraint(fields=["account", "user"], name="a_person_is_one_reviewer_per_account")
        ]

    def __str__(self):
        return f"{self.account_id}:{self.user_id}"


class CarePolicy(AccountOwned):
    """How an account spares its reviewers: which groups are blurred, how much of each a day, when to rest."""

    blurred = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    # Seconds a day by detection type; "" is the sum of all that is severe.
    caps = models.JSONField(_("seconds a day"), default=dict, blank=True)
    break_after_minutes = models.PositiveSmallIntegerField(_("rest after (minutes)"), default=55)
    break_minutes = models.PositiveSmallIntegerField(_("rest for (minutes)"), default=5)

    class Meta:
        verbose_name = _("care policy")
        verbose_name_plural = _("care policies")
        constraints = [models.UniqueConstraint(fields=["account"], name="an_account_has_one_care_policy")]

    def __str__(self):
        return str(self.account_id)


class Exposure(AccountOwned):
    """For how long a reviewer saw one detection type unblurred on one day. Theirs and their lead's to see."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    group = models.CharField(_("detection type"), max_length=40, blank=True)
    seconds = models.FloatField(_("seconds"), default=0)
    items = models.PositiveIntegerField(_("items"), default=0)

    class Meta:
        verbose_name = _("exposure")
        verbose_name_plural = _("exposures")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "user", "day", "group"], name="exposure_is_counted_once_a_day"
            )
        ]

    def __str__(self):
        return f"{self.user_id} {self.day} {self.group}"


class WaiverQuerySet(AccountOwnedQuerySet):
    def standing(self, now):
        return self.filter(given_at__lte=now, until__gt=now)


class Waiver(AccountOwned):
    """A lead's word that a reviewer may go on, past a cap or a rest. Never one's own."""

    class Kind(models.TextChoices):
        CAP = "cap", _("Daily limit")
        REST = "rest", _("Rest")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=4, choices=Kind)
    # Of a cap: which detection type; "" is the sum of all that is severe.
    group = models.CharField(_("detection type"), max_length=40, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("given"))
    until = models.DateTimeField(_("until"))

    objects = WaiverQuerySet.as_manager()

    class Meta:
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(user=models.F("given_by")), name="no_waiver_is_ones_own"
            ),
            models.CheckConstraint(condition=models.Q(until__gt=models.F("given_at")), name="a_waiver_lasts"),
        ]
        indexes = [models.Index(fields=["account", "user", "until"], name="waivers_of_a_reviewer")]

    def __str__(self):
        return f"{self.user_id} {self.kind} {self.group}"
