import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

NEWEST = ["-created_at", "-id"]


class Migration(migrations.Migration):
    """Deliveries are listed by time, whatever they are narrowed by."""

    atomic = False
    dependencies = [("moderation", "0021_results_by_author")]

    operations = [
        AddIndexConcurrently(
            "callback",
            models.Index(fields=["account", "state", "event", *NEWEST], name="callbacks_by_standing"),
        ),
        AddIndexConcurrently(
            "callback",
            models.Index(
                fields=["account", "endpoint", "state", "event", *NEWEST], name="callbacks_of_an_endpoint"
            ),
        ),
        RemoveIndexConcurrently("callback", "callbacks_newest_first"),
        AddIndexConcurrently(
            "callback", models.Index(fields=["account", *NEWEST], name="callbacks_newest_first")
        ),
        RemoveIndexConcurrently("callback", "callbacks_given_up"),
        RemoveIndexConcurrently("callback", "callbacks_by_time"),
        migrations.AlterField(
            "callback",
            "endpoint",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="callbacks",
                to="moderation.callbackendpoint",
                verbose_name="callback endpoint",
            ),
        ),
    ]
