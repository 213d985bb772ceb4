import django.db.models.fields.json
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

HAS_KEY, HAS_COVER = ~models.Q(key=""), ~models.Q(cover_key="")


class Migration(migrations.Migration):
    """By account and age what a purge reads, each account for itself; by file what still names it."""

    atomic = False

    dependencies = [("moderation", "0019_tell_of_recordings")]

    operations = [
        AddIndexConcurrently(
            "event", models.Index(fields=["account", "created_at", "id"], name="events_by_age_and_account")
        ),
        RemoveIndexConcurrently("event", "events_by_age"),
        AddIndexConcurrently(
            "moderationtask",
            models.Index(fields=["account", "created_at", "id"], name="tasks_by_age_and_account"),
        ),
        RemoveIndexConcurrently("moderationtask", "tasks_by_age"),
        AddIndexConcurrently(
            "moderationtask", models.Index(fields=["key"], name="tasks_by_file", condition=HAS_KEY)
        ),
        AddIndexConcurrently(
            "mediaasset", models.Index(fields=["key"], name="assets_by_file", condition=HAS_KEY)
        ),
        AddIndexConcurrently(
            "mediaasset", models.Index(fields=["cover_key"], name="assets_by_cover", condition=HAS_COVER)
        ),
        AddIndexConcurrently(
            "moderationresult",
            models.Index(
                django.db.models.fields.json.KT("media__cover_key"),
                name="results_by_cover",
                condition=models.Q(media__has_key="cover_key"),
            ),
        ),
    ]
