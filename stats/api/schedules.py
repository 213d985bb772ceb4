from urllib.parse import urlencode

import msgspec
from django.http import QueryDict
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from config.api import OwnedAPIView, answers, read_body
from stats.exports.kinds import KINDS, kind_of
from stats.exports.schedules import change_schedule, create_schedule, remove_schedule
from stats.models import Export, ExportSchedule

SCOPES = dict.fromkeys(("GET", "POST", "PATCH", "DELETE"), "exports:write")
UNSET, UnsetType = msgspec.UNSET, msgspec.UnsetType


class NewSchedule(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    kind: str
    every: str
    format: str = Export.Format.XLSX.value
    hour: int = 6
    filters: dict[str, str | list[str]] = {}
    columns: list[str] = []
    has_content: bool = False
    recipients: list[str] = []
    tells_endpoints: bool = False


class Changes(msgspec.Struct, forbid_unknown_fields=True):
    """What is left out stays as it is."""

    name: str | UnsetType = UNSET
    every: str | UnsetType = UNSET
    format: str | UnsetType = UNSET
    hour: int | UnsetType = UNSET
    filters: dict[str, str | list[str]] | UnsetType = UNSET
    columns: list[str] | UnsetType = UNSET
    has_content: bool | UnsetType = UNSET
    recipients: list[str] | UnsetType = UNSET
    tells_endpoints: bool | UnsetType = UNSET
    is_enabled: bool | UnsetType = UNSET


class ScheduleChangesShape(serializers.Serializer):
    name = serializers.CharField(max_length=60, required=False)
    every = serializers.ChoiceField(ExportSchedule.Every.choices, required=False)
    format = serializers.ChoiceField(Export.Format.choices, required=False)
    hour = serializers.IntegerField(required=False, help_text="0 to 23, of the account's clock.")
    filters = serializers.DictField(required=False, help_text="Without a range: that is the finished period.")
    columns = serializers.ListField(child=serializers.CharField(), required=False)
    has_content = serializers.BooleanField(required=False, help_text="Such a file is never attached.")
    recipients = serializers.ListField(child=serializers.EmailField(), required=False)
    tells_endpoints = serializers.BooleanField(
        required=False, help_text="Callback endpoints that want export.ready are told."
    )
    is_enabled = serializers.BooleanField(required=False)


class NewScheduleShape(ScheduleChangesShape):
    name = serializers.CharField(max_length=60)
    kind = serializers.ChoiceField(Export.Kind.choices)
    every = serializers.ChoiceField(ExportSchedule.Every.choices)
    is_enabled = None


class ScheduleShape(NewScheduleShape):
    id = serializers.IntegerField()
    is_enabled = serializers.BooleanField()
    next_first = serializers.DateField(help_text="First day of the period that comes next.")
    due_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()


def schedule_body(schedule: ExportSchedule) -> dict:
    asked = QueryDict(schedule.query)
    return {
        "id": schedule.pk,
        "name": schedule.name,
        "kind": schedule.kind,
        "every": schedule.every,
        "format": schedule.format,
        "hour": schedule.hour,
        "filters": {name: values if len(values) > 1 else values[0] for name, values in asked.lists()},
        "columns": schedule.columns,
        "has_content": schedule.has_content,
        "recipients": schedule.recipients,
        "tells_endpoints": schedule.tells_endpoints,
        "is_enabled": schedule.is_enabled,
        "next_first": schedule.next_first.isoformat(),
        "due_at": schedule.due_at.isoformat(),
        "created_at": schedule.created_at.isoformat(),
    }


class ScheduleView(OwnedAPIView):
    """A key schedules what it may read itself."""

    scopes = SCOPES

    def schedule(self, schedule_id: int) -> ExportSchedule:
        schedule = self.one(ExportSchedule, pk=schedule_id, removed_at=None)
        self.require(kind_of(schedule.kind).scope)
        return schedule

    def values(self, asked) -> dict:
        found = {name: value for name, value in msgspec.structs.asdict(asked).items() if value is not UNSET}
        if "filters" in found:
            found["query"] = urlencode(found.pop("filters"), doseq=True)
        return found

    @property
    def doing(self) -> dict:
        return {"actor": self.caller.key, "now": timezone.now()}


class Schedules(ScheduleView):
    @extend_schema(
        operation_id="list_export_schedules",
        summary="List scheduled exports",
        responses=answers({200: ScheduleShape(many=True)}, 401, 403, 429),
    )
    def get(self, request):
        kinds = [kind.code.value for kind in KINDS.values() if kind.scope in self.caller.scopes]
        schedules = self.owned(ExportSchedule).present().filter(kind__in=kinds).by_name()
        return Response([schedule_body(schedule) for schedule in schedules])

    @extend_schema(
        operation_id="create_export_schedule",
        summary="Let an export come by itself",
        description="Of each day, week (from Monday) or month once it is over on the account's clock, first "
        "of the one that is under way: sent by mail, told to callback endpoints as export.ready, or both.",
        request=NewScheduleShape,
        responses=answers({201: ScheduleShape}, 400, 401, 403, 409, 429),
    )
    def post(self, request):
        asked = read_body(request, NewSchedule)
        self.require(kind_of(asked.kind).scope)
        schedule = create_schedule(account=self.account, **self.values(asked), **self.doing)
        return Response(schedule_body(schedule), status=201)


class OneSchedule(ScheduleView):
    @extend_schema(
        operation_id="read_export_schedule",
        summary="Read a scheduled export",
        responses=answers({200: ScheduleShape}, 401, 403, 404, 429),
    )
    def get(self, request, schedule_id):
        return Response(schedule_body(self.schedule(schedule_id)))

    @extend_schema(
        operation_id="change_export_schedule",
        summary="Change a scheduled export, or switch it on or off",
        description="What is left out stays as it is. Switched on again it begins with the period under way.",
        request=ScheduleChangesShape,
        responses=answers({200: ScheduleShape}, 400, 401, 403, 404, 409, 429),
    )
    def patch(self, request, schedule_id):
        schedule, asked = self.schedule(schedule_id), read_body(request, Changes)
        return Response(
            schedule_body(change_schedule(schedule=schedule, changes=self.values(asked), **self.doing))
        )

    @extend_schema(
        operation_id="remove_export_schedule",
        summary="Remove a scheduled export",
        description="Files that it made stay until their time is over.",
        responses=answers({204: None}, 401, 403, 404, 429),
    )
    def delete(self, request, schedule_id):
        remove_schedule(schedule=self.schedule(schedule_id), **self.doing)
        return Response(status=204)
