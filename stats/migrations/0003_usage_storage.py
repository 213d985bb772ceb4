"""Rows of the tail live for a minute, counters are written over and over: clean up early, leave room."""

from django.db import migrations

SETTINGS = {
    "stats_usagedelta": "autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, "
    "autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000",
    "stats_usagecounter": "fillfactor = 80",
    "stats_labelcounter": "fillfactor = 80",
}


def names(options: str) -> str:
    return ", ".join(option.split("=")[0].strip() for option in options.split(","))


class Migration(migrations.Migration):
    dependencies = [("stats", "0002_usage_facts")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} SET ({options})", f"ALTER TABLE {table} RESET ({names(options)})"
        )
        for table, options in SETTINGS.items()
    ]
