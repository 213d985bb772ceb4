import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

# Counters and tail as one view each, so that every read is exact. Ids of the tail are negative.
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

# A quarter of an octave: 1 us, 1.19, 1.41, 1.68, 2 us and so on.
BUCKET = """
CREATE FUNCTION stats_latency_bucket(took_us bigint) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN took_us < 1 THEN 0
        ELSE floor(4 * ln(took_us::double precision) / ln(2::double precision) + 1e-9) END::smallint
$$
"""

# Ids of the tail are negative.
LATENCY = """
CREATE VIEW stats_latencyfact AS
SELECT id, account_id, service_id, source, content_type, starts_at AS at, bucket, calls
FROM stats_latencycounter
UNION ALL
SELECT -id, account_id, service_id, source, content_type, at, stats_latency_bucket(took_us), 1
FROM stats_usagedelta
"""

REFUSALS = """
CREATE VIEW stats_refusalfact AS
SELECT id, account_id, service_id, status, code, starts_at AS at, calls
FROM stats_refusalcounter
UNION ALL
SELECT -id, account_id, service_id, status, code, at, calls
FROM stats_refusaldelta
"""

# Whoever deletes results, what they counted for is kept in the same transaction: a few rows per statement.
# Hours and days are those of the account's clock, as the fold makes them. No machine judged what is for people
# alone; it never counted.
FORGET = """
CREATE FUNCTION stats_note_forgotten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stats_forgottendelta (
        account_id, service_id, source, content_type, starts_at, kind, name, calls, high, medium, low, took_us
    )
    SELECT gone.account_id, service_id, source, content_type,
           date_trunc('hour', gone.created_at, account.time_zone), 'calls', '', count(*),
           count(*) FILTER (WHERE level = 'high'), count(*) FILTER (WHERE level = 'medium'),
           count(*) FILTER (WHERE level = 'low'), sum(took_us)
    FROM gone JOIN accounts_account account ON account.id = gone.account_id
    WHERE source <> 'manual' GROUP BY 1, 2, 3, 4, 5
    UNION ALL
    SELECT gone.account_id, service_id, source, content_type,
           date_trunc('day', gone.created_at, account.time_zone), 'latency',
           stats_latency_bucket(took_us)::text, count(*), 0, 0, 0, 0
    FROM gone JOIN accounts_account account ON account.id = gone.account_id
    WHERE source <> 'manual' GROUP BY 1, 2, 3, 4, 5, 7
    UNION ALL
    SELECT gone.account_id, service_id, source, content_type,
           date_trunc('day', gone.created_at, account.time_zone), 'label', label, count(*), 0, 0, 0, 0
    FROM gone JOIN accounts_account account ON account.id = gone.account_id
    CROSS JOIN LATERAL (SELECT DISTINCT one ->> 'label' AS label FROM jsonb_array_elements(labels) AS one) AS carried
    WHERE source <> 'manual' AND level <> 'none' GROUP BY 1, 2, 3, 4, 5, 7;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_forgotten_results AFTER DELETE ON moderation_moderationresult
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION stats_note_forgotten()
"""
FORGET_NOT = """
DROP TRIGGER note_forgotten_results ON moderation_moderationresult;
DROP FUNCTION stats_note_forgotten()
"""

WORK = """
CREATE VIEW stats_workfact AS
SELECT id, account_id, queue_id, service_id, starts_at AS at,
       opened, passed, blocked, late, waited_ms, handled, handling_ms, rechecked, overturned,
           relabelled, expired, cancelled
FROM stats_workcounter
UNION ALL
SELECT -id, account_id, queue_id, service_id, at,
       opened, passed, blocked, late, waited_ms, handled, handling_ms, rechecked, overturned,
           relabelled, expired, cancelled
FROM stats_workdelta
"""

HANDLING = """
CREATE VIEW stats_handlingfact AS
SELECT id, account_id, queue_id, service_id, starts_at AS at, bucket, handled FROM stats_handlingcounter
UNION ALL
SELECT -id, account_id, queue_id, service_id, at, bucket, handled FROM stats_workdelta
WHERE bucket IS NOT NULL
"""

MACHINE = """
CREATE VIEW stats_machinefact AS
SELECT id, account_id, service_id, label, starts_at AS at,
       flagged, confirmed, renamed, clean, missed, called_wrong, called_missed
FROM stats_machinecounter
UNION ALL
SELECT -id, account_id, service_id, label, at,
       flagged, confirmed, renamed, clean, missed, called_wrong, called_missed
FROM stats_machinedelta
"""

