"""Bring the label catalogue in the database up to the one in the code, after every migrate."""

from django.db import transaction

from moderation.catalogue.labels import LABELS, RETIRED_CODES
from moderation.catalogue.mappings import MAPPINGS
from moderation.models import Label, LabelMapping

FIELDS = ["group", "name_en", "name_zh", "description_en", "description_zh", "content_types", "is_retired"]


def sync_after_migrate(sender, using="default", plan=None, apps=None, **kwargs):
    sync_catalogue()


@transaction.atomic
def sync_catalogue() -> None:
    """Repeat-safe. Labels that left the code stay as retired rows: results still name them."""
    codes = [info.code for info in LABELS]
    Label.objects.bulk_create(
        [
            Label(
                code=info.code,
                group=info.group,
                name_en=info.name_en,
                name_zh=info.name_zh,
                description_en=info.description_en,
                description_zh=info.description_zh,
                content_types=list(info.content_types),
            )
            for info in LABELS
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=FIELDS,
    )
    Label.objects.exclude(code__in=codes).update(is_retired=True)
    Label.objects.filter(code__in=RETIRED_CODES).update(is_retired=True)
    ids = dict(Label.objects.values_list("code", "id"))
    LabelMapping.objects.bulk_create(
        [LabelMapping(engine=engine, raw=raw, label_id=ids[code]) for engine, raw, code in MAPPINGS],
        ignore_conflicts=True,
    )
