"""The shapes that document the image API."""

from rest_framework import serializers

from moderation.api.bodies import AuthorShape, ResultShape
from moderation.models import ModerationTask
from moderation.models.content import RiskLevel


class ImageShape(serializers.Serializer):
    service = serializers.CharField(required=False, help_text="Code of the service whose rules apply.")
    services = serializers.ListField(
        child=serializers.CharField(), required=False, max_length=10, help_text="Or up to ten of them."
    )
    url = serializers.CharField(required=False, help_text="Where the picture can be fetched.")
    image = serializers.CharField(required=False, help_text="Or its bytes, in base64.")
    name = serializers.CharField(required=False, help_text="What to call it in lists.")
    data_id = serializers.CharField(required=False, max_length=128, help_text="Your id of the content.")
    account = AuthorShape(required=False, help_text="Who sent it, as you know them.")


class PerCallShape(serializers.Serializer):
    """What a call says of where it wants to be told of its outcome."""

    callback = serializers.CharField(
        required=False, max_length=500, help_text="Where to tell of the outcome, beside your endpoints."
    )
    seed = serializers.CharField(
        required=False,
        max_length=64,
        help_text="Goes into the checksum of what is sent to `callback`: letters, digits and underscores.",
    )
    crypt_type = serializers.ChoiceField(
        ["SHA256", "SM3"], required=False, help_text="How that checksum is made; SHA256 unless told."
    )


class ImageTaskShape(ImageShape, PerCallShape):
    pass


class ImageFactsShape(serializers.Serializer):
    sha256 = serializers.CharField()
    format = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    bytes = serializers.IntegerField()
    frames = serializers.IntegerField()


class ImageResultsShape(serializers.Serializer):
    request_id = serializers.UUIDField()
    data_id = serializers.CharField()
    level = serializers.ChoiceField(RiskLevel.choices, help_text="The worst of all services.")
    image = ImageFactsShape()
    results = ResultShape(many=True)


class TaskErrorShape(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()


class TaskShape(serializers.Serializer):
    task_id = serializers.UUIDField()
    state = serializers.ChoiceField(ModerationTask.State.choices)
    data_id = serializers.CharField()
    services = serializers.ListField(child=serializers.CharField())
    error = TaskErrorShape(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    result = ImageResultsShape(allow_null=True)
