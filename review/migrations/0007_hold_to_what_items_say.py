from django.db import migrations, models

import config.uuid7


class Migration(migrations.Migration):
    dependencies = [("review", "0006_fill_in_what_items_say")]

    operations = [
        migrations.AlterField(
            model_name="reviewitem",
            name="task_id",
            field=models.UUIDField(default=config.uuid7.uuid7, unique=True, verbose_name="task id"),
        ),
        migrations.AddIndex(
            model_name="reviewitem",
            index=models.Index(
                models.F("account"),
                models.F("urgent_at"),
                models.F("id"),
                condition=models.Q(("state__in", ("waiting", "claimed"))),
                name="review_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewitem",
            index=models.Index(
                models.F("account"),
                models.F("queue"),
                models.F("urgent_at"),
                models.F("id"),
                condition=models.Q(("state__in", ("waiting", "claimed"))),
                name="review_queue_by_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewitem",
            index=models.Index(
                models.F("account"),
                models.F("author_id"),
                condition=models.Q(("state__in", ("waiting", "claimed"))),
                name="open_items_by_author",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewitem",
            index=models.Index(
                models.F("account"),
                models.F("data_id"),
                condition=models.Q(("state__in", ("waiting", "claimed"))),
                name="open_items_by_data_id",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewitem",
            index=models.Index(
                models.F("account"),
                models.F("digest"),
                condition=models.Q(("digest__isnull", False)),
                name="review_items_by_digest",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewitem",
            index=models.Index(
                models.F("account"),
                models.F("content_type"),
                models.F("mode"),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("state", "decided")),
                name="decided_items_newest_first",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewitem",
            index=models.Index(
                condition=models.Q(("state__in", ("waiting", "claimed"))),
                fields=["expires_at"],
                name="items_that_expire",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["decided", "expired"]), ("result__isnull", False), _connector="OR"
                ),
                name="only_a_finished_item_outlives_its_result",
            ),
        ),
    ]
