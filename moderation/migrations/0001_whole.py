import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.fields.json
from django.conf import settings
from django.db import migrations, models

import moderation.models.callbacks

REFUSE = """
CREATE FUNCTION moderation_refuse_version_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'service versions are immutable: publish a new one' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER refuse_version_change BEFORE UPDATE ON moderation_serviceversion
    FOR EACH ROW EXECUTE FUNCTION moderation_refuse_version_change();
"""
ALLOW = """
DROP TRIGGER refuse_version_change ON moderation_serviceversion;
DROP FUNCTION moderation_refuse_version_change();
"""


class Migration(migrations.Migration):
    replaces = [
        ("moderation", "0001_services_results_callbacks"),
        ("moderation", "0002_versions_are_immutable"),
        ("moderation", "0003_callbacks_keep_their_dialect_and_endpoints_rest"),
        ("moderation", "0004_callbacks_given_up_are_found"),
        ("moderation", "0005_add_pictures_to_results"),
        ("moderation", "0006_add_tasks"),
        ("moderation", "0007_service_drafts"),
        ("moderation", "0008_let_labels_carry_their_facets"),
        ("moderation", "0009_fill_in_the_facets_of_labels"),
        ("moderation", "0010_index_what_lists_of_results_ask"),
        ("moderation", "0011_let_reviews_teach_heads"),
        ("moderation", "0012_bring_engines_and_providers"),
        ("moderation", "0013_methods_of_providers"),
        ("moderation", "0014_add_the_event_of_a_recheck"),
        ("moderation", "0015_fingerprints_of_results"),
        ("moderation", "0016_services_for_people"),
        ("moderation", "0017_events_levels_and_endpoints_of_calls"),
        ("moderation", "0018_add_recordings"),
        ("moderation", "0019_tell_of_recordings"),
        ("moderation", "0020_index_what_a_purge_asks"),
        ("moderation", "0021_results_by_author"),
        ("moderation", "0022_lists_of_deliveries"),
        ("moderation", "0023_tell_of_exports"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0003_tell_of_heads_and_engines"),
        ("accounts", "__first__"),
        ("libraries", "0001_whole"),
    ]

    operations = [
        migrations.CreateModel(
            name="Label",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=60, unique=True, verbose_name="code")),
                ("group", models.CharField(max_length=40, verbose_name="detection type")),
                ("name_en", models.CharField(max_length=100)),
                ("name_zh", models.CharField(max_length=100)),
                ("description_en", models.TextField(blank=True)),
                ("description_zh", models.TextField(blank=True)),
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
                        size=None,
                        verbose_name="content types",
                    ),
                ),
                ("is_retired", models.BooleanField(default=False, verbose_name="retired")),
            ],
            options={
                "verbose_name": "label",
                "verbose_name_plural": "labels",
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event_id", models.CharField(max_length=40, unique=True, verbose_name="event id")),
                ("type", models.CharField(max_length=30, verbose_name="event")),
                ("subject", models.CharField(max_length=120, verbose_name="subject")),
                ("payload", models.JSONField(verbose_name="payload")),
                ("held_until", models.DateTimeField(null=True)),
                ("transaction", models.BigIntegerField(null=True)),
                ("created_at", models.DateTimeField(verbose_name="time")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "indexes": [
                    models.Index(fields=["account", "transaction", "id"], name="events_in_order"),
                    models.Index(
                        models.F("account"),
                        models.F("subject"),
                        condition=models.Q(("transaction", None)),
                        name="events_held_back",
                    ),
                    models.Index(fields=["account", "created_at", "id"], name="events_by_age_and_account"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=60, verbose_name="label")),
                (
                    "modality",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("image", "Image"),
                            ("audio", "Audio"),
                            ("video", "Video"),
                        ],
                        default="text",
                        max_length=10,
                        verbose_name="content type",
                    ),
                ),
                ("version", models.PositiveIntegerField(verbose_name="version")),
                ("embedder", models.CharField(max_length=60, verbose_name="encoder")),
                ("embedder_sha256", models.CharField(max_length=64)),
                ("coefficients", models.BinaryField()),
                ("intercept", models.FloatField()),
                ("slope", models.FloatField()),
                ("offset", models.FloatField()),
                ("n_positive", models.PositiveIntegerField(verbose_name="positive examples")),
                ("n_negative", models.PositiveIntegerField(verbose_name="negative examples")),
                ("metrics", models.JSONField(default=dict, verbose_name="measurements")),
                (
                    "status",
                    models.CharField(
                        choices=[("shadow", "Shadow"), ("active", "Active"), ("retired", "Retired")],
                        default="shadow",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("trained_at", models.DateTimeField(verbose_name="trained")),
                ("promoted_at", models.DateTimeField(null=True, verbose_name="promoted")),
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
                    "promoted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "head",
                "verbose_name_plural": "heads",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "label", "modality", "version"), name="head_versions_are_numbered"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "active")),
                        fields=("account", "label", "modality"),
                        name="one_active_head_per_label",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "shadow")),
                        fields=("account", "label", "modality"),
                        name="one_shadow_head_per_label",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "active"), _negated=True),
                            ("promoted_at__isnull", False),
                            _connector="OR",
                        ),
                        name="an_active_head_was_promoted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LabelMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("engine", models.CharField(max_length=60, verbose_name="engine")),
                ("raw", models.CharField(max_length=60, verbose_name="engine's label")),
                (
                    "label",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mappings",
                        to="moderation.label",
                    ),
                ),
            ],
            options={
                "verbose_name": "label mapping",
                "verbose_name_plural": "label mappings",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("engine", "raw", "label"), name="a_raw_label_maps_once_to_a_label"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MediaUpload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("upload_id", models.UUIDField(unique=True, verbose_name="upload id")),
                (
                    "content_type",
                    models.CharField(
                        choices=[("audio", "Audio"), ("video", "Video")],
                        max_length=10,
                        verbose_name="content type",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("length", models.BigIntegerField(verbose_name="bytes")),
                ("offset", models.BigIntegerField(default=0, verbose_name="bytes received")),
                ("key", models.CharField(blank=True, max_length=200)),
                ("facts", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(verbose_name="started")),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("used_at", models.DateTimeField(null=True)),
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
                "verbose_name": "media upload",
                "verbose_name_plural": "media uploads",
                "indexes": [models.Index(fields=["expires_at"], name="uploads_by_expiry")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("offset__gte", 0), ("offset__lte", models.F("length"))),
                        name="an_upload_receives_no_more_than_it_has",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Provider",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("url", models.CharField(max_length=500, verbose_name="address")),
                (
                    "method",
                    models.CharField(
                        choices=[("POST", "POST"), ("PUT", "PUT")],
                        default="POST",
                        max_length=4,
                        verbose_name="method",
                    ),
                ),
                ("headers", models.BinaryField(default=b"")),
                ("template", models.JSONField(verbose_name="request")),
                ("answer", models.JSONField(verbose_name="answer")),
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
                        size=None,
                        verbose_name="content types",
                    ),
                ),
                ("seconds", models.FloatField(default=5.0, verbose_name="seconds")),
                ("is_on", models.BooleanField(default=False, verbose_name="on")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="confirmed")),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(verbose_name="created")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "outside provider",
                "verbose_name_plural": "outside providers",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_on", False), ("confirmed_at__isnull", False), _connector="OR"
                        ),
                        name="a_provider_that_is_on_was_confirmed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SampleEmbedding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("embedder", models.CharField(max_length=60)),
                ("vector", models.BinaryField()),
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
                    "sample",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="embedding",
                        to="libraries.textsample",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SecurityIpGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=64, verbose_name="name")),
                (
                    "addresses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=43),
                        default=list,
                        size=None,
                        verbose_name="addresses",
                    ),
                ),
                ("updated_at", models.DateTimeField(verbose_name="changed")),
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
                "verbose_name": "security IP group",
                "verbose_name_plural": "security IP groups",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "name"), name="security_groups_are_unique_per_account"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Training",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=60, verbose_name="label")),
                (
                    "modality",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("image", "Image"),
                            ("audio", "Audio"),
                            ("video", "Video"),
                        ],
                        default="text",
                        max_length=10,
                        verbose_name="content type",
                    ),
                ),
                ("requested_at", models.DateTimeField(verbose_name="requested")),
                ("embedded", models.PositiveIntegerField(default=0, verbose_name="texts read")),
                ("error", models.CharField(blank=True, max_length=300, verbose_name="error")),
                ("lease_until", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
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
                    "head",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moderation.head",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "training",
                "verbose_name_plural": "trainings",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("finished_at", None)),
                        fields=("account", "label", "modality"),
                        name="one_training_at_a_time_per_label",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EngineFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("licence", models.CharField(blank=True, max_length=100, verbose_name="licence")),
                ("is_enabled", models.BooleanField(default=False, verbose_name="enabled")),
                ("created_at", models.DateTimeField(verbose_name="added")),
            ],
            options={
                "verbose_name": "engine file",
                "verbose_name_plural": "engine files",
            },
        ),
        migrations.CreateModel(
            name="EngineFileVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("bytes", models.BigIntegerField(verbose_name="bytes")),
                ("manifest", models.JSONField(verbose_name="description")),
                ("milliseconds", models.FloatField(verbose_name="milliseconds")),
                ("added_at", models.DateTimeField(verbose_name="added")),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "engine",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="moderation.enginefile",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of an engine file",
                "verbose_name_plural": "versions of engine files",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("engine", "number"), name="engine_file_versions_are_numbered"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CallbackEndpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("url", models.CharField(max_length=500, verbose_name="address")),
                (
                    "dialect",
                    models.CharField(
                        choices=[
                            ("standard", "Standard Webhooks"),
                            ("vendor", "checksum and content"),
                            ("vod", "video on demand"),
                        ],
                        default="standard",
                        max_length=8,
                        verbose_name="dialect",
                    ),
                ),
                (
                    "crypt",
                    models.CharField(
                        choices=[("sha256", "SHA-256"), ("sm3", "SM3")],
                        default="sha256",
                        max_length=6,
                        verbose_name="checksum by",
                    ),
                ),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("result.created", "A result was made"),
                                ("task.failed", "A task could not be done"),
                                ("review.decided", "A reviewer decided"),
                                ("review.rechecked", "A decision was rechecked"),
                                ("review.corrected", "A decision was corrected"),
                                ("media.reviewed", "The automated review of a recording ended"),
                                ("media.audited", "A recording was reviewed by a person"),
                                ("export.ready", "A scheduled export is ready"),
                            ],
                            max_length=30,
                        ),
                        size=None,
                        verbose_name="events",
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
                        default=moderation.models.callbacks.every_level,
                        size=None,
                        verbose_name="risk levels",
                    ),
                ),
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
                        default=moderation.models.callbacks.every_mode,
                        size=None,
                        verbose_name="review modes",
                    ),
                ),
                ("secret", models.BinaryField()),
                ("previous_secret", models.BinaryField(default=b"")),
                ("previous_until", models.DateTimeField(null=True)),
                ("is_enabled", models.BooleanField(default=True, verbose_name="enabled")),
                (
                    "disabled_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("gone", "the receiver says that it is gone (410)"),
                            ("failing", "nothing was delivered for five days"),
                        ],
                        max_length=10,
                        verbose_name="disabled because",
                    ),
                ),
                ("paused_at", models.DateTimeField(null=True, verbose_name="paused since")),
                ("failing_since", models.DateTimeField(null=True, verbose_name="failing since")),
                (
                    "silences",
                    models.PositiveIntegerField(default=0, verbose_name="tries in a row without an answer"),
                ),
                ("resting_until", models.DateTimeField(null=True, verbose_name="resting until")),
                ("is_ad_hoc", models.BooleanField(default=False, verbose_name="from calls")),
                ("call_digest", models.CharField(blank=True, max_length=64)),
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
                "verbose_name": "callback endpoint",
                "verbose_name_plural": "callback endpoints",
                "indexes": [
                    models.Index(
                        condition=models.Q(("disabled_reason", ""), _negated=True),
                        fields=["account"],
                        name="endpoints_we_switched_off",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "name"), name="endpoint_names_are_unique_per_account"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_ad_hoc", True)),
                        fields=("account", "call_digest"),
                        name="calls_share_an_endpoint_per_address_and_seed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_ad_hoc", True), models.Q(("call_digest", ""), _negated=True)),
                            models.Q(("call_digest", ""), ("is_ad_hoc", False)),
                            _connector="OR",
                        ),
                        name="an_endpoint_from_calls_has_its_digest",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Callback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event_id", models.CharField(max_length=40, verbose_name="event id")),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("result.created", "A result was made"),
                            ("task.failed", "A task could not be done"),
                            ("review.decided", "A reviewer decided"),
                            ("review.rechecked", "A decision was rechecked"),
                            ("review.corrected", "A decision was corrected"),
                            ("media.reviewed", "The automated review of a recording ended"),
                            ("media.audited", "A recording was reviewed by a person"),
                            ("export.ready", "A scheduled export is ready"),
                            ("endpoint.test", "A test"),
                        ],
                        max_length=30,
                        verbose_name="event",
                    ),
                ),
                ("subject", models.CharField(max_length=120, verbose_name="subject")),
                (
                    "dialect",
                    models.CharField(
                        choices=[
                            ("standard", "Standard Webhooks"),
                            ("vendor", "checksum and content"),
                            ("vod", "video on demand"),
                        ],
                        default="standard",
                        max_length=8,
                        verbose_name="dialect",
                    ),
                ),
                ("body", models.BinaryField()),
                ("data_id", models.CharField(blank=True, max_length=128, verbose_name="data id")),
                ("request_id", models.CharField(blank=True, max_length=36, verbose_name="request id")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "Due"),
                            ("delivered", "Delivered"),
                            ("dead", "Given up"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="due",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("rung", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("lease_until", models.DateTimeField(null=True)),
                ("lease_token", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
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
                    "endpoint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="callbacks",
                        to="moderation.callbackendpoint",
                        verbose_name="callback endpoint",
                    ),
                ),
            ],
            options={
                "verbose_name": "callback",
                "verbose_name_plural": "callbacks",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "due")),
                        fields=["endpoint", "due_at", "id"],
                        name="callbacks_due_per_endpoint",
                    ),
                    models.Index(
                        condition=models.Q(("lease_token__isnull", False)),
                        fields=["lease_until"],
                        name="callbacks_under_way",
                    ),
                    models.Index(
                        condition=models.Q(("state", "due")),
                        fields=["endpoint", "subject", "id"],
                        name="callbacks_due_per_subject",
                    ),
                    models.Index(fields=["account", "-created_at", "-id"], name="callbacks_newest_first"),
                    models.Index(
                        fields=["account", "state", "event", "-created_at", "-id"],
                        name="callbacks_by_standing",
                    ),
                    models.Index(
                        fields=["account", "endpoint", "state", "event", "-created_at", "-id"],
                        name="callbacks_of_an_endpoint",
                    ),
                    models.Index(fields=["account", "subject", "id"], name="callbacks_by_subject"),
                    models.Index(
                        models.F("account"),
                        models.F("data_id"),
                        models.OrderBy(models.F("id"), descending=True),
                        condition=models.Q(("data_id", ""), _negated=True),
                        name="callbacks_by_data_id",
                    ),
                    models.Index(
                        condition=models.Q(("state", "due"), _negated=True),
                        fields=["account", "created_at"],
                        name="callbacks_by_age",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("endpoint", "event_id"), name="an_endpoint_is_told_an_event_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lease_token", None), ("lease_until", None)),
                            models.Q(
                                ("lease_token__isnull", False),
                                ("lease_until__isnull", False),
                                ("state", "due"),
                            ),
                            _connector="OR",
                        ),
                        name="a_lease_has_its_token_and_ends_when_the_callback_does",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at", None), ("state", "due")),
                            models.Q(
                                models.Q(("state", "due"), _negated=True), ("finished_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="a_finished_callback_has_its_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ModerationTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("task_id", models.UUIDField(unique=True, verbose_name="task id")),
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
                ("services", models.JSONField(verbose_name="services")),
                ("url", models.TextField(blank=True, verbose_name="address")),
                ("key", models.CharField(blank=True, max_length=200)),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("data_id", models.CharField(blank=True, max_length=128, verbose_name="data id")),
                ("author_id", models.CharField(blank=True, max_length=128, verbose_name="author")),
                ("context", models.JSONField(default=dict, verbose_name="context")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("done", "Done"), ("failed", "Failed")],
                        default="waiting",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("error", models.JSONField(null=True, verbose_name="error")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("lease_until", models.DateTimeField(null=True)),
                ("lease_token", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField(verbose_name="accepted")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
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
                    "callback",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moderation.callbackendpoint",
                    ),
                ),
            ],
            options={
                "verbose_name": "moderation task",
                "verbose_name_plural": "moderation tasks",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["due_at", "id"],
                        name="tasks_waiting",
                    ),
                    models.Index(fields=["account", "created_at", "id"], name="tasks_by_age_and_account"),
                    models.Index(
                        condition=models.Q(("key", ""), _negated=True), fields=["key"], name="tasks_by_file"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("url", ""), models.Q(("key", ""), _negated=True)),
                            models.Q(models.Q(("url", ""), _negated=True), ("key", "")),
                            _connector="OR",
                        ),
                        name="a_task_has_an_address_or_bytes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at", None), ("state", "waiting")),
                            models.Q(
                                models.Q(("state", "waiting"), _negated=True), ("finished_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="a_finished_task_has_its_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallbackAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="attempt")),
                ("started_at", models.DateTimeField(verbose_name="time")),
                ("took_ms", models.PositiveIntegerField(verbose_name="milliseconds")),
                ("status", models.PositiveSmallIntegerField(null=True, verbose_name="status")),
                ("error_code", models.CharField(blank=True, max_length=60, verbose_name="error")),
                ("response_excerpt", models.TextField(blank=True, verbose_name="response")),
                ("address", models.CharField(blank=True, max_length=60, verbose_name="address")),
                ("signed", models.JSONField(db_default={}, default=dict)),
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
                    "callback",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tries",
                        to="moderation.callback",
                    ),
                ),
            ],
            options={
                "verbose_name": "callback attempt",
                "verbose_name_plural": "callback attempts",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("callback", "number"), name="attempts_are_numbered_per_callback"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MediaAsset",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("media_id", models.CharField(max_length=32, unique=True, verbose_name="media id")),
                (
                    "content_type",
                    models.CharField(
                        choices=[("audio", "Audio"), ("video", "Video")],
                        max_length=10,
                        verbose_name="content type",
                    ),
                ),
                ("title", models.CharField(max_length=128, verbose_name="title")),
                ("data_id", models.CharField(blank=True, max_length=128, verbose_name="data id")),
                ("author_id", models.CharField(blank=True, max_length=128, verbose_name="author")),
                ("key", models.CharField(max_length=200, verbose_name="storage address")),
                ("cover_key", models.CharField(blank=True, max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("format", models.CharField(max_length=10, verbose_name="format")),
                ("bytes", models.BigIntegerField(verbose_name="bytes")),
                ("duration_ms", models.PositiveIntegerField(default=0, verbose_name="duration")),
                ("width", models.PositiveIntegerField(default=0)),
                ("height", models.PositiveIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[("normal", "Normal"), ("flagged", "Flagged"), ("reviewing", "Reviewing")],
                        default="normal",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "review_status",
                    models.CharField(
                        choices=[
                            ("not_started", "Not Started"),
                            ("succeeded", "Succeeded"),
                            ("failed", "Failed"),
                            ("reviewing", "Reviewing"),
                            ("re_reviewing", "Re-reviewing"),
                        ],
                        default="not_started",
                        max_length=12,
                        verbose_name="automated review status",
                    ),
                ),
                (
                    "automated",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("violation", "Violation"),
                            ("suspected", "Suspected"),
                            ("normal", "Normal"),
                        ],
                        max_length=9,
                        verbose_name="automated review result",
                    ),
                ),
                (
                    "violations",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64),
                        default=list,
                        size=None,
                        verbose_name="violations",
                    ),
                ),
                (
                    "final",
                    models.CharField(
                        blank=True,
                        choices=[("pass", "Pass"), ("block", "Block")],
                        max_length=5,
                        verbose_name="final review result",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="upload time")),
                ("updated_at", models.DateTimeField(verbose_name="changed")),
                ("removed_at", models.DateTimeField(null=True)),
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
                "verbose_name": "media asset",
                "verbose_name_plural": "media assets",
                "indexes": [
                    models.Index(
                        condition=models.Q(("removed_at", None)),
                        fields=["account", "-created_at", "-id"],
                        name="assets_newest_first",
                    ),
                    models.Index(
                        condition=models.Q(("removed_at", None)),
                        fields=["account", "state", "-created_at", "-id"],
                        name="assets_by_state",
                    ),
                    models.Index(
                        condition=models.Q(("removed_at", None)),
                        fields=["account", "review_status", "-created_at", "-id"],
                        name="assets_by_review_status",
                    ),
                    models.Index(
                        condition=models.Q(("removed_at", None)),
                        fields=["account", "final", "-created_at", "-id"],
                        name="assets_by_final",
                    ),
                    models.Index(
                        condition=models.Q(("removed_at", None)),
                        fields=["account", "automated", "-created_at", "-id"],
                        name="assets_by_automated",
                    ),
                    models.Index(
                        condition=models.Q(("key", ""), _negated=True), fields=["key"], name="assets_by_file"
                    ),
                    models.Index(
                        condition=models.Q(("cover_key", ""), _negated=True),
                        fields=["cover_key"],
                        name="assets_by_cover",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MediaAudit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("normal", "Passed"), ("blocked", "Blocked")],
                        max_length=7,
                        verbose_name="review result",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=128, verbose_name="review reason")),
                ("comment", models.CharField(blank=True, max_length=512, verbose_name="comment")),
                ("auditor", models.CharField(max_length=150, verbose_name="reviewer")),
                ("decision_id", models.BigIntegerField(db_index=True, null=True)),
                ("event_id", models.CharField(blank=True, max_length=40)),
                ("created_at", models.DateTimeField(verbose_name="review time")),
                ("withdrawn_at", models.DateTimeField(null=True)),
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
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audits",
                        to="moderation.mediaasset",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "media audit",
                "verbose_name_plural": "media audits",
                "indexes": [models.Index(fields=["asset", "-created_at", "-id"], name="audits_of_an_asset")],
            },
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=60, verbose_name="service code")),
                ("name", models.CharField(max_length=100, verbose_name="service name")),
                (
                    "description",
                    models.CharField(blank=True, max_length=500, verbose_name="service description"),
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
                ("is_human_only", models.BooleanField(default=False, verbose_name="for people only")),
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
                (
                    "copied_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="moderation.service",
                    ),
                ),
            ],
            options={
                "verbose_name": "service",
                "verbose_name_plural": "services",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "code"), name="service_codes_are_unique_per_account"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MediaJob",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("job_id", models.UUIDField(unique=True, verbose_name="task id")),
                (
                    "content_type",
                    models.CharField(
                        choices=[("audio", "Audio"), ("video", "Video")],
                        max_length=10,
                        verbose_name="content type",
                    ),
                ),
                ("url", models.TextField(blank=True, verbose_name="address")),
                ("key", models.CharField(blank=True, max_length=200)),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("data_id", models.CharField(blank=True, max_length=128, verbose_name="data id")),
                ("author_id", models.CharField(blank=True, max_length=128, verbose_name="author")),
                ("context", models.JSONField(default=dict, verbose_name="context")),
                ("priority", models.SmallIntegerField(default=0, verbose_name="priority")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("fetch", "Fetching"),
                            ("probe", "Opening"),
                            ("frames", "Looking"),
                            ("audio", "Listening"),
                            ("verdict", "Judging"),
                        ],
                        default="fetch",
                        max_length=7,
                        verbose_name="step",
                    ),
                ),
                ("facts", models.JSONField(default=dict)),
                ("progress", models.JSONField(default=dict)),
                ("percent", models.PositiveSmallIntegerField(default=0, verbose_name="progress")),
                ("error", models.JSONField(null=True, verbose_name="error")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("lease_until", models.DateTimeField(null=True)),
                ("lease_token", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField(verbose_name="accepted")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
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
                    "asset",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jobs",
                        to="moderation.mediaasset",
                    ),
                ),
                (
                    "callback",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moderation.callbackendpoint",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="moderation.service"
                    ),
                ),
            ],
            options={
                "verbose_name": "media task",
                "verbose_name_plural": "media tasks",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["account", "-priority", "due_at", "id"],
                        name="media_tasks_waiting",
                    ),
                    models.Index(fields=["account", "-created_at", "-id"], name="media_tasks_newest_first"),
                    models.Index(
                        condition=models.Q(("data_id", ""), _negated=True),
                        fields=["account", "data_id", "-created_at", "-id"],
                        name="media_tasks_by_data_id",
                    ),
                    models.Index(fields=["created_at"], name="media_tasks_by_age"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at", None), ("state", "waiting")),
                            models.Q(
                                models.Q(("state", "waiting"), _negated=True), ("finished_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="a_finished_media_task_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("url", ""), _negated=True),
                            models.Q(("key", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_media_task_has_an_address_or_a_file",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("asset",),
                        name="an_asset_is_in_one_review_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MediaShot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at_ms", models.PositiveIntegerField(verbose_name="time")),
                (
                    "kind",
                    models.CharField(
                        choices=[("key", "Key frame"), ("second", "By time"), ("cut", "Scene cut")],
                        max_length=6,
                        verbose_name="kind",
                    ),
                ),
                ("key", models.CharField(max_length=200)),
                ("width", models.PositiveSmallIntegerField()),
                ("height", models.PositiveSmallIntegerField()),
                (
                    "level",
                    models.CharField(
                        choices=[("none", "Safe"), ("low", "Low"), ("medium", "Medium"), ("high", "High")],
                        max_length=6,
                        verbose_name="risk level",
                    ),
                ),
                ("verdicts", models.JSONField(default=list)),
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
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shots",
                        to="moderation.mediajob",
                    ),
                ),
            ],
            options={
                "verbose_name": "frame of a recording",
                "verbose_name_plural": "frames of recordings",
                "constraints": [
                    models.UniqueConstraint(fields=("job", "at_ms"), name="a_moment_is_looked_at_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="MediaSlice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("start_ms", models.PositiveIntegerField(verbose_name="start")),
                ("end_ms", models.PositiveIntegerField(verbose_name="end")),
                ("text", models.TextField(blank=True, verbose_name="transcript")),
                ("is_unheard", models.BooleanField(default=False, verbose_name="not heard")),
                (
                    "level",
                    models.CharField(
                        choices=[("none", "Safe"), ("low", "Low"), ("medium", "Medium"), ("high", "High")],
                        max_length=6,
                        verbose_name="risk level",
                    ),
                ),
                ("labels", models.JSONField(default=list, verbose_name="labels")),
                ("uncovered", models.JSONField(default=list, verbose_name="uncovered")),
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
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slices",
                        to="moderation.mediajob",
                    ),
                ),
            ],
            options={
                "verbose_name": "slice of a recording",
                "verbose_name_plural": "slices of recordings",
                "constraints": [
                    models.UniqueConstraint(fields=("job", "start_ms"), name="a_stretch_is_heard_once"),
                    models.CheckConstraint(
                        condition=models.Q(("end_ms__gt", models.F("start_ms"))),
                        name="a_slice_ends_after_it_starts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProviderConsent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("given_at", models.DateTimeField(verbose_name="given")),
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
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="moderation.provider",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="moderation.service"
                    ),
                ),
            ],
            options={
                "verbose_name": "consent to a provider",
                "verbose_name_plural": "consents to providers",
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "service"), name="a_service_consents_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="LearningSwitch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("switched_on_at", models.DateTimeField(verbose_name="switched on")),
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
                    "service",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="moderation.service",
                        verbose_name="service",
                    ),
                ),
            ],
            options={
                "verbose_name": "learning from reviews",
                "verbose_name_plural": "learning from reviews",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "service"), name="learning_is_on_once", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ServiceDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("document", models.JSONField(verbose_name="rules")),
                ("based_on", models.PositiveIntegerField(verbose_name="based on version")),
                ("revision", models.PositiveIntegerField(default=1)),
                ("author", models.CharField(max_length=150, verbose_name="author")),
                ("updated_at", models.DateTimeField(verbose_name="saved")),
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
                    "service",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="draft",
                        to="moderation.service",
                    ),
                ),
            ],
            options={
                "verbose_name": "service draft",
                "verbose_name_plural": "service drafts",
            },
        ),
        migrations.CreateModel(
            name="ServiceVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("document", models.JSONField(verbose_name="rules")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                ("author", models.CharField(blank=True, max_length=150, verbose_name="author")),
                ("published_at", models.DateTimeField(verbose_name="published")),
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
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "restored_from",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moderation.serviceversion",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="moderation.service",
                    ),
                ),
            ],
            options={
                "verbose_name": "service version",
                "verbose_name_plural": "service versions",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("service", "number"), name="version_numbers_are_unique_per_service"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ModerationResult",
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
                ("data_id", models.CharField(blank=True, max_length=128, verbose_name="data id")),
                ("author_id", models.CharField(blank=True, max_length=128, verbose_name="author")),
                ("context", models.JSONField(default=dict, verbose_name="context")),
                ("content", models.TextField(verbose_name="content")),
                ("media", models.JSONField(default=dict, verbose_name="picture")),
                (
                    "level",
                    models.CharField(
                        choices=[("none", "Safe"), ("low", "Low"), ("medium", "Medium"), ("high", "High")],
                        max_length=6,
                        verbose_name="risk level",
                    ),
                ),
                ("labels", models.JSONField(verbose_name="labels")),
                ("uncovered", models.JSONField(default=list, verbose_name="uncovered")),
                ("scores", models.JSONField(default=dict, verbose_name="raw scores")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("api", "API"),
                            ("console", "Console"),
                            ("test", "Online test"),
                            ("manual", "Human-only review"),
                        ],
                        max_length=7,
                        verbose_name="source",
                    ),
                ),
                ("took_us", models.PositiveIntegerField(verbose_name="microseconds taken")),
                ("created_at", models.DateTimeField(verbose_name="time")),
                (
                    "human_outcome",
                    models.CharField(
                        blank=True,
                        choices=[("pass", "Pass"), ("block", "Block")],
                        max_length=5,
                        verbose_name="human verdict",
                    ),
                ),
                ("human_label", models.CharField(blank=True, max_length=60, verbose_name="human label")),
                ("human_decided_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="moderation.service"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moderation.serviceversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "detection result",
                "verbose_name_plural": "detection results",
                "indexes": [
                    models.Index(fields=["account", "-created_at", "-id"], name="results_newest_first"),
                    models.Index(
                        fields=[
                            "account",
                            "content_type",
                            "level",
                            "source",
                            "human_outcome",
                            "-created_at",
                            "-id",
                        ],
                        name="results_by_facets",
                    ),
                    models.Index(
                        fields=[
                            "account",
                            "service",
                            "level",
                            "source",
                            "human_outcome",
                            "-created_at",
                            "-id",
                        ],
                        name="results_by_service",
                    ),
                    models.Index(
                        condition=models.Q(("data_id", ""), _negated=True),
                        fields=["account", "data_id", "-created_at", "-id"],
                        name="results_by_data_id",
                    ),
                    models.Index(
                        condition=models.Q(("author_id", ""), _negated=True),
                        fields=["account", "author_id", "-created_at", "-id"],
                        name="results_by_author",
                    ),
                    models.Index(fields=["created_at"], name="result_by_age"),
                    models.Index(
                        django.db.models.fields.json.KeyTextTransform("key", "media"),
                        condition=models.Q(("media__has_key", "key")),
                        name="results_by_picture",
                    ),
                    models.Index(
                        django.db.models.fields.json.KeyTextTransform("cover_key", "media"),
                        condition=models.Q(("media__has_key", "cover_key")),
                        name="results_by_cover",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request_id", "service"), name="a_request_has_one_result_per_service"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("human_decided_at", None), ("human_outcome", "")),
                            models.Q(
                                models.Q(("human_outcome", ""), _negated=True),
                                ("human_decided_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_human_verdict_has_its_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("human_outcome", "block"), models.Q(("human_label", ""), _negated=True)
                            ),
                            models.Q(
                                models.Q(("human_outcome", "block"), _negated=True), ("human_label", "")
                            ),
                            _connector="OR",
                        ),
                        name="a_human_block_names_a_label",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResultFingerprint",
            fields=[
                ("kinds", models.CharField(max_length=600)),
                ("hashes", models.BinaryField()),
                ("qualities", models.BinaryField()),
                (
                    "result",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="fingerprint",
                        serialize=False,
                        to="moderation.moderationresult",
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
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ResultEmbedding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("embedder", models.CharField(max_length=60)),
                ("vector", models.BinaryField()),
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
                    "result",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="embedding",
                        to="moderation.moderationresult",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ResultLabel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(max_length=64, verbose_name="label")),
                (
                    "level",
                    models.CharField(
                        choices=[("none", "Safe"), ("low", "Low"), ("medium", "Medium"), ("high", "High")],
                        max_length=6,
                        verbose_name="risk level",
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
                    "result_level",
                    models.CharField(
                        choices=[("none", "Safe"), ("low", "Low"), ("medium", "Medium"), ("high", "High")],
                        max_length=6,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("api", "API"),
                            ("console", "Console"),
                            ("test", "Online test"),
                            ("manual", "Human-only review"),
                        ],
                        max_length=7,
                    ),
                ),
                (
                    "human_outcome",
                    models.CharField(
                        blank=True, choices=[("pass", "Pass"), ("block", "Block")], max_length=5
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="label_rows",
                        to="moderation.moderationresult",
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
                "verbose_name": "label of a result",
                "verbose_name_plural": "labels of results",
                "indexes": [
                    models.Index(
                        fields=["account", "label", "-created_at", "-result"], name="labels_newest_first"
                    ),
                    models.Index(
                        fields=[
                            "account",
                            "label",
                            "content_type",
                            "result_level",
                            "source",
                            "human_outcome",
                            "-created_at",
                            "-result",
                        ],
                        name="labels_by_facets",
                    ),
                    models.Index(
                        fields=[
                            "account",
                            "label",
                            "service",
                            "result_level",
                            "source",
                            "human_outcome",
                            "-created_at",
                            "-result",
                        ],
                        name="labels_by_service",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "label", "result"), name="result_carries_a_label_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="enginefile",
            name="current",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="moderation.enginefileversion",
            ),
        ),
        migrations.AddField(
            model_name="callbackendpoint",
            name="service",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="moderation.service",
                verbose_name="service",
            ),
        ),
        migrations.AddField(
            model_name="mediaasset",
            name="template",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="moderation.service",
                verbose_name="review template",
            ),
        ),
        migrations.AddField(
            model_name="mediaasset",
            name="result",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="moderation.moderationresult",
            ),
        ),
        migrations.AddField(
            model_name="service",
            name="current_version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="moderation.serviceversion",
            ),
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
