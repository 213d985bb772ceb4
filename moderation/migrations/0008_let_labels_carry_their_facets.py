from datetime import UTC, datetime

import django.db.models.deletion
from django.db import migrations, models

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
SOURCES = [("api", "API"), ("console", "Console"), ("test", "Online test")]
OUTCOMES = [("pass", "Pass"), ("block", "Block")]
TYPES = [("text", "Text"), ("image", "Image"), ("audio", "Audio"), ("video", "Video")]
LEVELS = [("none", "Safe"), ("low", "Low"), ("medium", "Medium"), ("high", "High")]


def new_field(name, field):
    """With a constant default, so that no row is written anew; the next migration fills in what is true."""
    return migrations.AddField("resultlabel", name, field, preserve_default=False)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0007_service_drafts")]

    operations = [
        new_field(
            "service",
            models.ForeignKey(
                "moderation.service",
                default=0,
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
            ),
        ),
        new_field("content_type", models.CharField(max_length=10, choices=TYPES, default="text")),
        new_field("result_level", models.CharField(max_length=6, choices=LEVELS, default="low")),
        new_field("source", models.CharField(max_length=7, choices=SOURCES, default="api")),
        new_field("human_outcome", models.CharField(max_length=5, choices=OUTCOMES, blank=True, default="")),
        new_field("created_at", models.DateTimeField(default=LONG_AGO)),
    ]
