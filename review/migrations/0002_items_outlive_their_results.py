import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0010_index_what_lists_of_results_ask"),
        ("review", "0001_items_and_decisions"),
    ]

    operations = [
        migrations.AddField("reviewitem", "request_id", models.UUIDField(null=True)),
        migrations.AlterField(
            "reviewitem",
            "result",
            models.OneToOneField(
                to="moderation.moderationresult",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="review_item",
            ),
        ),
    ]
