"""Sums of the days and months that are over, and what keeps them right when counters change afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass

import django.db.models.deletion
from django.db import migrations, models

USAGE = ("calls", "high", "medium", "low", "took_us")
CHANGED = {
    "insert": "SELECT 1 AS sign, * FROM added",
    "update": "SELECT 1 AS sign, * FROM added UNION ALL SELECT -1, * FROM taken",
    "delete": "SELECT -1 AS sign, * FROM taken",
}
REFERENCING = {
    "insert": "NEW TABLE AS added",
    "update": "NEW TABLE AS added OLD TABLE AS taken",
    "delete": "OLD TABLE AS taken",
}
# Taken by who has written counters already: two of them cannot wait for each other's sums.
ALONE = "PERFORM pg_advisory_xact_lock(x'53554D53'::int)"


@dataclass(frozen=True)
class Sum:
    """A table of sums, and the counters that it is of."""

    table: str
    counters: str
    grain: str
    name: tuple[str, ...]
    figures: tuple[str, ...]

    def follow(self, operation: str) -> str:
        """What is done to counters that were summed up is done to the sums."""
        key = ", ".join(("account_id", "starts_at", "service_id", "source", *self.name))
        groups = ", ".join(str(number) for number in range(1, 5 + len(self.name)))
        summed = ", ".join(f"sum(sign * counter.{one})" for one in self.figures)
        changes = " OR ".join(f"sum(sign * counter.{one}) <> 0" for one in self.figures)
        added = ", ".join(f"{one} = sums.{one} + excluded.{one}" for one in self.figures)
        name = "".join(f"counter.{one}, " for one in self.name)
        follow = f"""
    INSERT INTO {self.table} AS sums ({key}, {", ".join(self.figures)})
    SELECT counter.account_id, date_trunc('{self.grain}', counter.starts_at, account.time_zone),
           counter.service_id, counter.source, {name}{summed}
    FROM ({CHANGED[operation]}) AS counter
    JOIN stats_summeduntil held ON held.account_id = counter.account_id AND counter.starts_at < held.until
    JOIN accounts_account account ON account.id = counter.account_id
    GROUP BY {groups} HAVING {changes} ORDER BY {groups}
    ON CONFLICT ({key}) DO UPDATE SET {added};"""  # noqa: S608 (names of ours)
        return follow + self.drop_empty() if operation == "delete" else follow

    def drop_empty(self) -> str:
        nothing = " AND ".join(f"sums.{one} = 0" for one in self.figures)
        return f"""
    DELETE FROM {self.table} sums USING (
        SELECT DISTINCT account_id, date_trunc('{self.grain}', starts_at, account.time_zone) AS starts_at
        FROM taken JOIN accounts_account account ON account.id = taken.account_id
    ) AS gone
    WHERE sums.account_id = gone.account_id AND sums.starts_at = gone.starts_at AND {nothing};"""  # noqa: S608


SUMS = (
    Sum("stats_usageday", "stats_usagecounter", "day", (), USAGE),
    Sum("stats_usagemonth", "stats_usagecounter", "month", (), USAGE),
    Sum("stats_labelmonth", "stats_labelcounter", "month", ("label",), ("hits",)),
    Sum("stats_latencymonth", "stats_latencycounter", "month", ("bucket",), ("calls",)),
)
COUNTERS = ("stats_usagecounter", "stats_labelcounter", "stats_latencycounter")

# What was a day is none any more: all is summed up again.
ANOTHER_ZONE = f"""
CREATE FUNCTION stats_forget_sums(of_account bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE {", ".join(COUNTERS)} IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM stats_summeduntil WHERE account_id = of_account;
{"".join(f"    DELETE FROM {one.table} WHERE account_id = of_account;" for one in SUMS)}
END
$$;
CREATE FUNCTION stats_sum_in_another_zone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stats_forget_sums(NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER sum_in_another_zone AFTER UPDATE OF time_zone ON accounts_account FOR EACH ROW
WHEN (OLD.time_zone <> NEW.time_zone) EXECUTE FUNCTION stats_sum_in_another_zone()
"""  # noqa: S608
SAME_ZONE = """
DROP TRIGGER sum_in_another_zone ON accounts_account;
DROP FUNCTION stats_sum_in_another_zone();
DROP FUNCTION stats_forget_sums(bigint)
"""

# Counters that were summed up stand beside the sums for what is a part of a day or a month.
VIEW = """
CREATE VIEW {view} AS
{months}
SELECT '{grain}'::text, counter.id, counter.account_id, counter.service_id, source, starts_at, {figures}
FROM {counters} counter
JOIN stats_summeduntil held ON held.account_id = counter.account_id AND counter.starts_at < held.until
UNION ALL
SELECT 'open', counter.id, counter.account_id, counter.service_id, source, starts_at, {figures}
FROM accounts_account account LEFT JOIN stats_summeduntil held ON held.account_id = account.id
JOIN {counters} counter
    ON counter.account_id = account.id AND counter.starts_at >= coalesce(held.until, '-infinity')
UNION ALL
{tail}
"""
SUMMED = """
SELECT '{grain}'::text AS grain, id, account_id, service_id, source, starts_at AS at, {figures} FROM {table}
UNION ALL"""
TAILS = {
    "usage": """
SELECT 'tail', id, account_id, service_id, source, at, 1, (level = 'high')::integer,
       (level = 'medium')::integer, (level = 'low')::integer, took_us
FROM stats_usagedelta""",
    "label": """
SELECT 'tail', delta.id, account_id, service_id, source, at, carried.label, 1
FROM stats_usagedelta delta CROSS JOIN unnest(delta.labels) AS carried (label)""",
    "latency": """
SELECT 'tail', id, account_id, service_id, source, at, stats_latency_bucket(took_us), 1
FROM stats_usagedelta""",
}


def statements() -> Iterator[tuple[str, str]]:
    for kind, tail in TAILS.items():
        sums = [one for one in SUMS if one.table.startswith(f"stats_{kind}")]
        figures = ", ".join(sums[0].name + sums[0].figures)
        view = VIEW.format(
            view=f"stats_{kind}span",
            months="".join(
                SUMMED.format(grain=one.grain, table=one.table, figures=figures) for one in sums
            ).strip(),
            grain="hour" if kind == "usage" else "day",
            counters=sums[0].counters,
            figures=figures,
            tail=tail.strip(),
        )
        yield view, f"DROP VIEW stats_{kind}span"
    for counters in COUNTERS:
        for operation in CHANGED:
            yield following(counters, operation)
    yield ANOTHER_ZONE, SAME_ZONE


def following(counters: str, operation: str) -> tuple[str, str]:
    follow = "".join(one.follow(operation) for one in SUMS if one.counters == counters)
    function = f"{counters}_{operation}_sums"
    made = f"""
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM ({CHANGED[operation]}) AS changed
        JOIN stats_summeduntil held ON held.account_id = changed.account_id AND changed.starts_at < held.until
    ) THEN RETURN NULL; END IF;
    {ALONE};{follow}
    RETURN NULL;
END
$$;
CREATE TRIGGER follow_{operation} AFTER {operation} ON {counters} REFERENCING {REFERENCING[operation]}
FOR EACH STATEMENT EXECUTE FUNCTION {function}()
"""  # noqa: S608
    return made, f"DROP TRIGGER follow_{operation} ON {counters}; DROP FUNCTION {function}()"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_tell_of_heads_and_engines"),
        ("stats", "0009_exports_of_review"),
    ]

    operations = [
        migrations.CreateModel(
            name="LabelSpan",
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
                ("grain", models.CharField(max_length=7)),
                ("at", models.DateTimeField()),
                ("label", models.CharField(max_length=64)),
                ("hits", models.BigIntegerField()),
            ],
            options={
                "db_table": "stats_labelspan",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="LatencySpan",
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
                ("grain", models.CharField(max_length=7)),
                ("at", models.DateTimeField()),
                ("bucket", models.PositiveSmallIntegerField()),
                ("calls", models.BigIntegerField()),
            ],
            options={
                "db_table": "stats_latencyspan",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="UsageSpan",
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
                ("grain", models.CharField(max_length=7)),
                ("at", models.DateTimeField()),
                ("calls", models.BigIntegerField()),
                ("high", models.BigIntegerField()),
                ("medium", models.BigIntegerField()),
                ("low", models.BigIntegerField()),
                ("took_us", models.BigIntegerField()),
            ],
            options={
                "db_table": "stats_usagespan",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="LabelMonth",
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
                ("label", models.CharField(max_length=64)),
                ("hits", models.BigIntegerField()),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "starts_at", "service", "source", "label"),
                        name="one_label_sum_per_month",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LatencyMonth",
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
                ("bucket", models.PositiveSmallIntegerField()),
                ("calls", models.BigIntegerField()),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "starts_at", "service", "source", "bucket"),
                        name="one_latency_sum_per_month",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UsageDay",
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
                ("calls", models.BigIntegerField()),
                ("high", models.BigIntegerField()),
                ("medium", models.BigIntegerField()),
                ("low", models.BigIntegerField()),
                ("took_us", models.BigIntegerField()),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "starts_at", "service", "source"), name="one_usage_sum_per_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UsageMonth",
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
                ("calls", models.BigIntegerField()),
                ("high", models.BigIntegerField()),
                ("medium", models.BigIntegerField()),
                ("low", models.BigIntegerField()),
                ("took_us", models.BigIntegerField()),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "starts_at", "service", "source"), name="one_usage_sum_per_month"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SummedUntil",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("until", models.DateTimeField()),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.account"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        *(
            migrations.RunSQL(f"ALTER TABLE {one.table} SET (fillfactor = 80)", migrations.RunSQL.noop)
            for one in SUMS
        ),
        *(migrations.RunSQL(*pair) for pair in statements()),
    ]
