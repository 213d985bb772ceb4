from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned
from moderation.models.content import ContentType

ENGINE_PREFIX = "http:"


class Provider(models.Model):
    """Somebody else's service that judges content. What it is asked leaves this host.

    `version` rises with every change, so that processes know which description they hold.
    """

    class Method(models.TextChoices):
        POST = "POST", "POST"
        PUT = "PUT", "PUT"

    slug = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    url = models.CharField(_("address"), max_length=500)
    method = models.CharField(_("method"), max_length=4, choices=Method, default=Method.POST.value)
    headers = models.BinaryField(default=b"")  # encrypted: a JSON object
    template = models.JSONField(_("request"))
    answer = models.JSONField(_("answer"))
    content_types = ArrayField(
        models.CharField(max_length=10, choices=ContentType), verbose_name=_("content types")
    )
    seconds = models.FloatField(_("seconds"), default=5.0)
    is_on = models.BooleanField(_("on"), default=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("outside provider")
        verbose_name_plural = _("outside providers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_on=False) | models.Q(confirmed_at__isnull=False),
                name="a_provider_that_is_on_was_confirmed",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def engine(self) -> str:
        return f"{ENGINE_PREFIX}{self.slug}"


class ProviderConsent(AccountOwned):
    """While this row is there, the content of one service is sent to one provider."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="consents")
    service = models.ForeignKey("moderation.Service", on_delete=models.CASCADE, related_name="+")
    given_at = models.DateTimeField(_("given"))

    class Meta:
        verbose_name = _("consent to a provider")
        verbose_name_plural = _("consents to providers")
        constraints = [
            models.UniqueConstraint(fields=["provider", "service"], name="a_service_consents_once")
        ]

    def __str__(self):
        return f"{self.service_id}:{self.provider_id}"
