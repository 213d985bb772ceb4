from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations
from django.db.models import Index, Q


class Migration(migrations.Migration):
    """The log is looked through by what was done, by whom, to what, when and with which request."""

    atomic = False
    dependencies = [("audit", "0002_refuse_changes")]

    operations = [
        AddIndexConcurrently("auditrecord", index)
        for index in (
            Index(fields=["account", "action", "-id"], name="audit_by_action"),
            Index(fields=["account", "actor_name", "-id"], name="audit_by_actor"),
            Index(fields=["account", "subject", "-id"], name="audit_by_subject"),
            Index(fields=["account", "at"], name="audit_by_time"),
            Index(fields=["request_id"], name="audit_by_request", condition=~Q(request_id="")),
        )
    ]
