"""Records may be emptied of what is personal, once; every other change stays refused."""

from django.db import migrations, models

KEPT = [
    "id",
    "account_id",
    "number",
    "at",
    "actor_user_id",
    "actor_key_id",
    "actor_name",
    "action",
    "seal",
    "previous_hash",
    "hash",
]
LET_PASS = """
CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.emptied_at IS NULL AND NEW.emptied_at IS NOT NULL
            AND NEW.subject = '' AND NEW.request_id = '' AND NEW.salt = ''
            AND NEW.body = '{{"after": null, "before": null}}'
            AND ({new}) IS NOT DISTINCT FROM ({old})
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit records are append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
""".format(
    new=", ".join(f"NEW.{name}" for name in KEPT),
    old=", ".join(f"OLD.{name}" for name in KEPT),
)
REFUSE_ALL = """
CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit records are append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_audit_is_found")]

    operations = [
        migrations.AddField(
            model_name="auditrecord",
            name="salt",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
        migrations.AddField(
            model_name="auditrecord",
            name="seal",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="auditrecord",
            name="emptied_at",
            field=models.DateTimeField(null=True, verbose_name="emptied"),
        ),
        migrations.RunSQL(LET_PASS, REFUSE_ALL),
    ]
