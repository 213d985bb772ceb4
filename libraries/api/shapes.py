"""The JSON of vocabularies, keywords and samples, and the shapes that document it."""

from rest_framework import serializers

from libraries.models import Keyword, KeywordImport, TextSample, Variant, Vocabulary
from libraries.operations.keywords import AddReport

VARIANTS_HELP = (
    "Ways of writing in which its words are found, too: none unless asked for. `homophones` and `lookalikes` "
    "mistake more ordinary words for a keyword than the others."
)


class VocabularyShape(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField(max_length=60)
    description = serializers.CharField(max_length=300, allow_blank=True)
    variants = serializers.ListField(child=serializers.ChoiceField(Variant.values), help_text=VARIANTS_HELP)
    keyword_count = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class NewVocabularyShape(serializers.Serializer):
    name = serializers.CharField(max_length=60, help_text="Unique in the account.")
    description = serializers.CharField(max_length=300, required=False)
    variants = serializers.ListField(child=serializers.ChoiceField(Variant.values), required=False)
    keywords = serializers.ListField(
        child=serializers.CharField(max_length=20),
        max_length=10_000,
        required=False,
        help_text="First keywords; if one cannot be a keyword, nothing is created.",
    )


class VocabularyChangeShape(serializers.Serializer):
    name = serializers.CharField(max_length=60, required=False)
    description = serializers.CharField(max_length=300, required=False)
    variants = serializers.ListField(child=serializers.ChoiceField(Variant.values), required=False)


class KeywordShape(serializers.Serializer):
    id = serializers.IntegerField()
    text = serializers.CharField()
    owner = serializers.CharField(allow_blank=True)
    expires_at = serializers.DateTimeField(allow_null=True, help_text="From then on it is not found.")
    hit_count = serializers.IntegerField(help_text="As of the last minute.")
    last_hit_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class KeywordPageShape(serializers.Serializer):
    keywords = KeywordShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page; null on the last.")


class NewKeywordsShape(serializers.Serializer):
    keywords = serializers.ListField(
        child=serializers.CharField(max_length=20),
        max_length=10_000,
        help_text="Letters, digits, inner spaces and - _ . ' & + @ # ·, at most 20 characters each.",
    )
    owner = serializers.CharField(max_length=60, required=False, help_text="Of all of these keywords.")
    expires_at = serializers.DateTimeField(required=False, allow_null=True, help_text="With a time zone.")


class RefusedShape(serializers.Serializer):
    line = serializers.IntegerField(help_text="Its place in the list, from 1.")
    text = serializers.CharField()
    code = serializers.ChoiceField(["keyword_empty", "keyword_too_long", "keyword_special_characters"])
    message = serializers.CharField()


class AddReportShape(serializers.Serializer):
    added = serializers.IntegerField()
    repeated = serializers.IntegerField(help_text="Given twice, or held before.")
    refused = RefusedShape(many=True)


class KeywordChangeShape(serializers.Serializer):
    ids = serializers.ListField(child=serializers.IntegerField(), max_length=10_000, required=False)
    keywords = serializers.ListField(child=serializers.CharField(), max_length=10_000, required=False)
    owner = serializers.CharField(max_length=60, required=False)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, help_text="null: never.")


class ChangedShape(serializers.Serializer):
    changed = serializers.IntegerField(help_text="How many were there; the others are not held.")


class ImportShape(serializers.Serializer):
    id = serializers.IntegerField()
    vocabulary = serializers.IntegerField()
    file_name = serializers.CharField()
    state = serializers.ChoiceField(KeywordImport.State.choices)
    lines = serializers.IntegerField(allow_null=True, help_text="Null until the file was read to its end.")
    done = serializers.IntegerField(help_text="Lines checked, or imported once it was confirmed.")
    counts = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Lines by outcome: added, repeated, keyword_too_long, keyword_special_characters, …",
    )
    error = serializers.CharField(allow_blank=True, help_text="The code of what went wrong, if it failed.")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class KeywordRemovalShape(serializers.Serializer):
    ids = serializers.ListField(child=serializers.IntegerField(), max_length=10_000, required=False)
    keywords = serializers.ListField(child=serializers.CharField(), max_length=10_000, required=False)


class RemovedShape(serializers.Serializer):
    removed = serializers.IntegerField(help_text="How many were there; the others were not held.")


class TextSampleShape(serializers.Serializer):
    id = serializers.IntegerField()
    content = serializers.CharField()
    outcome = serializers.ChoiceField(TextSample.Outcome.choices)
    label = serializers.CharField(allow_blank=True, help_text="Empty for a pass.")
    origin = serializers.CharField(
        allow_blank=True, help_text="request_id of the result that was decided on."
    )
    created_at = serializers.DateTimeField()
    quarantined_at = serializers.DateTimeField(
        allow_null=True, help_text="Since then it decides nothing, until a person releases it."
    )


class TextSamplePageShape(serializers.Serializer):
    samples = TextSampleShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page; null on the last.")


def vocabulary_body(vocabulary: Vocabulary) -> dict:
    return {
        "id": vocabulary.pk,
        "name": vocabulary.name,
        "description": vocabulary.description,
        "variants": vocabulary.variants,
        "keyword_count": vocabulary.keyword_count,
        "created_at": vocabulary.created_at.isoformat(),
        "updated_at": vocabulary.updated_at.isoformat(),
    }


def keyword_body(keyword: Keyword) -> dict:
    return {
        "id": keyword.pk,
        "text": keyword.text,
        "owner": keyword.owner,
        "expires_at": keyword.expires_at and keyword.expires_at.isoformat(),
        "hit_count": keyword.hit_count,
        "last_hit_at": keyword.last_hit_at and keyword.last_hit_at.isoformat(),
        "created_at": keyword.created_at.isoformat(),
    }


def import_body(held: KeywordImport) -> dict:
    return {
        "id": held.pk,
        "vocabulary": held.vocabulary_id,
        "file_name": held.file_name,
        "state": held.state,
        "lines": held.lines,
        "done": held.done,
        "counts": held.counts or held.preview.get("counts", {}),
        "error": held.error,
        "created_at": held.created_at.isoformat(),
        "finished_at": held.finished_at and held.finished_at.isoformat(),
    }


def report_body(report: AddReport) -> dict:
    return {
        "added": report.added,
        "repeated": report.repeated,
        "refused": [
            {"line": one.line, "text": one.text, "code": one.code, "message": one.message}
            for one in report.refused
        ],
    }


def sample_body(sample: TextSample) -> dict:
    return {
        "id": sample.pk,
        "content": sample.content,
        "outcome": sample.outcome,
        "label": sample.label,
        "origin": sample.origin,
        "created_at": sample.created_at.isoformat(),
        "quarantined_at": sample.quarantined_at and sample.quarantined_at.isoformat(),
    }
