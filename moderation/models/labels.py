from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from moderation.models.content import RULED_LIKE, ContentType


def kinds_for(content_type) -> list[str]:
    return RULED_LIKE.get(content_type, [content_type])


class LabelQuerySet(models.QuerySet):
    def current(self):
        return self.filter(is_retired=False)

    def for_content(self, content_type):
        """The labels that rules for a kind of content can name."""
        return self.filter(content_types__overlap=kinds_for(content_type))

    def in_catalogue_order(self):
        return self.order_by("group", "code")


class Label(models.Model):
    """A kind of risk. The catalogue is data kept with the code; a code is never used for a second meaning."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    group = models.CharField(_("detection type"), max_length=40)
    name_en = models.CharField(max_length=100)
    name_zh = models.CharField(max_length=100)
    description_en = models.TextField(blank=True)
    description_zh = models.TextField(blank=True)
    content_types = ArrayField(
        models.CharField(max_length=10, choices=ContentType), verbose_name=_("content types")
    )
    is_retired = models.BooleanField(_("retired"), default=False)

    objects = LabelQuerySet.as_manager()

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")

    def __str__(self):
        return self.code

    @property
    def name(self) -> str:
        return self.name_zh if is_chinese() else self.name_en

    @property
    def description(self) -> str:
        return self.description_zh if is_chinese() else self.description_en


class LabelMappingQuerySet(models.QuerySet):
    def of_labels_for(self, content_type):
        """(engine, code of the label) for the labels in use with a kind of content."""
        kinds = kinds_for(content_type)
        rows = self.filter(label__is_retired=False, label__content_types__overlap=kinds)
        return rows.values_list("engine", "label__code").distinct()


class LabelMapping(models.Model):
    """Under which label of the catalogue an engine's own label is shown and judged."""

    engine = models.CharField(_("engine"), max_length=60)
    raw = models.CharField(_("engine's label"), max_length=60)
    label = models.ForeignKey(Label, on_delete=models.PROTECT, related_name="mappings")

    objects = LabelMappingQuerySet.as_manager()

    class Meta:
        verbose_name = _("label mapping")
        verbose_name_plural = _("label mappings")
        constraints = [
            models.UniqueConstraint(
                fields=["engine", "raw", "label"], name="a_raw_label_maps_once_to_a_label"
            )
        ]

    def __str__(self):
        return f"{self.engine}.{self.raw}"


def is_chinese() -> bool:
    return (get_language() or "").startswith("zh")
