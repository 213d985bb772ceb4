import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_accounts_and_keys"),
        ("moderation", "0010_index_what_lists_of_results_ask"),
        ("review", "0003_fill_in_the_requests_of_items"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Feedback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("request_id", models.UUIDField(verbose_name="request id")),
                (
                    "content_type",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("image", "Image"),
                            ("audio", "Audio"),
                            ("video", "Video"),
                        ],
                        max_length=10,
                        verbose_name="content type",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("none", "Safe"), ("low", "Low"), ("medium", "Medium"), ("high", "High")],
                        max_length=6,
                        verbose_name="risk level",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("false_positive", "False positive"),
                            ("missed_violation", "Missed violation"),
                        ],
                        max_length=16,
                        verbose_name="feedback",
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=64, verbose_name="label")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("given_at", models.DateTimeField(verbose_name="given")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="withdrawn")),
            ],
            options={
                "verbose_name": "feedback",
                "verbose_name_plural": "feedback",
            },
        ),
        migrations.AlterField(
            model_name="reviewitem",
            name="request_id",
            field=models.UUIDField(verbose_name="request id"),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "decided"), ("result__isnull", False), _connector="OR"),
                name="only_a_decided_item_outlives_its_result",
            ),
        ),
        migrations.AddField(
            model_name="feedback",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.account",
                verbose_name="account",
            ),
        ),
        migrations.AddField(
            model_name="feedback",
            name="given_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="feedback",
            name="given_by_key",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.apikey"
            ),
        ),
        migrations.AddField(
            model_name="feedback",
            name="result",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="feedback",
                to="moderation.moderationresult",
            ),
        ),
        migrations.AddField(
            model_name="feedback",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="moderation.service",
                verbose_name="service",
            ),
        ),
        migrations.AddField(
            model_name="feedback",
            name="withdrawn_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="feedback",
            name="withdrawn_by_key",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.apikey"
            ),
        ),
        migrations.AddIndex(
            model_name="feedback",
            index=models.Index(fields=["account", "-id"], name="feedback_newest_first"),
        ),
        migrations.AddIndex(
            model_name="feedback",
            index=models.Index(fields=["account", "request_id"], name="feedback_by_request"),
        ),
        migrations.AddConstraint(
            model_name="feedback",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)),
                fields=("result", "kind"),
                name="one_open_feedback_per_result_and_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="feedback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "missed_violation"), _negated=True),
                    models.Q(("label", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_missed_violation_names_a_label",
            ),
        ),
        migrations.AddConstraint(
            model_name="feedback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("given_by__isnull", False), ("given_by_key", None)),
                    models.Q(("given_by", None), ("given_by_key__isnull", False)),
                    _connector="OR",
                ),
                name="feedback_is_given_by_a_person_or_a_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="feedback",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at", None), ("withdrawn_by", None), ("withdrawn_by_key", None)),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        models.Q(
                            models.Q(("withdrawn_by__isnull", False), ("withdrawn_by_key", None)),
                            models.Q(("withdrawn_by", None), ("withdrawn_by_key__isnull", False)),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="withdrawn_feedback_says_by_whom",
            ),
        ),
    ]
