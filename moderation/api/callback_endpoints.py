import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from config.api import OwnedAPIView, answers, read_body
from config.errors import NotFound
from moderation.api.callback_shapes import (
    DeliveryShape,
    EndpointChangesShape,
    EndpointShape,
    EndpointWithSecretShape,
    NewEndpointShape,
)
from moderation.api.deliveries import delivery_body
from moderation.callbacks.endpoints import (
    IssuedEndpoint,
    change_endpoint,
    create_endpoint,
    delete_endpoint,
    pause_endpoint,
    resume_endpoint,
    rotate_secret,
    send_test,
)
from moderation.models import CallbackEndpoint, Service
from moderation.operations.moderate import ServiceUnknown

SCOPES = dict.fromkeys(("POST", "PATCH", "DELETE"), "callbacks:write") | {"GET": "callbacks:read"}


class NewEndpoint(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    name: str
    url: str
    service: str | None = None
    dialect: str = CallbackEndpoint.Dialect.STANDARD.value
    crypt: str = CallbackEndpoint.Crypt.SHA256.value
    events: list[str] | None = None
    levels: list[str] | None = None
    modes: list[str] | None = None


class Changes(msgspec.Struct, forbid_unknown_fields=True):
    """What is left out stays as it is."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    url: str | msgspec.UnsetType = msgspec.UNSET
    service: str | None | msgspec.UnsetType = msgspec.UNSET
    dialect: str | msgspec.UnsetType = msgspec.UNSET
    crypt: str | msgspec.UnsetType = msgspec.UNSET
    events: list[str] | msgspec.UnsetType = msgspec.UNSET
    levels: list[str] | msgspec.UnsetType = msgspec.UNSET
    modes: list[str] | msgspec.UnsetType = msgspec.UNSET
    is_enabled: bool | msgspec.UnsetType = msgspec.UNSET


def endpoint_body(endpoint: CallbackEndpoint) -> dict:
    rotating = endpoint.previous_until and endpoint.previous_until > timezone.now()
    return {
        "id": endpoint.pk,
        "name": endpoint.name,
        "url": endpoint.url,
        "service": endpoint.service and endpoint.service.code,
        "dialect": endpoint.dialect,
        "crypt": endpoint.crypt,
        "events": endpoint.events,
        "levels": endpoint.levels,
        "modes": endpoint.modes,
        "is_enabled": endpoint.is_enabled,
        "disabled_reason": endpoint.disabled_reason,
        "paused_at": endpoint.paused_at and endpoint.paused_at.isoformat(),
        "failing_since": endpoint.failing_since and endpoint.failing_since.isoformat(),
        "from_calls": endpoint.is_ad_hoc,
        "two_secrets_until": endpoint.previous_until.isoformat() if rotating else None,
        "created_at": endpoint.created_at.isoformat(),
    }


def issued_body(issued: IssuedEndpoint) -> dict:
    return endpoint_body(issued.endpoint) | {"secret": issued.secret}


class EndpointView(OwnedAPIView):
    scopes = SCOPES

    def endpoint(self, endpoint_id: int) -> CallbackEndpoint:
        found = self.owned(CallbackEndpoint).select_related("service", "account").filter(pk=endpoint_id)
        endpoint = found.first()
        if endpoint is None:
            raise NotFound()
        return endpoint

    def service(self, code: str | None) -> Service | None:
        if code is None:
            return None
        service = self.owned(Service).filter(code=code).first()
        if service is None:
            raise ServiceUnknown(field="service", service=code)
        return service

    @property
    def doing(self) -> dict:
        return {"actor": self.caller.key, "now": timezone.now()}


class CallbackEndpoints(EndpointView):
    @extend_schema(
        operation_id="list_callback_endpoints",
        summary="List callback endpoints",
        parameters=[OpenApiParameter("from_calls", bool, description="Those that calls brought along too.")],
        responses=answers({200: EndpointShape(many=True)}, 401, 403, 429),
    )
    def get(self, request):
        rows = self.owned(CallbackEndpoint).select_related("service").order_by("id")
        if request.query_params.get("from_calls") != "true":
            rows = rows.set_up()
        return Response([endpoint_body(endpoint) for endpoint in rows[:1000]])

    @extend_schema(
        operation_id="create_callback_endpoint",
        summary="Make a callback endpoint",
        description="The answer has its secret, this once.",
        request=NewEndpointShape,
        responses=answers({201: EndpointWithSecretShape}, 400, 401, 403, 409, 429),
    )
    def post(self, request):
        asked = read_body(request, NewEndpoint)
        issued = create_endpoint(
            account=self.account,
            **(msgspec.structs.asdict(asked) | {"service": self.service(asked.service)}),
            **self.doing,
        )
        return Response(issued_body(issued), status=201)


class OneCallbackEndpoint(EndpointView):
    @extend_schema(
        operation_id="read_callback_endpoint",
        summary="Read a callback endpoint",
        responses=answers({200: EndpointShape}, 401, 403, 404, 429),
    )
    def get(self, request, endpoint_id):
        return Response(endpoint_body(self.endpoint(endpoint_id)))

    @extend_schema(
        operation_id="change_callback_endpoint",
        summary="Change a callback endpoint, or switch it on or off",
        description="What is left out stays as it is. Switched off it is told nothing; to keep what happens "
        "meanwhile, pause it.",
        request=EndpointChangesShape,
        responses=answers({200: EndpointShape}, 400, 401, 403, 404, 409, 429),
    )
    def patch(self, request, endpoint_id):
        endpoint, asked = self.endpoint(endpoint_id), read_body(request, Changes)
        changes = {
            name: value for name, value in msgspec.structs.asdict(asked).items() if value is not msgspec.UNSET
        }
        if "service" in changes:
            changes["service"] = self.service(changes["service"])
        changed = change_endpoint(endpoint=endpoint, changes=changes, **self.doing)
        return Response(endpoint_body(changed))

    @extend_schema(
        operation_id="delete_callback_endpoint",
        summary="Delete a callback endpoint that was never sent anything",
        responses=answers({204: None}, 401, 403, 404, 409, 429),
    )
    def delete(self, request, endpoint_id):
        delete_endpoint(endpoint=self.endpoint(endpoint_id), **self.doing)
        return Response(status=204)


class RotateEndpointSecret(EndpointView):
    @extend_schema(
        operation_id="rotate_callback_secret",
        summary="Give an endpoint a new secret",
        description="For a day both sign. The answer has the new one, this once.",
        request=None,
        responses=answers({200: EndpointWithSecretShape}, 401, 403, 404, 409, 429),
    )
    def post(self, request, endpoint_id):
        return Response(issued_body(rotate_secret(endpoint=self.endpoint(endpoint_id), **self.doing)))


class TryEndpoint(EndpointView):
    @extend_schema(
        operation_id="test_callback_endpoint",
        summary="Send an endpoint a test",
        description="Read the delivery that it answers with for what came of it.",
        request=None,
        responses=answers({202: DeliveryShape}, 401, 403, 404, 409, 429),
    )
    def post(self, request, endpoint_id):
        callback = send_test(endpoint=self.endpoint(endpoint_id), **self.doing)
        return Response(delivery_body(callback), status=202)


class PauseEndpoint(EndpointView):
    @extend_schema(
        operation_id="pause_callback_endpoint",
        summary="Send an endpoint nothing for a while, and keep what happens",
        request=None,
        responses=answers({200: EndpointShape}, 401, 403, 404, 429),
    )
    def post(self, request, endpoint_id):
        return Response(endpoint_body(pause_endpoint(endpoint=self.endpoint(endpoint_id), **self.doing)))


class ResumeEndpoint(EndpointView):
    @extend_schema(
        operation_id="resume_callback_endpoint",
        summary="Let a paused endpoint go on",
        request=None,
        responses=answers({200: EndpointShape}, 401, 403, 404, 429),
    )
    def post(self, request, endpoint_id):
        return Response(endpoint_body(resume_endpoint(endpoint=self.endpoint(endpoint_id), **self.doing)))
