import django.db.models.deletion
import django.db.models.fields.json
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Index, Q

FACETS = ["content_type", "level", "source", "human_outcome"]
LABEL_FACETS = ["content_type", "result_level", "source", "human_outcome"]
NEWEST = ["-created_at", "-id"]


def account_key():
    """The indexes above begin with the account and serve its key."""
    return models.ForeignKey(
        "accounts.account",
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        verbose_name="account",
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("moderation", "0009_fill_in_the_facets_of_labels")]

    operations = [
        AddIndexConcurrently(
            "moderationresult", Index(fields=["account", *NEWEST], name="results_newest_first")
        ),
        AddIndexConcurrently(
            "moderationresult", Index(fields=["account", *FACETS, *NEWEST], name="results_by_facets")
        ),
        AddIndexConcurrently(
            "moderationresult",
            Index(fields=["account", "service", *FACETS[1:], *NEWEST], name="results_by_service"),
        ),
        AddIndexConcurrently(
            "moderationresult",
            Index(
                fields=["account", "data_id", *NEWEST],
                name="results_by_data_id",
                condition=~Q(data_id=""),
            ),
        ),
        AddIndexConcurrently(
            "moderationresult",
            Index(
                django.db.models.fields.json.KT("media__key"),
                name="results_by_picture",
                condition=Q(media__has_key="key"),
            ),
        ),
        AddIndexConcurrently(
            "resultlabel",
            Index(fields=["account", "label", "-created_at", "-result"], name="labels_newest_first"),
        ),
        AddIndexConcurrently(
            "resultlabel",
            Index(
                fields=["account", "label", *LABEL_FACETS, "-created_at", "-result"],
                name="labels_by_facets",
            ),
        ),
        AddIndexConcurrently(
            "resultlabel",
            Index(
                fields=["account", "label", "service", *LABEL_FACETS[1:], "-created_at", "-result"],
                name="labels_by_service",
            ),
        ),
        AddIndexConcurrently(
            "callback", Index(fields=["account", "subject", "id"], name="callbacks_by_subject")
        ),
        AddIndexConcurrently(
            "callback",
            Index(fields=["account", "created_at"], name="callbacks_by_age", condition=~Q(state="due")),
        ),
        RemoveIndexConcurrently("moderationresult", "result_newest_first"),
        RemoveIndexConcurrently("moderationresult", "result_by_data_id"),
        migrations.AlterField("moderationresult", "account", account_key()),
        migrations.AlterField("resultlabel", "account", account_key()),
    ]
