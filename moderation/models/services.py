from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned, AccountOwnedQuerySet
from moderation.models.content import ContentType
from moderation.values import Rules


class ServiceQuerySet(AccountOwnedQuerySet):
    def by_code(self):
        return self.order_by("code")

    def in_families(self):
        """Each service before its copies, in the order in which the presets were installed."""
        return self.order_by("content_type", Coalesce("copied_from", "id"), "id")

    def of_content(self, content_type):
        return self.filter(content_type=content_type)

    def for_machine(self):
        return self.filter(is_human_only=False)

    def shown_to(self, account):
        """Services for people alone are shown where the manual review service is on."""
        return self if account.manual_review_on else self.for_machine()


class Service(AccountOwned):
    """What a client calls: a code, and behind it the current version of its rules."""

    code = models.CharField(_("service code"), max_length=60)
    name = models.CharField(_("service name"), max_length=100)
    description = models.CharField(_("service description"), max_length=500, blank=True)
    content_type = models.CharField(_("content type"), max_length=10, choices=ContentType)
    # Its content is for people: no machine judges it, so that nothing is called clean unseen.
    is_human_only = models.BooleanField(_("for people only"), default=False)
    copied_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="copies"
    )
    current_version = models.ForeignKey(
        "moderation.ServiceVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("created"))

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [
            models.UniqueConstraint(fields=["account", "code"], name="service_codes_are_unique_per_account")
        ]

    def __str__(self):
        return self.code

    @property
    def shown_name(self) -> str:
        """Names of presets are written in English and shown in the reader's language."""
        return gettext(self.name) if self.name else ""

    @property
    def shown_description(self) -> str:
        return gettext(self.description) if self.description else ""

    @property
    def labels_on(self) -> int:
        return sum(rule["on"] for rule in self.current_version.document["labels"].values())


class ServiceVersionQuerySet(AccountOwnedQuerySet):
    def newest_first(self):
        return self.order_by("-number")

    def before(self, number):
        return self.filter(number__lt=number)


class ServiceVersion(AccountOwned):
    """Rules of a service, never changed once written: every result names the version that judged it."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    document = models.JSONField(_("rules"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    restored_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # As the audit names who did it: people, API keys and the system itself publish.
    author = models.CharField(_("author"), max_length=150, blank=True)
    published_at = models.DateTimeField(_("published"))

    objects = ServiceVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("service version")
        verbose_name_plural = _("service versions")
        constraints = [
            models.UniqueConstraint(
                fields=["service", "number"], name="version_numbers_are_unique_per_service"
            )
        ]

    def __str__(self):
        return f"v{self.number}"

    @property
    def title(self) -> str:
        return str(self)

    @property
    def key(self) -> str:
        """How an address names it, beside the draft."""
        return str(self.number)

    @property
    def by(self) -> str:
        """Who published it; versions from before authors were kept name the person only."""
        return self.author or (self.published_by.get_username() if self.published_by else "")

    @property
    def rules(self) -> Rules:
        return Rules.from_json(self.document)


class ServiceDraft(AccountOwned):
    """Rules of a service that are worked on and not in force: at most one set per service."""

    service = models.OneToOneField(Service, on_delete=models.CASCADE, related_name="draft")
    document = models.JSONField(_("rules"))
    based_on = models.PositiveIntegerField(_("based on version"))
    revision = models.PositiveIntegerField(default=1)
    author = models.CharField(_("author"), max_length=150)
    updated_at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("service draft")
        verbose_name_plural = _("service drafts")

    def __str__(self):
        return f"{self.service_id}/{self.revision}"

    @property
    def title(self) -> str:
        return gettext("draft")

    @property
    def key(self) -> str:
        return "draft"

    @property
    def rules(self) -> Rules:
        return Rules.from_json(self.document)
