import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.uuid7


class Migration(migrations.Migration):
    replaces = [
        ("review", "0001_items_and_decisions"),
        ("review", "0002_items_outlive_their_results"),
        ("review", "0003_fill_in_the_requests_of_items"),
        ("review", "0004_feedback_on_results"),
        ("review", "0005_people"),
        ("review", "0006_fill_in_what_items_say"),
        ("review", "0007_hold_to_what_items_say"),
        ("review", "0008_one_standing_decision_per_item"),
        ("review", "0009_care"),
        ("review", "0010_cancelled_items"),
        ("review", "0011_queue_lanes"),
        ("review", "0012_lists_of_items"),
        ("review", "0013_longer_reasons"),
        ("review", "0014_lists_of_what_was_decided"),
        ("review", "0015_index_items_that_may_go"),
        ("review", "0016_lists_by_label_alone"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0003_tell_of_heads_and_engines"),
        ("accounts", "__first__"),
        ("moderation", "0001_whole"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReviewQueue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("description", models.CharField(blank=True, max_length=300, verbose_name="description")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="place")),
                (
                    "sla_minutes",
                    models.PositiveIntegerField(default=1440, verbose_name="decide within (minutes)"),
                ),
                (
                    "skills",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="skills",
                    ),
                ),
                ("is_default", models.BooleanField(default=False, verbose_name="takes the rest")),
                ("is_paused", models.BooleanField(default=False, verbose_name="paused")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "review queue",
                "verbose_name_plural": "review queues",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "name"), name="queue_names_are_unique_per_account"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("account",),
                        name="one_queue_takes_the_rest",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sla_minutes__gt", 0)), name="a_queue_has_a_time_to_decide"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "task_id",
                    models.UUIDField(default=config.uuid7.uuid7, unique=True, verbose_name="task id"),
                ),
                ("request_id", models.UUIDField(verbose_name="request id")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("audit", "Audit"),
                            ("human_machine", "Human-machine review"),
                            ("human_only", "Human-only review"),
                        ],
                        default="audit",
                        max_length=13,
                        verbose_name="mode",
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
                        verbose_name="content type",
                    ),
                ),
                ("data_id", models.CharField(blank=True, max_length=128, verbose_name="data id")),
                ("author_id", models.CharField(blank=True, max_length=128, verbose_name="author")),
                ("language", models.CharField(blank=True, max_length=8, verbose_name="language")),
                (
                    "level",
                    models.CharField(
                        choices=[("none", "Safe"), ("low", "Low"), ("medium", "Medium"), ("high", "High")],
                        max_length=6,
                        verbose_name="risk level",
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=64, verbose_name="label")),
                ("group", models.CharField(blank=True, max_length=40, verbose_name="detection type")),
                ("digest", models.BinaryField(max_length=32, null=True)),
                ("likeness", models.BinaryField(max_length=32, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("claimed", "With a reviewer"),
                            ("decided", "Decided"),
                            ("expired", "Time is over"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("priority", models.PositiveSmallIntegerField(verbose_name="priority")),
                ("created_at", models.DateTimeField(verbose_name="waiting since")),
                ("due_at", models.DateTimeField(null=True, verbose_name="due")),
                ("urgent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True, verbose_name="kept until")),
                ("lease_until", models.DateTimeField(null=True)),
                ("escalated_at", models.DateTimeField(null=True, verbose_name="escalated")),
                ("rounds", models.PositiveSmallIntegerField(default=0)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("pass", "Pass"), ("block", "Block")],
                        max_length=5,
                        verbose_name="decision",
                    ),
                ),
                ("decided_label", models.CharField(blank=True, max_length=60, verbose_name="violation type")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                (
                    "recheck_outcome",
                    models.CharField(
                        blank=True,
                        choices=[("pass", "Pass"), ("block", "Block")],
                        max_length=5,
                        verbose_name="recheck result",
                    ),
                ),
                (
                    "recheck_label",
                    models.CharField(blank=True, max_length=60, verbose_name="recheck violation type"),
                ),
                ("rechecked_at", models.DateTimeField(null=True, verbose_name="rechecked")),
                ("cancelled_at", models.DateTimeField(null=True, verbose_name="cancelled")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
                (
                    "claimed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "endpoint",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moderation.callbackendpoint",
                    ),
                ),
                (
                    "escalated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "result",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="review_item",
                        to="moderation.moderationresult",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="moderation.service"
                    ),
                ),
                (
                    "queue",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="review.reviewqueue",
                        verbose_name="review queue",
                    ),
                ),
            ],
            options={
                "verbose_name": "review item",
                "verbose_name_plural": "review items",
                "indexes": [
                    models.Index(
                        models.F("account"),
                        models.F("urgent_at"),
                        models.F("id"),
                        condition=models.Q(("state__in", ("waiting", "claimed"))),
                        name="review_queue",
                    ),
                    models.Index(
                        models.F("account"),
                        models.F("queue"),
                        models.F("group"),
                        models.F("content_type"),
                        models.F("mode"),
                        models.F("urgent_at"),
                        models.F("id"),
                        condition=models.Q(("escalated_at", None), ("state__in", ("waiting", "claimed"))),
                        name="review_lanes",
                    ),
                    models.Index(
                        models.F("account"),
                        models.F("urgent_at"),
                        models.F("id"),
                        condition=models.Q(
                            ("escalated_at__isnull", False), ("state__in", ("waiting", "claimed"))
                        ),
                        name="escalated_items",
                    ),
                    models.Index(
                        models.F("account"),
                        models.F("queue"),
                        models.F("due_at"),
                        condition=models.Q(("state__in", ("waiting", "claimed"))),
                        name="open_items_by_due",
                    ),
                    models.Index(
                        models.F("account"),
                        models.F("queue"),
                        models.F("created_at"),
                        condition=models.Q(("state__in", ("waiting", "claimed"))),
                        name="open_items_by_age",
                    ),
                    models.Index(
                        models.F("account"),
                        models.F("rechecked_at"),
                        condition=models.Q(("rechecked_at__isnull", False)),
                        name="rechecked_items",
                    ),
                    models.Index(
                        models.F("account"),
                        models.F("author_id"),
                        condition=models.Q(("state__in", ("waiting", "claimed"))),
                        name="open_items_by_author",
                    ),
                    models.Index(
                        models.F("account"),
                        models.F("data_id"),
                        condition=models.Q(("state__in", ("waiting", "claimed"))),
                        name="open_items_by_data_id",
                    ),
                    models.Index(
                        models.F("account"),
                        models.F("digest"),
                        condition=models.Q(("digest__isnull", False)),
                        name="review_items_by_digest",
                    ),
                    models.Index(
                        models.F("account"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="review_items_newest_first",
                    ),
                    models.Index(
                        fields=[
                            "account",
                            "content_type",
                            "mode",
                            "state",
                            "outcome",
                            "recheck_outcome",
                            "level",
                            "-created_at",
                            "-id",
                        ],
                        name="items_by_facets",
                    ),
                    models.Index(
                        fields=[
                            "account",
                            "service",
                            "mode",
                            "state",
                            "outcome",
                            "recheck_outcome",
                            "level",
                            "-created_at",
                            "-id",
                        ],
                        name="items_by_service",
                    ),
                    models.Index(
                        condition=models.Q(("label", ""), _negated=True),
                        fields=[
                            "account",
                            "label",
                            "service",
                            "mode",
                            "state",
                            "outcome",
                            "recheck_outcome",
                            "level",
                            "-created_at",
                            "-id",
                        ],
                        name="items_by_label",
                    ),
                    models.Index(
                        condition=models.Q(("decided_label", ""), _negated=True),
                        fields=[
                            "account",
                            "decided_label",
                            "service",
                            "mode",
                            "state",
                            "outcome",
                            "recheck_outcome",
                            "level",
                            "-created_at",
                            "-id",
                        ],
                        name="items_by_violation",
                    ),
                    models.Index(
                        condition=models.Q(("recheck_label", ""), _negated=True),
                        fields=[
                            "account",
                            "recheck_label",
                            "service",
                            "mode",
                            "state",
                            "outcome",
                            "recheck_outcome",
                            "level",
                            "-created_at",
                            "-id",
                        ],
                        name="items_by_recheck_violation",
                    ),
                    models.Index(
                        condition=models.Q(("label", ""), _negated=True),
                        fields=[
                            "account",
                            "label",
                            "content_type",
                            "mode",
                            "state",
                            "outcome",
                            "recheck_outcome",
                            "level",
                            "-created_at",
                            "-id",
                        ],
                        name="items_by_label_and_type",
                    ),
                    models.Index(
                        condition=models.Q(("decided_label", ""), _negated=True),
                        fields=[
                            "account",
                            "decided_label",
                            "content_type",
                            "mode",
                            "state",
                            "outcome",
                            "recheck_outcome",
                            "level",
                            "-created_at",
                            "-id",
                        ],
                        name="items_by_violation_and_type",
                    ),
                    models.Index(
                        condition=models.Q(("recheck_label", ""), _negated=True),
                        fields=[
                            "account",
                            "recheck_label",
                            "content_type",
                            "mode",
                            "state",
                            "outcome",
                            "recheck_outcome",
                            "level",
                            "-created_at",
                            "-id",
                        ],
                        name="items_by_recheck_and_type",
                    ),
                    models.Index(
                        condition=models.Q(("data_id", ""), _negated=True),
                        fields=["account", "data_id", "-created_at", "-id"],
                        name="items_by_data_id",
                    ),
                    models.Index(fields=["account", "request_id"], name="items_by_request"),
                    models.Index(
                        models.F("account"),
                        models.F("queue"),
                        models.F("outcome"),
                        models.OrderBy(models.F("decided_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("state", "decided")),
                        name="items_by_decision",
                    ),
                    models.Index(
                        models.F("account"),
                        models.F("queue"),
                        models.F("outcome"),
                        models.OrderBy(models.F("decided_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("decided_at__gt", models.F("due_at")), ("state", "decided")),
                        name="items_decided_late",
                    ),
                    models.Index(
                        condition=models.Q(("result", None)),
                        fields=["account", "created_at", "id"],
                        name="items_without_results",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "claimed"))),
                        fields=["expires_at"],
                        name="items_that_expire",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("claimed_by__isnull", False),
                                ("lease_until__isnull", False),
                                ("state", "claimed"),
                            ),
                            models.Q(
                                models.Q(("state", "claimed"), _negated=True),
                                ("claimed_by", None),
                                ("lease_until", None),
                            ),
                            _connector="OR",
                        ),
                        name="a_claimed_item_has_its_reviewer_and_lease",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", False),
                                ("state", "decided"),
                                models.Q(("outcome", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "decided"), _negated=True),
                                ("decided_at", None),
                                ("decided_label", ""),
                                ("outcome", ""),
                            ),
                            _connector="OR",
                        ),
                        name="a_decided_item_has_its_time_and_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("recheck_label", ""), ("recheck_outcome", ""), ("rechecked_at", None)),
                            models.Q(
                                ("rechecked_at__isnull", False),
                                ("state", "decided"),
                                models.Q(("recheck_outcome", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="only_a_decided_item_is_rechecked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancelled_at__isnull", False), ("state", "cancelled")),
                            models.Q(models.Q(("state", "cancelled"), _negated=True), ("cancelled_at", None)),
                            _connector="OR",
                        ),
                        name="a_cancelled_item_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["decided", "expired", "cancelled"]),
                            ("result__isnull", False),
                            _connector="OR",
                        ),
                        name="only_a_finished_item_outlives_its_result",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoutingRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="place")),
                (
                    "modes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("audit", "Audit"),
                                ("human_machine", "Human-machine review"),
                                ("human_only", "Human-only review"),
                            ],
                            max_length=13,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="modes",
                    ),
                ),
                (
                    "content_types",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("text", "Text"),
                                ("image", "Image"),
                                ("audio", "Audio"),
                                ("video", "Video"),
                            ],
                            max_length=10,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="content types",
                    ),
                ),
                (
                    "levels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("none", "Safe"),
                                ("low", "Low"),
                                ("medium", "Medium"),
                                ("high", "High"),
                            ],
                            max_length=6,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="risk levels",
                    ),
                ),
                (
                    "label_groups",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="detection types",
                    ),
                ),
                (
                    "languages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=8),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="languages",
                    ),
                ),
                (
                    "services",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="services",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
                (
                    "queue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="review.reviewqueue",
                        verbose_name="review queue",
                    ),
                ),
            ],
            options={
                "verbose_name": "routing rule",
                "verbose_name_plural": "routing rules",
            },
        ),
        migrations.CreateModel(
            name="Skip",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=120, verbose_name="reason")),
                ("skipped_at", models.DateTimeField(verbose_name="time")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="skips",
                        to="review.reviewitem",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "skip",
                "verbose_name_plural": "skips",
                "constraints": [
                    models.UniqueConstraint(fields=("item", "user"), name="a_reviewer_skips_an_item_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Waiver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("cap", "Daily limit"), ("rest", "Rest")], max_length=4, verbose_name="kind"
                    ),
                ),
                ("group", models.CharField(blank=True, max_length=40, verbose_name="detection type")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("given_at", models.DateTimeField(verbose_name="given")),
                ("until", models.DateTimeField(verbose_name="until")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "waiver",
                "verbose_name_plural": "waivers",
                "indexes": [models.Index(fields=["account", "user", "until"], name="waivers_of_a_reviewer")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("user", models.F("given_by")), _negated=True),
                        name="no_waiver_is_ones_own",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("given_at"))), name="a_waiver_lasts"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BlockCategory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("name_zh", models.CharField(blank=True, max_length=60, verbose_name="name in Chinese")),
                (
                    "groups",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None, verbose_name="detection types"
                    ),
                ),
                (
                    "content_types",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("text", "Text"),
                                ("image", "Image"),
                                ("audio", "Audio"),
                                ("video", "Video"),
                            ],
                            max_length=10,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="content types",
                    ),
                ),
                ("policy", models.TextField(blank=True, verbose_name="policy")),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="reasons",
                    ),
                ),
                ("is_severe", models.BooleanField(default=False, verbose_name="severe")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="place")),
                ("is_retired", models.BooleanField(default=False, verbose_name="retired")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "block category",
                "verbose_name_plural": "block categories",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "code"), name="category_codes_are_unique_per_account"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CarePolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "blurred",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("caps", models.JSONField(blank=True, default=dict, verbose_name="seconds a day")),
                (
                    "break_after_minutes",
                    models.PositiveSmallIntegerField(default=55, verbose_name="rest after (minutes)"),
                ),
                (
                    "break_minutes",
                    models.PositiveSmallIntegerField(default=5, verbose_name="rest for (minutes)"),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "care policy",
                "verbose_name_plural": "care policies",
                "constraints": [
                    models.UniqueConstraint(fields=("account",), name="an_account_has_one_care_policy")
                ],
            },
        ),
        migrations.CreateModel(
            name="Exposure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("group", models.CharField(blank=True, max_length=40, verbose_name="detection type")),
                ("seconds", models.FloatField(default=0, verbose_name="seconds")),
                ("items", models.PositiveIntegerField(default=0, verbose_name="items")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "exposure",
                "verbose_name_plural": "exposures",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "user", "day", "group"), name="exposure_is_counted_once_a_day"
                    )
                ],
            },
        ),
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
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "given_by_key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.apikey",
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="feedback",
                        to="moderation.moderationresult",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moderation.service",
                        verbose_name="service",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by_key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.apikey",
                    ),
                ),
            ],
            options={
                "verbose_name": "feedback",
                "verbose_name_plural": "feedback",
                "indexes": [
                    models.Index(fields=["account", "-id"], name="feedback_newest_first"),
                    models.Index(fields=["account", "request_id"], name="feedback_by_request"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("result", "kind"),
                        name="one_open_feedback_per_result_and_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "missed_violation"), _negated=True),
                            models.Q(("label", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_missed_violation_names_a_label",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("given_by__isnull", False), ("given_by_key", None)),
                            models.Q(("given_by", None), ("given_by_key__isnull", False)),
                            _connector="OR",
                        ),
                        name="feedback_is_given_by_a_person_or_a_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("withdrawn_at", None), ("withdrawn_by", None), ("withdrawn_by_key", None)
                            ),
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
                ],
            },
        ),
        migrations.CreateModel(
            name="Reviewer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "skills",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="skills",
                    ),
                ),
                (
                    "spared",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="not given these",
                    ),
                ),
                (
                    "skipped",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="rather not these",
                    ),
                ),
                ("keys", models.JSONField(blank=True, default=dict, verbose_name="keys")),
                ("view", models.JSONField(blank=True, default=dict, verbose_name="view")),
                ("at_work_since", models.DateTimeField(null=True)),
                ("last_seen_at", models.DateTimeField(null=True)),
                (
                    "reports",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "reviewer",
                "verbose_name_plural": "reviewers",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "user"), name="a_person_is_one_reviewer_per_account"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(verbose_name="time")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="review.reviewitem",
                    ),
                ),
            ],
            options={
                "verbose_name": "note",
                "verbose_name_plural": "notes",
                "indexes": [models.Index(fields=["item", "id"], name="notes_of_an_item")],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="round")),
                (
                    "stage",
                    models.CharField(
                        choices=[("decision", "Decision"), ("recheck", "Recheck")],
                        default="decision",
                        max_length=8,
                        verbose_name="stage",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("pass", "Pass"), ("block", "Block")], max_length=5, verbose_name="decision"
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=60, verbose_name="label")),
                ("category", models.CharField(blank=True, max_length=40, verbose_name="category")),
                ("reason", models.CharField(blank=True, max_length=128, verbose_name="reason")),
                ("note", models.CharField(blank=True, max_length=512, verbose_name="note")),
                ("batch", models.UUIDField(null=True)),
                ("handling_ms", models.PositiveIntegerField(null=True, verbose_name="handling time")),
                ("event_id", models.CharField(blank=True, max_length=40)),
                ("decided_at", models.DateTimeField(verbose_name="decided")),
                ("undone_at", models.DateTimeField(null=True, verbose_name="undone")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reviewer",
                    ),
                ),
                (
                    "reviewer_key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.apikey",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="review.reviewitem",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision",
                "verbose_name_plural": "decisions",
                "indexes": [
                    models.Index(fields=["account", "-id"], name="decisions_newest_first"),
                    models.Index(
                        models.F("account"),
                        models.F("reviewer"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="decisions_of_a_reviewer",
                    ),
                    models.Index(
                        condition=models.Q(("undone_at", None)),
                        fields=["account", "stage", "decided_at"],
                        include=("outcome",),
                        name="decisions_by_time",
                    ),
                    models.Index(
                        condition=models.Q(("batch__isnull", False)),
                        fields=["batch"],
                        name="decisions_of_a_batch",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("item", "round"), name="one_decision_per_item_and_round"),
                    models.UniqueConstraint(
                        condition=models.Q(("stage", "decision"), ("undone_at", None)),
                        fields=("item",),
                        name="one_standing_decision_per_item",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("label", ""), ("outcome", "pass")),
                            models.Q(("outcome", "block"), models.Q(("label", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="block_names_a_label_and_pass_does_not",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reviewer__isnull", False), ("reviewer_key", None)),
                            models.Q(("reviewer", None), ("reviewer_key__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_decision_is_a_persons_or_a_keys",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at", None), ("undone_by", None)),
                            ("undone_at__isnull", False),
                            _connector="OR",
                        ),
                        name="an_undone_decision_has_its_time",
                    ),
                ],
            },
        ),
    ]
