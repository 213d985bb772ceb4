"""The JSON of image libraries and their images, and the shapes that document it."""

from rest_framework import serializers

from libraries.models import ImageLibrary, LibraryImage
from libraries.operations.image_adding import Became, Outcome


class ImageLibraryShape(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField(max_length=60)
    kind = serializers.ChoiceField(
        ImageLibrary.Kind.choices,
        help_text="Reviewers' decisions fill the reviewed ones: only their images can be removed by hand.",
    )
    description = serializers.CharField(max_length=300, allow_blank=True)
    image_count = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class NewImageLibraryShape(serializers.Serializer):
    name = serializers.CharField(max_length=60, help_text="Unique in the account.")
    description = serializers.CharField(max_length=300, required=False)


class ImageLibraryChangeShape(serializers.Serializer):
    name = serializers.CharField(max_length=60, required=False)
    description = serializers.CharField(max_length=300, required=False)


class LibraryImageShape(serializers.Serializer):
    id = serializers.IntegerField(help_text="The Image ID.")
    library_id = serializers.IntegerField()
    sha256 = serializers.CharField(help_text="Of the file as it was sent, in hex.")
    format = serializers.CharField(help_text="As found in the file, whatever its name says.")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    bytes = serializers.IntegerField()
    detail = serializers.IntegerField(help_text="0 to 100: how much there is to recognise it by.")
    note = serializers.CharField(allow_blank=True)
    owner = serializers.CharField(help_text="Who is responsible for it.")
    expires_at = serializers.DateTimeField(allow_null=True, help_text="From then on it matches nothing.")
    added_by = serializers.CharField()
    added_at = serializers.DateTimeField()
    hits = serializers.IntegerField(help_text="How often it was recognised.")
    last_hit_at = serializers.DateTimeField(allow_null=True)
    label = serializers.CharField(allow_blank=True, help_text="Under which a reviewer blocked it.")
    origin = serializers.CharField(
        allow_blank=True, help_text="Of a reviewed one: request_id of the result that was decided on."
    )
    quarantined_at = serializers.DateTimeField(
        allow_null=True, help_text="Since then it decides nothing, until a person releases it."
    )


class LibraryImagePageShape(serializers.Serializer):
    images = LibraryImageShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="The cursor of the next page; null on the last.")


class NewImageShape(serializers.Serializer):
    content = serializers.CharField(help_text="The file's bytes in base64.")
    name = serializers.CharField(required=False, help_text="Told back in the answer, nothing else.")
    note = serializers.CharField(max_length=300, required=False)
    owner = serializers.CharField(max_length=100, required=False, help_text="Else the key's name.")
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class NewImagesShape(serializers.Serializer):
    images = NewImageShape(many=True, help_text="1 to 10.")


class ImageFilesShape(serializers.Serializer):
    files = serializers.ListField(child=serializers.FileField(), help_text="1 to 10, of 4 MB at most each.")
    note = serializers.CharField(max_length=300, required=False, help_text="Of all these files.")
    owner = serializers.CharField(max_length=100, required=False)
    expires_at = serializers.DateTimeField(required=False)


class RemarkShape(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()


class SimilarShape(serializers.Serializer):
    image_id = serializers.IntegerField()
    library_id = serializers.IntegerField()
    distance = serializers.IntegerField(help_text="How many of 256 bits differ: 0 to 31.")


class OutcomeShape(serializers.Serializer):
    name = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField([one.value for one in Became])
    image = LibraryImageShape(
        allow_null=True, help_text="The new one; of a duplicate the one that is held already."
    )
    refusal = RemarkShape(allow_null=True)
    remarks = RemarkShape(many=True, help_text="What is not as good as it could be.")
    similar = SimilarShape(many=True, help_text="Held images that look almost the same.")


class OutcomesShape(serializers.Serializer):
    images = OutcomeShape(many=True, help_text="In the order in which they were sent.")


class ImageRemovalShape(serializers.Serializer):
    ids = serializers.ListField(child=serializers.IntegerField(), max_length=1000)


class ImageChangeShape(serializers.Serializer):
    note = serializers.CharField(max_length=300, required=False)
    owner = serializers.CharField(max_length=100, required=False)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, help_text="null: never.")


def library_body(library: ImageLibrary) -> dict:
    return {
        "id": library.pk,
        "name": library.name,
        "kind": library.kind,
        "description": library.description,
        "image_count": library.image_count,
        "created_at": library.created_at.isoformat(),
        "updated_at": library.updated_at.isoformat(),
    }


def image_body(image: LibraryImage) -> dict:
    return {
        "id": image.pk,
        "library_id": image.library_id,
        "sha256": bytes(image.sha256).hex(),
        "format": image.format,
        "width": image.width,
        "height": image.height,
        "bytes": image.bytes,
        "detail": image.quality,
        "note": image.note,
        "owner": image.owner,
        "expires_at": image.expires_at and image.expires_at.isoformat(),
        "added_by": image.added_by,
        "added_at": image.added_at.isoformat(),
        "hits": getattr(image, "hits", image.hit_count),
        "last_hit_at": image.last_hit_at and image.last_hit_at.isoformat(),
        "label": image.label,
        "origin": image.origin,
        "quarantined_at": image.quarantined_at and image.quarantined_at.isoformat(),
    }


def outcome_body(outcome: Outcome) -> dict:
    refusal = outcome.refusal
    return {
        "name": outcome.name,
        "status": outcome.became.value,
        "image": outcome.image and image_body(outcome.image),
        "refusal": refusal and {"code": refusal.code, "message": str(refusal.message)},
        "remarks": [{"code": one.code, "message": one.message} for one in outcome.remarks],
        "similar": [
            {"image_id": one.image_id, "library_id": one.library_id, "distance": one.distance}
            for one in outcome.similar
        ],
    }
