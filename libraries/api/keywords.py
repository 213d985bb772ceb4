from datetime import datetime
from typing import Annotated

import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.response import Response

from config.api import KeysetPagination, OwnedAPIView, answers, read_body
from libraries.api.shapes import (
    AddReportShape,
    ChangedShape,
    KeywordChangeShape,
    KeywordPageShape,
    KeywordRemovalShape,
    NewKeywordsShape,
    RemovedShape,
    keyword_body,
    report_body,
)
from libraries.api.vocabularies import SCOPES
from libraries.api.vocabularies import Keywords as KeywordList
from libraries.models import Keyword, Vocabulary
from libraries.operations.keywords import UNCHANGED, add_keywords, change_keywords, remove_keywords

PAGE = [
    OpenApiParameter("limit", int, description="Rows a page, 1 to 200; 50 unless told otherwise."),
    OpenApiParameter("cursor", str, description="`next` of the page before."),
]

Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class NewKeywords(msgspec.Struct):
    keywords: KeywordList
    owner: str = ""
    expires_at: Moment | None = None


class KeywordChange(msgspec.Struct):
    ids: Annotated[list[Id], msgspec.Meta(max_length=10_000)] = []
    keywords: KeywordList = []
    owner: str | msgspec.UnsetType = msgspec.UNSET
    expires_at: Moment | None | msgspec.UnsetType = msgspec.UNSET


class KeywordRemoval(msgspec.Struct):
    ids: Annotated[list[Id], msgspec.Meta(max_length=10_000)] = []
    keywords: KeywordList = []


class Keywords(OwnedAPIView):
    scopes = SCOPES

    @extend_schema(
        operation_id="list_keywords",
        summary="List a vocabulary's keywords",
        description="Newest first.",
        responses=answers({200: KeywordPageShape}, 400, 401, 403, 404, 429),
        parameters=[
            OpenApiParameter("prefix", str, description="Only keywords that begin so, in any spelling."),
            OpenApiParameter("contains", str, description="Only keywords that have this in them."),
            *PAGE,
        ],
        examples=[
            OpenApiExample(
                "The only page",
                value={
                    "keywords": [
                        {
                            "id": 301,
                            "text": "blue lotus",
                            "owner": "Trust and safety",
                            "expires_at": None,
                            "hit_count": 17,
                            "last_hit_at": "2026-11-21T09:00:00+00:00",
                            "created_at": "2026-11-21T09:00:00+00:00",
                        }
                    ],
                    "next": None,
                },
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request, vocabulary_id):
        vocabulary = self.one(Vocabulary, pk=vocabulary_id)
        rows = self.owned(Keyword).filter(vocabulary=vocabulary)
        if prefix := request.query_params.get("prefix"):
            rows = rows.starting_with(prefix)
        if part := request.query_params.get("contains"):
            rows = rows.containing(part)
        found, cursor = KeysetPagination(request).page(rows)
        return Response({"keywords": [keyword_body(keyword) for keyword in found], "next": cursor})

    @extend_schema(
        operation_id="add_keywords",
        summary="Add keywords to a vocabulary",
        description="Good ones are added even if others are refused: the answer tells what became of each.",
        request=NewKeywordsShape,
        responses=answers({200: AddReportShape}, 400, 401, 403, 404, 409, 413, 429),
        examples=[
            OpenApiExample(
                "Three keywords", value={"keywords": ["blue lotus", "彩金", "50% off"]}, request_only=True
            ),
            OpenApiExample(
                "One was held, one is refused",
                value={
                    "added": 1,
                    "repeated": 1,
                    "refused": [
                        {
                            "line": 3,
                            "text": "50% off",
                            "code": "keyword_special_characters",
                            "message": "Special characters are not supported: take out %.",
                        }
                    ],
                },
                response_only=True,
                status_codes=["200"],
            ),
        ],
    )
    def post(self, request, vocabulary_id):
        vocabulary = self.one(Vocabulary, pk=vocabulary_id)
        asked = read_body(request, NewKeywords)
        report = add_keywords(
            vocabulary=vocabulary,
            texts=asked.keywords,
            owner=asked.owner,
            expires_at=asked.expires_at,
            actor=self.caller.key,
            now=timezone.now(),
        )
        return Response(report_body(report))


class KeywordRemovals(OwnedAPIView):
    scopes = SCOPES

    @extend_schema(
        operation_id="remove_keywords",
        summary="Remove keywords from a vocabulary",
        description="By id, by text in any spelling, or both.",
        request=KeywordRemovalShape,
        responses=answers({200: RemovedShape}, 400, 401, 403, 404, 413, 429),
        examples=[
            OpenApiExample("By text", value={"keywords": ["Blue Lotus"]}, request_only=True),
            OpenApiExample("It was there", value={"removed": 1}, response_only=True, status_codes=["200"]),
        ],
    )
    def post(self, request, vocabulary_id):
        vocabulary = self.one(Vocabulary, pk=vocabulary_id)
        asked = read_body(request, KeywordRemoval)
        removed = remove_keywords(
            vocabulary=vocabulary,
            ids=asked.ids,
            texts=asked.keywords,
            actor=self.caller.key,
            now=timezone.now(),
        )
        return Response({"removed": removed})


class KeywordChanges(OwnedAPIView):
    scopes = SCOPES

    @extend_schema(
        operation_id="change_keywords",
        summary="Give keywords another owner or expiry",
        description="By id, by text in any spelling, or both. What is left out stays as it is.",
        request=KeywordChangeShape,
        responses=answers({200: ChangedShape}, 400, 401, 403, 404, 413, 429),
        examples=[
            OpenApiExample(
                "Until the end of the year",
                value={"keywords": ["Blue Lotus"], "expires_at": "2027-01-01T00:00:00+08:00"},
                request_only=True,
            ),
            OpenApiExample("It was there", value={"changed": 1}, response_only=True, status_codes=["200"]),
        ],
    )
    def post(self, request, vocabulary_id):
        vocabulary = self.one(Vocabulary, pk=vocabulary_id)
        asked = read_body(request, KeywordChange)
        changed = change_keywords(
            vocabulary=vocabulary,
            ids=asked.ids,
            texts=asked.keywords,
            owner=UNCHANGED if asked.owner is msgspec.UNSET else asked.owner,
            expires_at=UNCHANGED if asked.expires_at is msgspec.UNSET else asked.expires_at,
            actor=self.caller.key,
            now=timezone.now(),
        )
        return Response({"changed": changed})
