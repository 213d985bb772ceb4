from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

ENGINE_PREFIX = "file:"


class EngineFile(models.Model):
    """An image classifier that a platform admin brought as a file."""

    slug = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    is_enabled = models.BooleanField(_("enabled"), default=False)
    current = models.ForeignKey(
        "moderation.EngineFileVersion", null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("engine file")
        verbose_name_plural = _("engine files")

    def __str__(self):
        return self.name

    @property
    def engine(self) -> str:
        return f"{ENGINE_PREFIX}{self.slug}"


class EngineFileVersion(models.Model):
    """One file with its description, never changed once it stands: another file is another version.

    `manifest` is what the engine is made of again, see moderation.detectors.file_engine.
    """

    engine = models.ForeignKey(EngineFile, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    sha256 = models.CharField("SHA-256", max_length=64)
    bytes = models.BigIntegerField(_("bytes"))
    manifest = models.JSONField(_("description"))
    milliseconds = models.FloatField(_("milliseconds"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("version of an engine file")
        verbose_name_plural = _("versions of engine files")
        constraints = [
            models.UniqueConstraint(fields=["engine", "number"], name="engine_file_versions_are_numbered")
        ]

    def __str__(self):
        return f"{self.engine_id} v{self.number}"

    @property
    def reference(self) -> str:
        return f"{self.engine.engine}@{self.number}"
