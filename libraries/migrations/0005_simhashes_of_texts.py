from django.db import migrations, models

from libraries.matching.simhash import simhash

CHUNK = 1000


def fill(apps, schema_editor):
    samples = apps.get_model("libraries", "TextSample").objects.using(schema_editor.connection.alias)
    held = []
    for sample in samples.filter(removed_at=None).only("content").iterator(chunk_size=CHUNK):
        sample.simhash = simhash(sample.content)
        held.append(sample)
        if len(held) == CHUNK:
            samples.bulk_update(held, ["simhash"])
            held.clear()
    samples.bulk_update(held, ["simhash"])


class Migration(migrations.Migration):
    dependencies = [("libraries", "0004_fingerprints_of_an_image_in_one_row")]

    operations = [
        migrations.AddField("textsample", "simhash", models.BinaryField(max_length=32, null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
