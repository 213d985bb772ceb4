from datetime import timedelta

from django.db import migrations

from config.uuid7 import uuid7

DAY = timedelta(days=1)
SHARE = {1: 0.0, 2: 0.25, 3: 0.5}


def fill(apps, schema_editor):
    alias = schema_editor.connection.alias
    items = apps.get_model("review", "ReviewItem").objects.using(alias)
    queues = apps.get_model("review", "ReviewQueue").objects.using(alias)
    decisions = apps.get_model("review", "Decision").objects.using(alias)
    for item in items.select_related("result").iterator(chunk_size=500):
        item.task_id = uuid7()
        item.queue, _is_new = queues.get_or_create(
            account_id=item.account_id,
            is_default=True,
            defaults={"name": "General", "created_at": item.created_at},
        )
        item.due_at = item.created_at + DAY
        item.urgent_at = item.created_at + DAY * SHARE.get(item.priority, 1.0)
        if item.result:
            item.data_id, item.author_id = item.result.data_id, item.result.author_id
            found = [one["label"] for one in item.result.labels if one["label"] != "nonLabel"]
            item.label = found[0] if found else ""
        if item.state == "decided":
            last = decisions.filter(item=item).order_by("-round").first()
            item.rounds, item.outcome, item.decided_label = last.round, last.outcome, last.label
            item.decided_by_id = last.reviewer_id
        item.save()


class Migration(migrations.Migration):
    dependencies = [("review", "0005_people")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
