import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("libraries", "0001_vocabularies_and_samples"),
        ("libraries", "0002_image_libraries"),
        ("libraries", "0003_words"),
        ("libraries", "0004_fingerprints_of_an_image_in_one_row"),
        ("libraries", "0005_simhashes_of_texts"),
        ("libraries", "0006_reviewed_pictures"),
    ]

    initial = True

    dependencies = [
        ("accounts", "0003_tell_of_heads_and_engines"),
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="LibraryImage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("overrules", models.BooleanField(default=False)),
                ("quarantined_at", models.DateTimeField(null=True, verbose_name="resting since")),
                ("vouched_at", models.DateTimeField(null=True, verbose_name="released")),
                ("sha256", models.BinaryField(max_length=32)),
                ("format", models.CharField(max_length=12, verbose_name="format")),
                ("width", models.PositiveIntegerField(verbose_name="width")),
                ("height", models.PositiveIntegerField(verbose_name="height")),
                ("bytes", models.PositiveIntegerField(verbose_name="bytes")),
                ("quality", models.PositiveSmallIntegerField(verbose_name="detail")),
                ("original", models.CharField(max_length=100)),
                ("thumbnail", models.CharField(max_length=100)),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                ("owner", models.CharField(blank=True, max_length=100, verbose_name="owner")),
                ("label", models.CharField(blank=True, max_length=60, verbose_name="label")),
                ("origin", models.CharField(blank=True, max_length=60, verbose_name="from result")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                ("added_by", models.CharField(max_length=150, verbose_name="added by")),
                ("added_at", models.DateTimeField(verbose_name="added")),
                ("hit_count", models.PositiveIntegerField(default=0, verbose_name="hits")),
                ("last_hit_at", models.DateTimeField(null=True, verbose_name="last hit")),
                ("revision", models.BigIntegerField()),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "library image",
                "verbose_name_plural": "library images",
                "indexes": [
                    models.Index(fields=["account", "revision"], name="images_by_revision"),
                    models.Index(
                        condition=models.Q(("expires_at__isnull", False), ("removed_at", None)),
                        fields=["expires_at"],
                        name="images_that_expire",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("removed_at", None), ("thumbnail", ""), models.Q(("original", ""), _negated=True)
                        ),
                        fields=["id"],
                        name="images_whose_files_are_to_come",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("removed_at", None),
                                models.Q(("original", ""), _negated=True),
                                models.Q(("thumbnail", ""), _negated=True),
                            ),
                            models.Q(("removed_at", None), models.Q(("origin", ""), _negated=True)),
                            models.Q(("original", ""), ("removed_at__isnull", False), ("thumbnail", "")),
                            _connector="OR",
                        ),
                        name="present_images_have_files_and_removed_ones_none",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImageLibrary",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("custom", "Custom"),
                            ("reviewed_pass", "Passed by reviewers"),
                            ("reviewed_block", "Blocked by reviewers"),
                        ],
                        default="custom",
                        max_length=14,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("description", models.CharField(blank=True, max_length=300, verbose_name="description")),
                ("image_count", models.PositiveIntegerField(default=0, verbose_name="images")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("updated_at", models.DateTimeField(verbose_name="updated")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "image library",
                "verbose_name_plural": "image libraries",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "custom")),
                        fields=("account", "name"),
                        name="custom_image_library_names_are_unique_per_account",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "custom"), _negated=True),
                        fields=("account", "kind"),
                        name="an_account_has_one_image_library_per_verdict",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImageHit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                    "image",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="libraries.libraryimage",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="libraryimage",
            name="library",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="images",
                to="libraries.imagelibrary",
                verbose_name="image library",
            ),
        ),
        migrations.CreateModel(
            name="KeywordHits",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("keyword_id", models.BigIntegerField()),
                ("hits", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "keyword hits",
                "verbose_name_plural": "keyword hits",
            },
        ),
        migrations.CreateModel(
            name="KeywordImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file_name", models.CharField(max_length=120, verbose_name="file")),
                ("format", models.CharField(max_length=4, verbose_name="format")),
                ("file", models.BinaryField(default=b"")),
                ("size", models.PositiveIntegerField(verbose_name="bytes")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checking", "Being checked"),
                            ("checked", "Checked"),
                            ("running", "Being imported"),
                            ("done", "Imported"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("lines", models.PositiveIntegerField(null=True, verbose_name="lines")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="lines done")),
                ("counts", models.JSONField(default=dict, verbose_name="outcomes")),
                ("preview", models.JSONField(default=dict)),
                ("error", models.CharField(blank=True, max_length=60)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("lease", models.UUIDField(null=True)),
                ("leased_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(verbose_name="uploaded")),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
                (
                    "by_key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.apikey",
                    ),
                ),
                (
                    "by_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "keyword import",
                "verbose_name_plural": "keyword imports",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["checking", "running"])),
                        fields=["leased_until"],
                        name="imports_under_way",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportedLines",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stage", models.CharField(max_length=5)),
                ("first", models.PositiveIntegerField()),
                ("rows", models.BinaryField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
                (
                    "keyword_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="libraries.keywordimport",
                    ),
                ),
            ],
            options={
                "verbose_name": "imported lines",
                "verbose_name_plural": "imported lines",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("keyword_import", "stage", "first"), name="a_batch_of_lines_is_reported_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SampleFlip",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(choices=[("text", "Text"), ("image", "Image")], max_length=5)),
                ("sample_id", models.BigIntegerField()),
                (
                    "why",
                    models.CharField(
                        choices=[("verdict", "verdicts of the machine changed"), ("mind", "minds changed")],
                        max_length=7,
                    ),
                ),
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
            ],
            options={
                "indexes": [
                    models.Index(fields=["at"], name="flips_by_time"),
                    models.Index(
                        condition=models.Q(("why", "mind")),
                        fields=["kind", "sample_id", "at"],
                        name="minds_changed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TextSample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("overrules", models.BooleanField(default=False)),
                ("quarantined_at", models.DateTimeField(null=True, verbose_name="resting since")),
                ("vouched_at", models.DateTimeField(null=True, verbose_name="released")),
                ("digest", models.BinaryField(max_length=32)),
                ("simhash", models.BinaryField(max_length=32, null=True)),
                ("content", models.TextField(verbose_name="text")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("pass", "Pass"), ("block", "Block")], max_length=5, verbose_name="decision"
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=60, verbose_name="label")),
                ("origin", models.CharField(blank=True, max_length=60, verbose_name="from result")),
                ("revision", models.BigIntegerField()),
                ("created_at", models.DateTimeField(verbose_name="added")),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "reviewed text",
                "verbose_name_plural": "reviewed texts",
                "indexes": [models.Index(fields=["account", "revision"], name="samples_by_revision")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "digest"), name="an_account_keeps_a_text_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("label", ""), ("outcome", "pass")),
                            models.Q(("outcome", "block"), models.Q(("label", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="blocked_samples_name_a_label",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Vocabulary",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("description", models.CharField(blank=True, max_length=300, verbose_name="description")),
                (
                    "variants",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("pinyin", "Pinyin: 女权 written nü quan, nvquan or 女quan"),
                                (
                                    "initials",
                                    "First letters of the pinyin: 同性恋 written txl (three characters or more)",
                                ),
                                ("split", "Split characters: 骗子 written 马扁子"),
                                ("emoji", "Emoji for their sound: 骂 written 🐴"),
                                ("homophones", "Other characters of the same sound: 同性恋 written 痛姓连"),
                                ("lookalikes", "Characters that look alike: 福建 written 蝠建"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="also find",
                    ),
                ),
                ("keyword_count", models.PositiveIntegerField(default=0, verbose_name="keywords")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("updated_at", models.DateTimeField(verbose_name="updated")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "vocabulary",
                "verbose_name_plural": "vocabularies",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "name"), name="vocabulary_names_are_unique_per_account"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="keywordimport",
            name="vocabulary",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="imports",
                to="libraries.vocabulary",
                verbose_name="vocabulary",
            ),
        ),
        migrations.CreateModel(
            name="Keyword",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=20, verbose_name="keyword")),
                ("folded", models.CharField(db_collation="C", max_length=60, verbose_name="compared as")),
                (
                    "owner",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=60, verbose_name="owner"
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                ("hit_count", models.BigIntegerField(db_default=0, default=0, verbose_name="hits")),
                ("last_hit_at", models.DateTimeField(null=True, verbose_name="last hit")),
                ("created_at", models.DateTimeField(verbose_name="added")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
                (
                    "vocabulary",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keywords",
                        to="libraries.vocabulary",
                        verbose_name="vocabulary",
                    ),
                ),
            ],
            options={
                "verbose_name": "keyword",
                "verbose_name_plural": "keywords",
                "indexes": [models.Index(fields=["vocabulary", "id"], name="keywords_of_a_vocabulary")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("vocabulary", "folded"), name="a_vocabulary_holds_a_keyword_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImageFingerprint",
            fields=[
                ("kinds", models.CharField(max_length=600)),
                ("hashes", models.BinaryField()),
                ("qualities", models.BinaryField()),
                (
                    "image",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="fingerprint",
                        serialize=False,
                        to="libraries.libraryimage",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            models.Func(
                                models.F("hashes"),
                                function="octet_length",
                                output_field=models.IntegerField(),
                            ),
                            django.db.models.expressions.CombinedExpression(
                                models.Func(
                                    models.F("qualities"),
                                    function="octet_length",
                                    output_field=models.IntegerField(),
                                ),
                                "*",
                                models.Value(32),
                            ),
                        ),
                        name="each_fingerprint_has_32_bytes_and_a_quality",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="libraryimage",
            index=models.Index(
                condition=models.Q(("removed_at", None)), fields=["library", "id"], name="images_of_a_library"
            ),
        ),
        migrations.AddConstraint(
            model_name="libraryimage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None)),
                fields=("library", "sha256"),
                name="a_library_holds_an_image_once",
            ),
        ),
    ]
