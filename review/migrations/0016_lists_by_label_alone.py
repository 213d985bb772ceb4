from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations
from django.db.models import Index, Q

FACETS = ["mode", "state", "outcome", "recheck_outcome", "level"]
NEWEST = ["-created_at", "-id"]
INDEXES = {
    "items_by_label_and_type": "label",
    "items_by_violation_and_type": "decided_label",
    "items_by_recheck_and_type": "recheck_label",
}


class Migration(migrations.Migration):
    """Whoever asks for a label and no service is not to pay for every service that there is."""

    atomic = False
    dependencies = [("review", "0015_index_items_that_may_go")]

    operations = [
        AddIndexConcurrently(
            "reviewitem",
            Index(
                fields=["account", label, "content_type", *FACETS, *NEWEST],
                name=name,
                condition=~Q(**{label: ""}),
            ),
        )
        for name, label in INDEXES.items()
    ]
