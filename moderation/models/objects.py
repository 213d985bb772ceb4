from django.db import models
from django.utils.translation import gettext_lazy as _

from config.accounts.models import AccountOwned


class UploadedObject(AccountOwned):
    """A file that an account put under a name of its own, to name it in calls, for as long as it is kept."""

    name = models.CharField(_("name"), max_length=1023)
    # Where it is kept, and what it is.
    key = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(_("content type"), max_length=255, blank=True)
    bytes = models.BigIntegerField(_("bytes"))
    md5 = models.CharField(max_length=32, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(_("upload time"))

    class Meta:
        verbose_name = _("uploaded object")
        verbose_name_plural = _("uploaded objects")
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="one_object_per_name")]
        indexes = [
            models.Index(fields=["account", "created_at", "id"], name="objects_by_age"),
            # All that the quota asks stands in it.
            models.Index(fields=["account"], include=["bytes"], name="bytes_of_objects"),
            models.Index(fields=["account", "sha256"], name="objects_by_content"),
            models.Index(fields=["key"], name="objects_by_file"),
        ]

    def __str__(self):
        return self.name
