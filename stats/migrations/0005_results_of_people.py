from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stats", "0004_exports_of_results"),
    ]

    operations = [
        migrations.AlterField(
            model_name="labelcounter",
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
        migrations.AlterField(
            model_name="usagecounter",
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
        migrations.AlterField(
            model_name="usagedelta",
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
