from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("review", "0014_lists_of_what_was_decided")]

    operations = [
        AddIndexConcurrently(
            "reviewitem",
            models.Index(
                fields=["account", "created_at", "id"],
                name="items_without_results",
                condition=models.Q(result=None),
            ),
        ),
    ]