# Rows of the tails live for a minute, counters are written over and over: clean up early, leave room.
TAIL = (
    "autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, "
    "autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000"
)
STORAGE = {
    **dict.fromkeys(
        [
            "stats_usagedelta",
            "stats_refusaldelta",
            "stats_forgottendelta",
            "stats_workdelta",
            "stats_machinedelta",
        ],
        TAIL,
    ),
    **dict.fromkeys(
        [
            "stats_usagecounter",
            "stats_labelcounter",
            "stats_latencycounter",
            "stats_refusalcounter",
            "stats_forgottencounter",
            "stats_workcounter",
            "stats_handlingcounter",
            "stats_machinecounter",
        ],
        "fillfactor = 80",
    ),
}


def names(options: str) -> str:
    return ", ".join(option.split("=")[0].strip() for option in options.split(","))


class Migration(migrations.Migration):
    replaces = [
        ("stats", "0001_usage_counters"),
        ("stats", "0002_usage_facts"),
        ("stats", "0003_usage_storage"),
        ("stats", "0004_exports_of_results"),
        ("stats", "0005_results_of_people"),
        ("stats", "0006_exact_figures"),
        ("stats", "0007_review_statistics"),
        ("stats", "0008_exports_of_every_kind"),
        ("stats", "0009_exports_of_review"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0003_tell_of_heads_and_engines"),
        ("accounts", "__first__"),
        ("moderation", "0001_whole"),
        ("review", "0001_whole"),
    ]

    operations = [
        migrations.CreateModel(
            name="HandlingFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("bucket", models.SmallIntegerField()),
                ("handled", models.IntegerField()),
            ],
            options={
                "db_table": "stats_handlingfact",
                "managed": False,
            },
        ),
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
                        choices=[
                            ("api", "API"),
                            ("console", "Console"),
                            ("test", "Online test"),
                            ("manual", "Human-only review"),
                        ],
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
            name="LatencyFact",
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
                ("bucket", models.PositiveSmallIntegerField()),
                ("calls", models.PositiveIntegerField()),
            ],
            options={
                "db_table": "stats_latencyfact",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="MachineFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=64)),
                ("flagged", models.IntegerField(default=0)),
                ("confirmed", models.IntegerField(default=0)),
                ("renamed", models.IntegerField(default=0)),
                ("clean", models.IntegerField(default=0)),
                ("missed", models.IntegerField(default=0)),
                ("called_wrong", models.IntegerField(default=0)),
                ("called_missed", models.IntegerField(default=0)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "stats_machinefact",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="RefusalFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("status", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("calls", models.PositiveIntegerField()),
            ],
            options={
                "db_table": "stats_refusalfact",
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
            name="WorkFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("opened", models.IntegerField(default=0)),
                ("passed", models.IntegerField(default=0)),
                ("blocked", models.IntegerField(default=0)),
                ("late", models.IntegerField(default=0)),
                ("waited_ms", models.BigIntegerField(default=0)),
                ("handled", models.IntegerField(default=0)),
                ("handling_ms", models.BigIntegerField(default=0)),
                ("rechecked", models.IntegerField(default=0)),
                ("overturned", models.IntegerField(default=0)),
                ("relabelled", models.IntegerField(default=0)),
                ("expired", models.IntegerField(default=0)),
                ("cancelled", models.IntegerField(default=0)),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "stats_workfact",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ExportSchedule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("results", "Detection results"),
                            ("usage", "Usage"),
                            ("decisions", "Decisions of people"),
                            ("samples", "Reviewed samples"),
                            ("vocabulary", "Vocabularies"),
                            ("audit", "Audit log"),
                            ("callbacks", "Callbacks"),
                            ("review", "Work of people in review"),
                            ("machine", "Machine against people"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[("xlsx", "Excel"), ("csv", "CSV")], max_length=4, verbose_name="format"
                    ),
                ),
                ("query", models.TextField(blank=True, verbose_name="filters")),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                    ),
                ),
                ("has_content", models.BooleanField(default=False, verbose_name="with content")),
                (
                    "every",
                    models.CharField(
                        choices=[("day", "Every day"), ("week", "Every week"), ("month", "Every month")],
                        max_length=5,
                        verbose_name="how often",
                    ),
                ),
                ("hour", models.PositiveSmallIntegerField(default=6, verbose_name="hour")),
                (
                    "recipients",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.EmailField(max_length=254),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="recipients",
                    ),
                ),
                (
                    "tells_endpoints",
                    models.BooleanField(default=False, verbose_name="tell callback endpoints"),
                ),
                ("language", models.CharField(blank=True, max_length=10, verbose_name="language")),
                ("is_enabled", models.BooleanField(default=True, verbose_name="enabled")),
                ("next_first", models.DateField(verbose_name="next period")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("created_at", models.DateTimeField(verbose_name="created")),
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
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "changed_by_key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.apikey",
                    ),
                ),
            ],
            options={
                "verbose_name": "scheduled export",
                "verbose_name_plural": "scheduled exports",
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_enabled", True), ("removed_at", None)),
                        fields=["due_at"],
                        name="export_schedules_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("account", "name"),
                        name="export_schedule_names_are_unique_per_account",
                    ),
                    models.CheckConstraint(condition=models.Q(("hour__lt", 24)), name="a_day_has_24_hours"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Export",
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
                        choices=[
                            ("results", "Detection results"),
                            ("usage", "Usage"),
                            ("decisions", "Decisions of people"),
                            ("samples", "Reviewed samples"),
                            ("vocabulary", "Vocabularies"),
                            ("audit", "Audit log"),
                            ("callbacks", "Callbacks"),
                            ("review", "Work of people in review"),
                            ("machine", "Machine against people"),
                        ],
                        default="results",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("period_first", models.DateField(null=True)),
                ("period_last", models.DateField(null=True)),
                (
                    "format",
                    models.CharField(
                        choices=[("xlsx", "Excel"), ("csv", "CSV")], max_length=4, verbose_name="format"
                    ),
                ),
                ("query", models.TextField(blank=True, verbose_name="filters")),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, size=None
                    ),
                ),
                ("has_content", models.BooleanField(verbose_name="with content")),
                ("language", models.CharField(blank=True, max_length=10, verbose_name="language")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Being written"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                            ("expired", "Expired"),
                        ],
                        default="waiting",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("lease_token", models.UUIDField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="rows")),
                ("total", models.PositiveIntegerField(null=True, verbose_name="rows in all")),
                ("is_cut", models.BooleanField(default=False, verbose_name="cut at the limit")),
                ("file", models.CharField(blank=True, max_length=200)),
                ("size", models.PositiveBigIntegerField(default=0, verbose_name="size")),
                ("created_at", models.DateTimeField(verbose_name="asked for")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="expires")),
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
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requested_by_key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.apikey",
                    ),
                ),
                (
                    "schedule",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exports",
                        to="stats.exportschedule",
                    ),
                ),
            ],
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "indexes": [
                    models.Index(
                        models.F("account"),
                        models.F("requested_by"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="exports_of_a_person",
                    ),
                    models.Index(
                        models.F("account"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="exports_newest_first",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=["state", "id"],
                        name="exports_under_way",
                    ),
                    models.Index(
                        condition=models.Q(("state", "ready")), fields=["expires_at"], name="exports_by_end"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("lease_token__isnull", False),
                                ("lease_until__isnull", False),
                                ("state", "running"),
                            ),
                            models.Q(
                                models.Q(("state", "running"), _negated=True),
                                ("lease_token", None),
                                ("lease_until", None),
                            ),
                            _connector="OR",
                        ),
                        name="an_export_being_written_has_a_lease",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("expires_at__isnull", False),
                                ("finished_at__isnull", False),
                                ("state", "ready"),
                                models.Q(("file", ""), _negated=True),
                            ),
                            models.Q(models.Q(("state", "ready"), _negated=True), ("file", "")),
                            _connector="OR",
                        ),
                        name="only_a_ready_export_has_a_file",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("requested_by__isnull", False),
                                ("requested_by_key", None),
                                ("schedule", None),
                            ),
                            models.Q(
                                ("requested_by", None),
                                ("requested_by_key__isnull", False),
                                ("schedule", None),
                            ),
                            models.Q(
                                ("requested_by", None),
                                ("requested_by_key", None),
                                ("schedule__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="an_export_was_asked_for_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("schedule__isnull", False)),
                        fields=("schedule", "period_first"),
                        name="one_export_per_schedule_and_period",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ForgottenCounter",
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
                        choices=[
                            ("api", "API"),
                            ("console", "Console"),
                            ("test", "Online test"),
                            ("manual", "Human-only review"),
                        ],
                        max_length=7,
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("folded_at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("calls", "calls"), ("label", "label"), ("latency", "time taken")],
                        max_length=7,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=64)),
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
                ("high", models.PositiveIntegerField(default=0)),
                ("medium", models.PositiveIntegerField(default=0)),
                ("low", models.PositiveIntegerField(default=0)),
                ("took_us", models.PositiveBigIntegerField(default=0)),
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
                        fields=("account", "starts_at", "service", "source", "content_type", "kind", "name"),
                        name="one_forgotten_counter_per_hour",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ForgottenDelta",
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
                        choices=[("calls", "calls"), ("label", "label"), ("latency", "time taken")],
                        max_length=7,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=64)),
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
                ("high", models.PositiveIntegerField(default=0)),
                ("medium", models.PositiveIntegerField(default=0)),
                ("low", models.PositiveIntegerField(default=0)),
                ("took_us", models.PositiveBigIntegerField(default=0)),
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
                ("starts_at", models.DateTimeField()),
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
                "indexes": [models.Index(fields=["account", "starts_at"], name="unfolded_forgotten")],
            },
        ),
        migrations.CreateModel(
            name="HandlingCounter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("bucket", models.SmallIntegerField()),
                ("handled", models.IntegerField()),
                ("folded_at", models.DateTimeField()),
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
                    "queue",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="review.reviewqueue",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="moderation.service",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "starts_at", "queue", "service", "bucket"),
                        name="one_handling_counter_per_day",
                        nulls_distinct=False,
                    )
                ],
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
                        choices=[
                            ("api", "API"),
                            ("console", "Console"),
                            ("test", "Online test"),
                            ("manual", "Human-only review"),
                        ],
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
            name="LatencyCounter",
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
                        choices=[
                            ("api", "API"),
                            ("console", "Console"),
                            ("test", "Online test"),
                            ("manual", "Human-only review"),
                        ],
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
                ("bucket", models.PositiveSmallIntegerField()),
                ("calls", models.PositiveIntegerField()),
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
                        fields=("account", "starts_at", "service", "source", "content_type", "bucket"),
                        name="one_latency_counter_per_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MachineCounter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=64)),
                ("flagged", models.IntegerField(default=0)),
                ("confirmed", models.IntegerField(default=0)),
                ("renamed", models.IntegerField(default=0)),
                ("clean", models.IntegerField(default=0)),
                ("missed", models.IntegerField(default=0)),
                ("called_wrong", models.IntegerField(default=0)),
                ("called_missed", models.IntegerField(default=0)),
                ("starts_at", models.DateTimeField()),
                ("folded_at", models.DateTimeField()),
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
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="moderation.service",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "starts_at", "service", "label"),
                        name="one_machine_counter_per_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MachineDelta",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=64)),
                ("flagged", models.IntegerField(default=0)),
                ("confirmed", models.IntegerField(default=0)),
                ("renamed", models.IntegerField(default=0)),
                ("clean", models.IntegerField(default=0)),
                ("missed", models.IntegerField(default=0)),
                ("called_wrong", models.IntegerField(default=0)),
                ("called_missed", models.IntegerField(default=0)),
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
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="moderation.service",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account", "at"], name="unfolded_machine")],
            },
        ),
        migrations.CreateModel(
            name="RefusalCounter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("status", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=64)),
                ("starts_at", models.DateTimeField()),
                ("calls", models.PositiveIntegerField()),
                ("folded_at", models.DateTimeField()),
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moderation.service",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "starts_at", "service", "status", "code"),
                        name="one_refusal_counter_per_day",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RefusalDelta",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("status", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=64)),
                ("calls", models.PositiveIntegerField()),
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moderation.service",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account", "at"], name="unfolded_refusals")],
            },
        ),
        migrations.CreateModel(
            name="UsageCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("exact", "Exact"),
                            ("drift", "Differs"),
                            ("unclear", "Cannot be told"),
                            ("begun", "Counting anew began"),
                        ],
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("counted", models.PositiveBigIntegerField(default=0, verbose_name="calls counted")),
                ("results", models.PositiveBigIntegerField(default=0, verbose_name="results that exist")),
                (
                    "forgotten",
                    models.PositiveBigIntegerField(default=0, verbose_name="results that are gone"),
                ),
                ("checked_at", models.DateTimeField(verbose_name="checked")),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "verbose_name": "check of a day's figures",
                "verbose_name_plural": "checks of a day's figures",
                "constraints": [models.UniqueConstraint(fields=("account", "day"), name="one_check_per_day")],
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
                        choices=[
                            ("api", "API"),
                            ("console", "Console"),
                            ("test", "Online test"),
                            ("manual", "Human-only review"),
                        ],
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
        migrations.CreateModel(
            name="UsageDrift",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
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
                (
                    "figure",
                    models.CharField(
                        choices=[
                            ("calls", "Calls"),
                            ("high", "High risk"),
                            ("medium", "Medium risk"),
                            ("low", "Low risk"),
                            ("took_us", "Time taken in all (µs)"),
                            ("label", "Results with the label"),
                            ("latency", "Calls that took this long"),
                        ],
                        max_length=7,
                        verbose_name="figure",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=64)),
                ("counted", models.BigIntegerField(verbose_name="counted")),
                ("recounted", models.BigIntegerField(verbose_name="recounted")),
                ("found_at", models.DateTimeField(verbose_name="found")),
                ("repaired_at", models.DateTimeField(null=True, verbose_name="mended")),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="moderation.service",
                        verbose_name="service",
                    ),
                ),
            ],
            options={
                "verbose_name": "drift of a figure",
                "verbose_name_plural": "drifts of figures",
                "indexes": [
                    models.Index(fields=["account", "day"], name="drifts_by_day"),
                    models.Index(
                        condition=models.Q(("repaired_at", None)), fields=["found_at"], name="drifts_standing"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("repaired_at", None)),
                        fields=("account", "day", "service", "source", "figure", "name"),
                        name="a_drift_stands_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkCounter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("opened", models.IntegerField(default=0)),
                ("passed", models.IntegerField(default=0)),
                ("blocked", models.IntegerField(default=0)),
                ("late", models.IntegerField(default=0)),
                ("waited_ms", models.BigIntegerField(default=0)),
                ("handled", models.IntegerField(default=0)),
                ("handling_ms", models.BigIntegerField(default=0)),
                ("rechecked", models.IntegerField(default=0)),
                ("overturned", models.IntegerField(default=0)),
                ("relabelled", models.IntegerField(default=0)),
                ("expired", models.IntegerField(default=0)),
                ("cancelled", models.IntegerField(default=0)),
                ("starts_at", models.DateTimeField()),
                ("folded_at", models.DateTimeField()),
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
                    "queue",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="review.reviewqueue",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="moderation.service",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "starts_at", "queue", "service"),
                        name="one_work_counter_per_day",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkDelta",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("opened", models.IntegerField(default=0)),
                ("passed", models.IntegerField(default=0)),
                ("blocked", models.IntegerField(default=0)),
                ("late", models.IntegerField(default=0)),
                ("waited_ms", models.BigIntegerField(default=0)),
                ("handled", models.IntegerField(default=0)),
                ("handling_ms", models.BigIntegerField(default=0)),
                ("rechecked", models.IntegerField(default=0)),
                ("overturned", models.IntegerField(default=0)),
                ("relabelled", models.IntegerField(default=0)),
                ("expired", models.IntegerField(default=0)),
                ("cancelled", models.IntegerField(default=0)),
                ("at", models.DateTimeField()),
                ("bucket", models.SmallIntegerField(null=True)),
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
                    "queue",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="review.reviewqueue",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="moderation.service",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account", "at"], name="unfolded_work")],
            },
        ),
        migrations.CreateModel(
            name="ExportDelivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recipient", models.EmailField(max_length=254, verbose_name="recipient")),
                (
                    "state",
                    models.CharField(
                        choices=[("due", "Due"), ("sent", "Sent"), ("dead", "Given up")],
                        default="due",
                        max_length=4,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("lease_until", models.DateTimeField(null=True)),
                ("lease_token", models.UUIDField(null=True)),
                ("error", models.CharField(blank=True, max_length=200, verbose_name="error")),
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
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="stats.export",
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery of an export",
                "verbose_name_plural": "deliveries of exports",
                "indexes": [
                    models.Index(
                        models.F("due_at"), condition=models.Q(("state", "due")), name="export_deliveries_due"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("export", "recipient"), name="an_export_is_sent_to_an_address_once"
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
                        name="a_leased_delivery_is_due",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at", None), ("state", "due")),
                            models.Q(
                                models.Q(("state", "due"), _negated=True), ("finished_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="a_finished_delivery_has_its_time",
                    ),
                ],
            },
        ),
        migrations.RunSQL(USAGE, "DROP VIEW stats_usagefact"),
        migrations.RunSQL(LABELS, "DROP VIEW stats_labelfact"),
        migrations.RunSQL(BUCKET, "DROP FUNCTION stats_latency_bucket(bigint)"),
        migrations.RunSQL(LATENCY, "DROP VIEW stats_latencyfact"),
        migrations.RunSQL(REFUSALS, "DROP VIEW stats_refusalfact"),
        migrations.RunSQL(FORGET, FORGET_NOT),
        migrations.RunSQL(WORK, "DROP VIEW stats_workfact"),
        migrations.RunSQL(HANDLING, "DROP VIEW stats_handlingfact"),
        migrations.RunSQL(MACHINE, "DROP VIEW stats_machinefact"),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} SET ({options})", f"ALTER TABLE {table} RESET ({names(options)})"
            )
            for table, options in STORAGE.items()
        ),
    ]
