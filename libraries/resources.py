"""Vocabularies as files: columns by import-export, cells by our own writers, which nothing computes."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _
from import_export import fields, resources

from config.accounts.models import Account
from config.audit.records import record
from config.errors import Invalid
from config.tables import csv, xlsx
from libraries.models import Keyword, Vocabulary

CHUNK = 5_000
TEXT = "text/plain; charset=utf-8"


class ExportFormatUnknown(Invalid):
    code = "export_format_unknown"
    default_message = _("A vocabulary comes as csv, xlsx or txt.")


class KeywordResource(resources.ModelResource):
    """What is written is what an import reads; the counts are there to be looked at."""

    keyword = fields.Field(attribute="text", column_name="keyword")
    owner = fields.Field(attribute="owner", column_name="owner")
    expires = fields.Field(attribute="expires_at", column_name="expires")
    hits = fields.Field(attribute="hit_count", column_name="hits")
    last_hit = fields.Field(attribute="last_hit_at", column_name="last hit")

    class Meta:
        model = Keyword
        fields = ("keyword", "owner", "expires", "hits", "last_hit")
        export_order = fields

    def rows(self, keywords) -> Iterator[tuple]:
        """Read past the model: rows made one by one take five times as long."""
        attributes = [field.attribute for field in self.get_export_fields()]
        return keywords.order_by("vocabulary_id", "id").values_list(*attributes).iterator(chunk_size=CHUNK)

    def rows_of(self, vocabulary: Vocabulary) -> Iterator[tuple]:
        return self.rows(self._meta.model.objects.filter(vocabulary=vocabulary))


class KeywordsOfAllResource(KeywordResource):
    """Several vocabularies in one table: each word says where it stands."""

    vocabulary = fields.Field(attribute="vocabulary__name", column_name="vocabulary")

    class Meta:
        model = Keyword
        fields = ("vocabulary", *KeywordResource.Meta.fields)
        export_order = fields


def export_vocabulary(*, vocabulary: Vocabulary, kind: str, actor, now) -> tuple[Iterable[bytes], str]:
    """The file's bytes and their content type. That somebody took it stands in the audit trail."""
    if kind not in WRITERS:
        raise ExportFormatUnknown(field="format", formats=list(WRITERS))
    record(
        account=Account.objects.get(pk=vocabulary.account_id),
        actor=actor,
        action="vocabulary.exported",
        subject=f"vocabulary:{vocabulary.pk}",
        after={"format": kind, "keywords": vocabulary.keyword_count},
        now=now,
    )
    write, content_type = WRITERS[kind]
    return write(KeywordResource(), vocabulary), content_type


def as_csv(resource: KeywordResource, vocabulary: Vocabulary) -> Iterator[bytes]:
    return csv.csv_bytes(resource.get_export_headers(), resource.rows_of(vocabulary))


def as_xlsx(resource: KeywordResource, vocabulary: Vocabulary):
    return xlsx.xlsx_file(
        resource.get_export_headers(),
        resource.rows_of(vocabulary),
        sheet_name=vocabulary.name,
        title=vocabulary.name,
    )


def as_txt(resource: KeywordResource, vocabulary: Vocabulary) -> Iterator[bytes]:
    for keyword, *_others in resource.rows_of(vocabulary):
        yield f"{keyword}\r\n".encode()


WRITERS = {
    "csv": (as_csv, csv.CONTENT_TYPE),
    "xlsx": (as_xlsx, xlsx.CONTENT_TYPE),
    "txt": (as_txt, TEXT),
}
