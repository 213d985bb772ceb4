from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_tell_of_heads_and_engines"),
        ("moderation", "0016_services_for_people"),
        ("review", "0009_care"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="reviewitem",
            name="only_a_finished_item_outlives_its_result",
        ),
        migrations.AddField(
            model_name="reviewitem",
            name="cancelled_at",
            field=models.DateTimeField(null=True, verbose_name="cancelled"),
        ),
        migrations.AlterField(
            model_name="reviewitem",
            name="state",
            field=models.CharField(
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
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cancelled_at__isnull", False), ("state", "cancelled")),
                    models.Q(models.Q(("state", "cancelled"), _negated=True), ("cancelled_at", None)),
                    _connector="OR",
                ),
                name="a_cancelled_item_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["decided", "expired", "cancelled"]),
                    ("result__isnull", False),
                    _connector="OR",
                ),
                name="only_a_finished_item_outlives_its_result",
            ),
        ),
    ]
