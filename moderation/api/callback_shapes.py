"""The shapes that document callback endpoints, deliveries and the feed of events."""

from rest_framework import serializers

from moderation.models import Callback, CallbackEndpoint
from moderation.models.content import RiskLevel

Event = CallbackEndpoint.Event


class NewEndpointShape(serializers.Serializer):
    name = serializers.CharField(max_length=60)
    url = serializers.CharField(max_length=500)
    service = serializers.CharField(required=False, allow_null=True, help_text="Code; null: all services.")
    dialect = serializers.ChoiceField(CallbackEndpoint.Dialect.choices, required=False)
    crypt = serializers.ChoiceField(
        CallbackEndpoint.Crypt.choices, required=False, help_text="Of the checksum, in the vendor's dialect."
    )
    events = serializers.ListField(child=serializers.ChoiceField(Event.choices), required=False)
    levels = serializers.ListField(
        child=serializers.ChoiceField(RiskLevel.choices),
        required=False,
        help_text="Machine results of these levels are told; all unless said.",
    )
    modes = serializers.ListField(
        child=serializers.ChoiceField(CallbackEndpoint.Mode.choices),
        required=False,
        help_text="People's decisions in these modes are told; all unless said.",
    )


class EndpointChangesShape(NewEndpointShape):
    name = serializers.CharField(max_length=60, required=False)
    url = serializers.CharField(max_length=500, required=False)
    is_enabled = serializers.BooleanField(required=False)


class EndpointShape(NewEndpointShape):
    id = serializers.IntegerField()
    is_enabled = serializers.BooleanField()
    disabled_reason = serializers.ChoiceField(["", *CallbackEndpoint.Off.values])
    paused_at = serializers.DateTimeField(allow_null=True)
    failing_since = serializers.DateTimeField(allow_null=True)
    from_calls = serializers.BooleanField(help_text="Brought along by calls, with a seed of theirs.")
    two_secrets_until = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class EndpointWithSecretShape(EndpointShape):
    secret = serializers.CharField(help_text="Told this once.")


class DeliveryShape(serializers.Serializer):
    id = serializers.IntegerField()
    event_id = serializers.CharField()
    event = serializers.CharField()
    endpoint = serializers.IntegerField()
    subject = serializers.CharField()
    data_id = serializers.CharField()
    state = serializers.ChoiceField(Callback.State.choices)
    attempts = serializers.IntegerField()
    due_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class AttemptShape(serializers.Serializer):
    number = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    took_ms = serializers.IntegerField()
    status = serializers.IntegerField(allow_null=True)
    error_code = serializers.CharField()
    response = serializers.CharField()
    address = serializers.CharField()
    headers = serializers.DictField(child=serializers.CharField())


class DeliveryWithAttemptsShape(DeliveryShape):
    body = serializers.CharField()
    tries = AttemptShape(many=True)


class DeliveryPageShape(serializers.Serializer):
    deliveries = DeliveryShape(many=True)
    next = serializers.CharField(allow_null=True)


class ReplayShape(serializers.Serializer):
    endpoint = serializers.IntegerField(required=False)
    event = serializers.CharField(required=False)
    state = serializers.CharField(required=False, help_text="delivered, dead or both by a comma.")
    event_id = serializers.CharField(required=False)
    request_id = serializers.CharField(required=False)
    data_id = serializers.CharField(required=False)
    since = serializers.CharField(required=False, help_text="A day or a moment.")
    until = serializers.CharField(required=False, help_text="A day or a moment, included.")
    dry_run = serializers.BooleanField(required=False, help_text="Only count.")


class ReplayedShape(serializers.Serializer):
    count = serializers.IntegerField()
    dry_run = serializers.BooleanField()


class EventShape(serializers.Serializer):
    id = serializers.CharField(help_text="That of the callbacks that tell of it.")
    type = serializers.ChoiceField(Event.choices)
    timestamp = serializers.DateTimeField()
    data = serializers.DictField()


class EventPageShape(serializers.Serializer):
    events = EventShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="Pass as `after`; keep it, also where it is all.")
    has_more = serializers.BooleanField()
