from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0015_fingerprints_of_results"),
    ]

    operations = [
        migrations.AddField(
            model_name="service",
            name="is_human_only",
            field=models.BooleanField(default=False, verbose_name="for people only"),
        ),
        migrations.AlterField(
            model_name="moderationresult",
            name="source",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="resultlabel",
            name="source",
            field=models.CharField(
                choices=[
                    ("api", "API"),
                    ("console", "Console"),
                    ("test", "Online test"),
                    ("manual", "Human-only review"),
                ],
                max_length=7,
            ),
        ),
    ]
