import django.db.models.deletion
from django.db import migrations, models

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

# What was done before there were counters, as rows that the next fold sums up.
PAST_WORK = """
WITH
    items AS MATERIALIZED ( SELECT item.*, decision.handling_ms,
        coalesce(nullif(item.recheck_outcome, ''), item.outcome) AS stands, CASE WHEN
        item.recheck_outcome = '' THEN item.decided_label ELSE item.recheck_label END AS stands_as
        FROM review_reviewitem item LEFT JOIN review_decision decision ON decision.item_id = item.id
        AND decision.stage = 'decision' AND decision.undone_at IS NULL WHERE true )
INSERT INTO stats_workdelta (
    account_id, at, queue_id, service_id, bucket, opened, passed, blocked, late, waited_ms, handled,
        handling_ms, rechecked, overturned, relabelled, expired, cancelled
)
SELECT account_id, created_at AS at, queue_id, service_id, NULL::smallint AS bucket, 1 AS opened, 0
    AS passed, 0 AS blocked, 0 AS late, 0 AS waited_ms, 0 AS handled, 0 AS handling_ms, 0 AS
    rechecked, 0 AS overturned, 0 AS relabelled, 0 AS expired, 0 AS cancelled FROM items WHERE true
UNION ALL
SELECT account_id, decided_at AS at, queue_id, service_id, CASE WHEN handling_ms IS NOT NULL THEN stats_latency_bucket(handling_ms) END AS bucket, 0 AS opened, (outcome =
    'pass')::int AS passed, (outcome = 'block')::int AS blocked, (due_at IS NOT NULL AND decided_at
    > due_at)::int AS late, greatest(0, (extract(epoch FROM decided_at - created_at) *
    1000)::bigint) AS waited_ms, (handling_ms IS NOT NULL)::int AS handled, coalesce(handling_ms,
    0)::bigint AS handling_ms, 0 AS rechecked, 0 AS overturned, 0 AS relabelled, 0 AS expired, 0 AS
    cancelled FROM items WHERE state = 'decided'
UNION ALL
SELECT account_id, rechecked_at AS at, queue_id, service_id, NULL::smallint AS bucket, 0 AS opened,
    0 AS passed, 0 AS blocked, 0 AS late, 0 AS waited_ms, 0 AS handled, 0 AS handling_ms, 1 AS
    rechecked, (recheck_outcome <> outcome)::int AS overturned, (recheck_outcome = outcome AND
    recheck_label <> decided_label)::int AS relabelled, 0 AS expired, 0 AS cancelled FROM items
    WHERE rechecked_at IS NOT NULL
UNION ALL
SELECT account_id, CASE WHEN state = 'cancelled' THEN cancelled_at ELSE coalesce(expires_at, due_at,
    created_at) END AS at, queue_id, service_id, NULL::smallint AS bucket, 0 AS opened, 0 AS passed,
    0 AS blocked, 0 AS late, 0 AS waited_ms, 0 AS handled, 0 AS handling_ms, 0 AS rechecked, 0 AS
    overturned, 0 AS relabelled, (state = 'expired')::int AS expired, (state = 'cancelled')::int AS
    cancelled FROM items WHERE state IN ('expired', 'cancelled')
"""

PAST_MACHINE = """
WITH
    items AS MATERIALIZED ( SELECT item.*, decision.handling_ms,
        coalesce(nullif(item.recheck_outcome, ''), item.outcome) AS stands, CASE WHEN
        item.recheck_outcome = '' THEN item.decided_label ELSE item.recheck_label END AS stands_as
        FROM review_reviewitem item LEFT JOIN review_decision decision ON decision.item_id = item.id
        AND decision.stage = 'decision' AND decision.undone_at IS NULL WHERE true )
INSERT INTO stats_machinedelta (
    account_id, at, service_id, label, flagged, confirmed, renamed, clean, missed, called_wrong,
        called_missed
)
SELECT account_id, created_at AS at, service_id, CASE WHEN level = 'none' THEN stands_as ELSE label
    END AS label, (level <> 'none')::int AS flagged, (level <> 'none' AND stands = 'block' AND
    stands_as = regexp_replace(label, '_lib$', ''))::int AS confirmed, (level <> 'none' AND stands =
    'block' AND stands_as <> regexp_replace(label, '_lib$', ''))::int AS renamed, (level =
    'none')::int AS clean, (level = 'none' AND stands = 'block')::int AS missed, 0 AS called_wrong,
    0 AS called_missed FROM items WHERE state = 'decided' AND mode <> 'human_only'
UNION ALL
SELECT account_id, given_at AS at, service_id, label, 0 AS flagged, 0 AS confirmed, 0 AS renamed, 0
    AS clean, 0 AS missed, (kind = 'false_positive')::int AS called_wrong, (kind =
    'missed_violation')::int AS called_missed FROM review_feedback WHERE withdrawn_at IS NULL
"""

# Rows of the tail live for a minute, counters are written over and over: clean up early, leave room.
TAIL = (
    "autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, "
    "autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000"
)
SETTINGS = {
    "stats_workdelta": TAIL,
    "stats_machinedelta": TAIL,
    "stats_workcounter": "fillfactor = 80",
    "stats_handlingcounter": "fillfactor = 80",
    "stats_machinecounter": "fillfactor = 80",
}


def names(options: str) -> str:
    return ", ".join(option.split("=")[0].strip() for option in options.split(","))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_tell_of_heads_and_engines"),
        ("moderation", "0019_tell_of_recordings"),
        ("review", "0014_lists_of_what_was_decided"),
        ("stats", "0006_exact_figures"),
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
        migrations.RunSQL(WORK, "DROP VIEW stats_workfact"),
        migrations.RunSQL(HANDLING, "DROP VIEW stats_handlingfact"),
        migrations.RunSQL(MACHINE, "DROP VIEW stats_machinefact"),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} SET ({options})", f"ALTER TABLE {table} RESET ({names(options)})"
            )
            for table, options in SETTINGS.items()
        ),
        migrations.RunSQL(PAST_WORK, migrations.RunSQL.noop),
        migrations.RunSQL(PAST_MACHINE, migrations.RunSQL.noop),
    ]
