import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_accounts_and_keys"),
        ("moderation", "0001_services_results_callbacks"),
    ]

    operations = [
        migrations.CreateModel(
            name="LabelFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("api", "API"), ("console", "Console"), ("test", "Online test")],
                        max_length=7,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("label", models.CharField(max_length=64)),
                ("hits", models.PositiveIntegerField()),
            ],
            options={
                "db_table": "stats_labelfact",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="UsageFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("api", "API"), ("console", "Console"), ("test", "Online test")],
                        max_length=7,
                    ),
                ),
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
                    ),
                ),
                ("at", models.DateTimeField()),
                ("calls", models.PositiveIntegerField()),
                ("high", models.PositiveIntegerField()),
                ("medium", models.PositiveIntegerField()),
                ("low", models.PositiveIntegerField()),
                ("took_us", models.PositiveBigIntegerField()),
            ],
            options={
                "db_table": "stats_usagefact",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="LabelCounter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("api", "API"), ("console", "Console"), ("test", "Online test")],
                        max_length=7,
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("folded_at", models.DateTimeField()),
                ("label", models.CharField(max_length=64)),
                ("hits", models.PositiveIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moderation.service",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "starts_at", "service", "source", "label"),
                        name="one_label_counter_per_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UsageCounter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("api", "API"), ("console", "Console"), ("test", "Online test")],
                        max_length=7,
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("folded_at", models.DateTimeField()),
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
                    ),
                ),
                ("calls", models.PositiveIntegerField()),
                ("high", models.PositiveIntegerField()),
                ("medium", models.PositiveIntegerField()),
                ("low", models.PositiveIntegerField()),
                ("took_us", models.PositiveBigIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moderation.service",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "starts_at", "service", "source", "content_type"),
                        name="one_usage_counter_per_hour",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "calls__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("high"), "+", models.F("medium")
                                    ),
                                    "+",
                                    models.F("low"),
                                ),
                            )
                        ),
                        name="hits_are_never_more_than_calls",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UsageDelta",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("api", "API"), ("console", "Console"), ("test", "Online test")],
                        max_length=7,
                    ),
                ),
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
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("none", "Safe"), ("low", "Low"), ("medium", "Medium"), ("high", "High")],
                        max_length=6,
                    ),
                ),
                (
                    "labels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), default=list, size=None
                    ),
                ),
                ("took_us", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moderation.service",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account", "at"], name="unfolded_by_account")],
            },
        ),
    ]
