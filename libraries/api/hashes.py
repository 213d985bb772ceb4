"""The hashes of an image library for tools of others: as lines, as changes, and in StopNCII's form."""

import base64
import binascii
from datetime import UTC, datetime, timedelta

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import parse_etags
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from config.accounts.addresses import client_address
from config.accounts.authentication import BearerKey, caller_for
from config.api import CursorInvalid, OwnedAPIView, answers, page_size
from config.errors import Invalid
from libraries.api.vocabularies import SCOPES
from libraries.hash_feed import Entry, Place, changes_in, hashes_of, still_active
from libraries.models import ImageLibrary

LARGEST = 1000
# Transactions are told by the time at which they began, and end a little later.
OVERLAP = timedelta(minutes=5)
# What the client of StopNCII begins with.
BEGINNING = 10
LATEST = 253_402_300_799


class FunctionKey(BearerKey):
    """The key where clients of StopNCII put theirs."""

    def authenticate(self, request):
        token = request.headers.get("x-functions-key", "").strip()
        if not token:
            return None
        caller = caller_for(token=token, address=client_address(request._request), now=timezone.now())
        request._request.account = caller.account
        return None, caller


class FunctionKeyScheme(OpenApiAuthenticationExtension):
    target_class = FunctionKey
    name = "functionKey"

    def get_security_definition(self, auto_schema) -> dict:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "x-functions-key",
            "description": "An API key of the account, where clients of StopNCII put theirs.",
        }


class HashView(OwnedAPIView):
    scopes = SCOPES

    def library(self, library_id: int) -> ImageLibrary:
        library = self.one(ImageLibrary, pk=library_id, kind=ImageLibrary.Kind.CUSTOM)
        library.account = self.account
        return library


class Hashes(HashView):
    @extend_schema(
        operation_id="list_hashes",
        summary="Read an image library as a list of hashes",
        description="Text with a line `pdq <hash in hex>` for each picture that has detail enough, as "
        "ThreatExchange's `tx` takes it as a `local_file`. Send the ETag back as If-None-Match: 304 says "
        "that nothing has changed.",
        responses=answers({(200, "text/plain"): OpenApiTypes.STR, 304: None}, 401, 403, 404, 429),
    )
    def get(self, request, library_id):
        library = self.library(library_id)
        etag = f'"{library.pk}-{self.caller.revisions.images}"'
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        known = parse_etags(request.headers.get("If-None-Match", ""))
        if "*" in known or etag in {one.removeprefix("W/") for one in known}:
            return HttpResponse(status=304, headers=headers)
        lines = (f"pdq {value}\n".encode() for value in hashes_of(library))
        return StreamingHttpResponse(lines, content_type="text/plain; charset=utf-8", headers=headers)


class HashShape(serializers.Serializer):
    image_id = serializers.IntegerField()
    pdq = serializers.CharField(allow_null=True, help_text="In hex; null where it is not known any more.")
    state = serializers.ChoiceField(["active", "withdrawn"])
    changed_at = serializers.DateTimeField()


class HashPageShape(serializers.Serializer):
    hashes = HashShape(many=True)
    next = serializers.CharField(allow_null=True, help_text="Keep it: later changes come after it.")
    has_more = serializers.BooleanField(help_text="Whether there are more of them already.")


class HashChanges(HashView):
    @extend_schema(
        operation_id="list_hash_changes",
        summary="Read what has changed in a list of hashes",
        description="Oldest change first. Without a cursor the whole list; after that send the last `next` "
        "to hear of nothing but changes: `withdrawn` ones are to be taken out, by their `image_id`.",
        parameters=[
            OpenApiParameter("cursor", str, description="`next` of the page before."),
            OpenApiParameter("limit", int, description="Rows a page, 1 to 200; 50 unless told otherwise."),
        ],
        responses=answers({200: HashPageShape}, 400, 401, 403, 404, 429),
    )
    def get(self, request, library_id):
        after = read_place(request.query_params.get("cursor"), field="cursor")
        entries, place, has_more = changes_in(self.library(library_id), after=after, most=page_size(request))
        told = [
            {
                "image_id": one.image_id,
                "pdq": one.value and one.value.hex(),
                "state": "active" if one.is_active else "withdrawn",
                "changed_at": one.changed_at.isoformat(),
            }
            for one in entries
        ]
        return Response({"hashes": told, "next": written(place), "has_more": has_more})


