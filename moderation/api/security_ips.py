"""Addresses from which recordings are played that are not cleared."""

import msgspec
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from config.api import OwnedAPIView, answers, read_body
from moderation.api.asset_shapes import SecurityChangeShape, SecurityGroupShape, SecurityGroupsShape
from moderation.models import SecurityIpGroup
from moderation.operations.security_ips import APPEND, DEFAULT_GROUP, groups_of, set_security_ips


class SecurityChange(msgspec.Struct):
    addresses: list[str]
    mode: str = APPEND
    group: str = DEFAULT_GROUP


class SecurityIps(OwnedAPIView):
    scopes = {"GET": "media:read", "POST": "media:write"}

    @extend_schema(
        operation_id="list_security_ips",
        summary="List the groups of security addresses",
        responses=answers({200: SecurityGroupsShape}, 401, 403, 429),
    )
    def get(self, request):
        return Response({"groups": [group_body(group) for group in groups_of(self.account)]})

    @extend_schema(
        operation_id="set_security_ips",
        summary="Change a group of security addresses",
        description="At most 10 groups of at most 100 addresses or networks. A group without any is gone.",
        request=SecurityChangeShape,
        responses=answers({200: SecurityGroupShape}, 400, 401, 403, 409, 429),
    )
    def post(self, request):
        asked = read_body(request, SecurityChange)
        group = set_security_ips(
            account=self.account,
            addresses=asked.addresses,
            mode=asked.mode,
            group=asked.group,
            actor=self.caller.key,
            now=timezone.now(),
        )
        if group is None:
            return Response({"group": asked.group, "addresses": [], "updated_at": None})
        return Response(group_body(group))


def group_body(group: SecurityIpGroup) -> dict:
    return {
        "group": group.name,
        "addresses": group.addresses,
        "updated_at": group.updated_at.isoformat(),
    }
