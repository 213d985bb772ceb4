"""In batches of their own, so that nobody waits for a lock on a large table."""

from django.db import migrations
from django.db.models import Max

BATCH = 20_000
COPY = """
UPDATE moderation_resultlabel label
SET service_id = result.service_id, content_type = result.content_type, result_level = result.level,
    source = result.source, human_outcome = result.human_outcome, created_at = result.created_at
FROM moderation_moderationresult result
WHERE result.id = label.result_id AND label.id > %s AND label.id <= %s
"""
EXEMPT = """
INSERT INTO moderation_resultlabel (account_id, result_id, label, level, service_id, content_type,
                                    result_level, source, human_outcome, created_at)
SELECT account_id, id, 'nonLabel_lib', 'none', service_id, content_type, level, source, human_outcome, created_at
FROM moderation_moderationresult
WHERE id > %s AND id <= %s AND level = 'none' AND labels @> '[{"label": "nonLabel_lib"}]'
ON CONFLICT DO NOTHING
"""


def walk(apps, schema_editor, model, statement):
    last = apps.get_model("moderation", model).objects.aggregate(last=Max("id"))["last"] or 0
    with schema_editor.connection.cursor() as cursor:
        for first in range(0, last, BATCH):
            cursor.execute(statement, [first, first + BATCH])


def fill(apps, schema_editor):
    walk(apps, schema_editor, "ResultLabel", COPY)
    walk(apps, schema_editor, "ModerationResult", EXEMPT)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("moderation", "0008_let_labels_carry_their_facets")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
