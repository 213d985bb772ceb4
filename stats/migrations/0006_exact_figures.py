from zoneinfo import ZoneInfo

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

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

# Rows of the tails live for a minute, counters are written over and over: clean up early, leave room.
TAIL = (
    "autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, "
    "autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000"
)
STORAGE = {
    "stats_refusaldelta": TAIL,
    "stats_forgottendelta": TAIL,
    "stats_latencycounter": "fillfactor = 80",
    "stats_refusalcounter": "fillfactor = 80",
    "stats_forgottencounter": "fillfactor = 80",
}


def names(options: str) -> str:
    return ", ".join(option.split("=")[0].strip() for option in options.split(","))


def begin(apps, schema_editor):
    """Of what was forgotten before the trigger was there nobody knows: counting anew begins after today."""
    account = apps.get_model("accounts", "Account")
    check = apps.get_model("stats", "UsageCheck")
    now = timezone.now()
    check.objects.bulk_create(
        check(account_id=pk, day=now.astimezone(ZoneInfo(zone)).date(), state="begun", checked_at=now)
        for pk, zone in account.objects.values_list("pk", "time_zone")
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_tell_of_heads_and_engines"),
        ("moderation", "0019_tell_of_recordings"),
        ("stats", "0005_results_of_people"),
    ]

    operations = [
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
        migrations.RunSQL(BUCKET, "DROP FUNCTION stats_latency_bucket(bigint)"),
        migrations.RunSQL(LATENCY, "DROP VIEW stats_latencyfact"),
        migrations.RunSQL(REFUSALS, "DROP VIEW stats_refusalfact"),
        migrations.RunSQL(FORGET, FORGET_NOT),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} SET ({options})", f"ALTER TABLE {table} RESET ({names(options)})"
            )
            for table, options in STORAGE.items()
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