class HashRecordShape(serializers.Serializer):
    lastModtimestamp = serializers.IntegerField()
    signalType = serializers.ChoiceField(["ImagePDQ"])
    hashValue = serializers.CharField()
    hashStatus = serializers.ChoiceField(["Active", "Withdrawn"])
    caseNumbers = serializers.DictField(child=serializers.CharField(), help_text="The Image ID.")
    CSPFeedbacks = serializers.ListField(child=serializers.DictField())


class HashRecordsShape(serializers.Serializer):
    count = serializers.IntegerField()
    nextPageToken = serializers.CharField(allow_null=True)
    nextSetTimestamp = serializers.IntegerField()
    hasMoreRecords = serializers.BooleanField()
    hashRecords = HashRecordShape(many=True)


class FetchHashes(HashView):
    authentication_classes = [BearerKey, FunctionKey]

    @extend_schema(
        operation_id="fetch_hashes",
        summary="Read a list of hashes as a client of StopNCII",
        description="Such a client takes the address up to `/hashes` as its base and the API key as its "
        "function key (`x-functions-key`); its subscription key is not looked at.",
        parameters=[
            OpenApiParameter("startTimestamp", int, description="`nextSetTimestamp` of the time before."),
            OpenApiParameter("pageSize", int, description="1 to 1000; 800 unless told otherwise."),
            OpenApiParameter("nextPageToken", str, description="Of the page before."),
        ],
        responses=answers({200: HashRecordsShape}, 400, 401, 403, 404, 429),
    )
    def get(self, request, library_id):
        library, asked, now = self.library(library_id), request.query_params, timezone.now()
        start = number(asked, "startTimestamp", 0, most=LATEST)
        since = datetime.fromtimestamp(start, UTC) - OVERLAP if start > BEGINNING else None
        entries, place, has_more = changes_in(
            library,
            after=read_place(asked.get("nextPageToken"), field="nextPageToken"),
            since=since,
            most=number(asked, "pageSize", 800, least=1, most=LARGEST),
        )
        active = still_active(library, [one.value for one in entries if one.value and not one.is_active])
        records = [record(one) for one in entries if one.value and (one.is_active or one.value not in active)]
        return Response(
            {
                "count": len(records),
                "nextPageToken": written(place) if has_more else None,
                "nextSetTimestamp": int(now.timestamp()),
                "hasMoreRecords": has_more,
                "hashRecords": records,
            }
        )


def record(entry: Entry) -> dict:
    status = "Active" if entry.is_active else "Withdrawn"
    return {
        "lastModtimestamp": int(entry.changed_at.timestamp()),
        "signalType": "ImagePDQ",
        "hashValue": entry.value.hex(),
        "hashStatus": status,
        "caseNumbers": {str(entry.image_id): status},
        "CSPFeedbacks": [],
    }


def number(asked, name: str, usual: int, *, least: int = 0, most: int) -> int:
    text = asked.get(name, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and least <= int(text[:13]) <= most):
        raise Invalid(field=name)
    return int(text)


def written(place: Place | None) -> str | None:
    if place is None:
        return None
    text = f"{place.revision}:{place.image_id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_place(text: str | None, *, field: str) -> Place | None:
    if not text:
        return None
    try:
        revision, image_id = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split(":")
        place = Place(int(revision), int(image_id))
    except (binascii.Error, ValueError, UnicodeDecodeError) as error:
        raise CursorInvalid(field=field) from error
    if not (0 <= place.revision < 2**63 and 0 <= place.image_id < 2**63):
        raise CursorInvalid(field=field)
    return place
