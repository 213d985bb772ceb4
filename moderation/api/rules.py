"""Putting rules in force, bringing earlier ones back, and keeping a draft."""

import msgspec
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from config.api import answers, read_body
from config.errors import NotFound
from moderation.api.service_bodies import draft_body, preview_body, version_body
from moderation.api.service_shapes import (
    DraftShape,
    NewDraftShape,
    PreviewShape,
    PublishChangesShape,
    PublishShape,
    RollBackShape,
    VersionShape,
)
from moderation.api.services import ServiceView
from moderation.models import Service, ServiceVersion
from moderation.operations.drafts import VersionUnknown, discard_draft, held_draft, save_draft
from moderation.operations.publishable import require_publishable
from moderation.operations.publishing import publish_version, roll_back
from moderation.replay import replay
from moderation.rules_document import RulesChanges, RulesDocument


class Publish(msgspec.Struct, forbid_unknown_fields=True):
    based_on: int
    rules: RulesDocument
    note: str = ""


class PublishChanges(RulesChanges, forbid_unknown_fields=True, kw_only=True):
    based_on: int | None = None
    note: str = ""


class RollBackTo(msgspec.Struct, forbid_unknown_fields=True):
    to: int
    based_on: int | None = None


class NewDraft(msgspec.Struct, forbid_unknown_fields=True):
    based_on: int
    rules: RulesDocument
    revision: int | None = None


class PublishingView(ServiceView):
    def publish(self, service: Service, **asked) -> Response:
        before = service.current_version
        version = publish_version(service=service, actor=self.caller.key, now=timezone.now(), **asked)
        return Response(version_body(version, before))


class Rules(PublishingView):
    @extend_schema(
        operation_id="publish_rules",
        summary="Publish rules",
        description="The whole rules of the service, in force with the next call. Refused with "
        "`version_outdated` if another version than `based_on` is in force.",
        request=PublishShape,
        responses=answers({200: VersionShape}, 400, 401, 403, 404, 409, 413, 429),
    )
    def put(self, request, code):
        service, asked = self.service(code), read_body(request, Publish)
        return self.publish(service, rules=asked.rules.rules(), note=asked.note, based_on=asked.based_on)

    @extend_schema(
        operation_id="change_rules",
        summary="Publish some changes of the rules",
        description="Labels and settings that are left out stay as they are.",
        request=PublishChangesShape,
        responses=answers({200: VersionShape}, 400, 401, 403, 404, 409, 413, 429),
    )
    def patch(self, request, code):
        service, asked = self.service(code), read_body(request, PublishChanges)
        current = service.current_version
        return self.publish(
            service,
            rules=asked.over(current.rules),
            note=asked.note,
            based_on=current.number if asked.based_on is None else asked.based_on,
        )


class Preview(ServiceView):
    scopes = {"POST": "services:read"}

    @extend_schema(
        operation_id="preview_rules",
        summary="Try rules on the latest results, without publishing them",
        description="What they would change, and the levels of the service's latest 500 results under the "
        "rules in force and under these, judged anew from the scores that are kept.",
        request=PublishChangesShape,
        responses=answers({200: PreviewShape}, 400, 401, 403, 404, 413, 429),
    )
    def post(self, request, code):
        service, asked = self.service(code), read_body(request, RulesChanges)
        before = service.current_version.rules
        after = asked.over(before)
        require_publishable(service=service, rules=after)
        return Response(preview_body(before, after, replay(service=service, before=before, after=after)))


class RollBack(PublishingView):
    @extend_schema(
        operation_id="roll_back_rules",
        summary="Bring the rules of an earlier version back",
        description="They are published again, as a new version.",
        request=RollBackShape,
        responses=answers({200: VersionShape}, 400, 401, 403, 404, 409, 429),
    )
    def post(self, request, code):
        service, asked = self.service(code), read_body(request, RollBackTo)
        to = self.owned(ServiceVersion).filter(service=service, number=asked.to).first()
        if to is None:
            raise VersionUnknown(field="to")
        version = roll_back(
            service=service, to=to, actor=self.caller.key, now=timezone.now(), based_on=asked.based_on
        )
        return Response(version_body(version, service.current_version))


class Draft(ServiceView):
    @extend_schema(
        operation_id="read_draft",
        summary="Read a service's draft",
        responses=answers({200: DraftShape}, 401, 403, 404, 429),
    )
    def get(self, request, code):
        service = self.service(code)
        draft = held_draft(service)
        if draft is None:
            raise NotFound()
        return Response(draft_body(draft, service))

    @extend_schema(
        operation_id="save_draft",
        summary="Save a draft of a service's rules",
        description="One per service; the one before is replaced. Nothing in force changes: "
        "a draft can be compared, tried in the console's online test, and published.",
        request=NewDraftShape,
        responses=answers({200: DraftShape}, 400, 401, 403, 404, 409, 413, 429),
    )
    def put(self, request, code):
        service, asked = self.service(code), read_body(request, NewDraft)
        draft = save_draft(
            service=service,
            rules=asked.rules.rules(),
            based_on=asked.based_on,
            seen=asked.revision,
            actor=self.caller.key,
            now=timezone.now(),
        )
        return Response(draft_body(draft, service))

    @extend_schema(
        operation_id="discard_draft",
        summary="Discard a service's draft",
        responses=answers({204: None}, 401, 403, 404, 429),
    )
    def delete(self, request, code):
        discard_draft(service=self.service(code), actor=self.caller.key, now=timezone.now())
        return Response(status=204)
