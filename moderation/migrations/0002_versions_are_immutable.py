from django.db import migrations

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
    dependencies = [("moderation", "0001_services_results_callbacks")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
