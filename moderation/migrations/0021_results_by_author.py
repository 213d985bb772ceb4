from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("moderation", "0020_index_what_a_purge_asks")]

    operations = [
        AddIndexConcurrently(
            "moderationresult",
            models.Index(
                fields=["account", "author_id", "-created_at", "-id"],
                name="results_by_author",
                condition=~models.Q(author_id=""),
            ),
        )
    ]
