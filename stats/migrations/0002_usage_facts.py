"""Counters and tail as one view each, so that every read is exact. Ids of the tail are negative."""

from django.db import migrations

USAGE = """
CREATE VIEW stats_usagefact AS
SELECT id, account_id, service_id, source, content_type, starts_at AS at,
       calls, high, medium, low, took_us
FROM stats_usagecounter
UNION ALL
SELECT -id, account_id, service_id, source, content_type, at,
       1, (level = 'high')::integer, (level = 'medium')::integer, (level = 'low')::integer, took_us::bigint
FROM stats_usagedelta
"""

LABELS = """
CREATE VIEW stats_labelfact AS
SELECT id, account_id, service_id, source, starts_at AS at, label, hits
FROM stats_labelcounter
UNION ALL
SELECT -(delta.id * 1000 + carried.place), account_id, service_id, source, at, carried.label, 1
FROM stats_usagedelta delta CROSS JOIN unnest(delta.labels) WITH ORDINALITY AS carried (label, place)
"""


class Migration(migrations.Migration):
    dependencies = [("stats", "0001_usage_counters")]

    operations = [
        migrations.RunSQL(USAGE, "DROP VIEW stats_usagefact"),
        migrations.RunSQL(LABELS, "DROP VIEW stats_labelfact"),
    ]
