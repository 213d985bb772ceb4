from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("review", "0013_longer_reasons")]

    operations = [
        AddIndexConcurrently(
            "reviewitem",
            models.Index(
                F("account"),
                F("queue"),
                F("outcome"),
                F("decided_at").desc(),
                F("id").desc(),
                name="items_by_decision",
                condition=Q(state="decided"),
            ),
        ),
        AddIndexConcurrently(
            "reviewitem",
            models.Index(
                F("account"),
                F("queue"),
                F("outcome"),
                F("decided_at").desc(),
                F("id").desc(),
                name="items_decided_late",
                condition=Q(state="decided", decided_at__gt=F("due_at")),
            ),
        ),
    ]
