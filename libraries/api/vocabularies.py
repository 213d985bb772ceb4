from typing import Annotated

import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.response import Response

from config.api import OwnedAPIView, answers, read_body
from libraries.api.shapes import (
    NewVocabularyShape,
    VocabularyChangeShape,
    VocabularyShape,
    vocabulary_body,
)
from libraries.models import Vocabulary
from libraries.operations.vocabularies import change_vocabulary, create_vocabulary, delete_vocabulary
from libraries.usage import used_by

SCOPES = {
    "GET": "libraries:read",
    "POST": "libraries:write",
    "PATCH": "libraries:write",
    "DELETE": "libraries:write",
}
HOUSE_RULES = {
    "id": 12,
    "name": "House rules",
    "description": "Words that our community does not want",
    "variants": ["pinyin"],
    "keyword_count": 2,
    "created_at": "2026-11-21T09:00:00+00:00",
    "updated_at": "2026-11-21T09:00:00+00:00",
}
ANSWER = OpenApiExample("A vocabulary", value=HOUSE_RULES, response_only=True, status_codes=["200", "201"])

Variants = Annotated[list[str], msgspec.Meta(max_length=20)]
Keywords = Annotated[list[str], msgspec.Meta(max_length=10_000)]


class NewVocabulary(msgspec.Struct):
    name: str
    description: str = ""
    variants: Variants = []
    keywords: Keywords = []


class VocabularyChange(msgspec.Struct):
    name: str | None = None
    description: str | None = None
    variants: Variants | None = None


class Vocabularies(OwnedAPIView):
    scopes = SCOPES

    @extend_schema(
        operation_id="list_vocabularies",
        summary="List the account's vocabularies",
        description="All of them, by name: an account has at most 20.",
        responses=answers({200: VocabularyShape(many=True)}, 401, 403, 429),
        examples=[ANSWER],
    )
    def get(self, request):
        return Response([vocabulary_body(one) for one in self.owned(Vocabulary).by_name()])

    @extend_schema(
        operation_id="create_vocabulary",
        summary="Create a vocabulary, with its first keywords or without",
        request=NewVocabularyShape,
        responses=answers({201: VocabularyShape}, 400, 401, 403, 409, 413, 429),
        examples=[
            OpenApiExample(
                "With two keywords",
                value={
                    "name": "House rules",
                    "description": "Words that our community does not want",
                    "keywords": ["blue lotus", "彩金"],
                },
                request_only=True,
            ),
            ANSWER,
        ],
    )
    def post(self, request):
        asked = read_body(request, NewVocabulary)
        vocabulary = create_vocabulary(
            account=self.account,
            name=asked.name,
            description=asked.description,
            variants=asked.variants,
            keywords=asked.keywords,
            actor=self.caller.key,
            now=timezone.now(),
        )
        return Response(vocabulary_body(vocabulary), status=201)


class OneVocabulary(OwnedAPIView):
    scopes = SCOPES

    @extend_schema(
        operation_id="read_vocabulary",
        summary="Read a vocabulary",
        responses=answers({200: VocabularyShape}, 401, 403, 404, 429),
        examples=[ANSWER],
    )
    def get(self, request, vocabulary_id):
        return Response(vocabulary_body(self.one(Vocabulary, pk=vocabulary_id)))

    @extend_schema(
        operation_id="change_vocabulary",
        summary="Change a vocabulary's name, description or variants",
        description="What is left out stays as it is.",
        request=VocabularyChangeShape,
        responses=answers({200: VocabularyShape}, 400, 401, 403, 404, 409, 429),
        examples=[
            OpenApiExample("A new name", value={"name": "House rules 2027"}, request_only=True),
            ANSWER,
        ],
    )
    def patch(self, request, vocabulary_id):
        vocabulary = self.one(Vocabulary, pk=vocabulary_id)
        asked = read_body(request, VocabularyChange)
        changed = change_vocabulary(
            vocabulary=vocabulary,
            name=vocabulary.name if asked.name is None else asked.name,
            description=vocabulary.description if asked.description is None else asked.description,
            variants=asked.variants,
            actor=self.caller.key,
            now=timezone.now(),
        )
        return Response(vocabulary_body(changed))

    @extend_schema(
        operation_id="delete_vocabulary",
        summary="Delete a vocabulary with its keywords",
        description="Refused while services use it: the answer names them.",
        responses=answers({204: None}, 401, 403, 404, 409, 429),
        examples=[
            OpenApiExample(
                "It is in use",
                value={
                    "error": {
                        "code": "vocabulary_in_use",
                        "message": "These services use this vocabulary: comment_detection. "
                        "Take it out of their rules first.",
                        "details": {"services": ["comment_detection"]},
                    },
                    "request_id": "0192f2c6-5c0e-7a43-9d53-0a8e6b7c1d2e",
                },
                response_only=True,
                status_codes=["409"],
            )
        ],
    )
    def delete(self, request, vocabulary_id):
        vocabulary = self.one(Vocabulary, pk=vocabulary_id)
        delete_vocabulary(
            vocabulary=vocabulary, used_by=used_by(vocabulary), actor=self.caller.key, now=timezone.now()
        )
        return Response(status=204)
