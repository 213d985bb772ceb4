"""In batches of their own, so that no reviewer waits."""

from django.db import migrations
from django.db.models import Max

BATCH = 20_000
COPY = """
UPDATE review_reviewitem item SET request_id = result.request_id
FROM moderation_moderationresult result
WHERE result.id = item.result_id AND item.id > %s AND item.id <= %s
"""


def fill(apps, schema_editor):
    last = apps.get_model("review", "ReviewItem").objects.aggregate(last=Max("id"))["last"] or 0
    with schema_editor.connection.cursor() as cursor:
        for first in range(0, last, BATCH):
            cursor.execute(COPY, [first, first + BATCH])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("review", "0002_items_outlive_their_results")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
