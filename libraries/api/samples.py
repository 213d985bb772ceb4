from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.response import Response

from config.api import KeysetPagination, OwnedAPIView, answers
from config.errors import Invalid, NotFound
from libraries.api.keywords import PAGE
from libraries.api.shapes import TextSamplePageShape, TextSampleShape, sample_body
from libraries.api.vocabularies import SCOPES
from libraries.models import TextSample
from libraries.operations.sample_guard import release_sample
from libraries.operations.samples import remove_text_sample

AN_ADVERT = {
    "id": 7,
    "content": "Add me on WeChat: abc_12345",
    "outcome": "block",
    "label": "pt_to_contact",
    "origin": "0192f2c6-5c0e-7a43-9d53-0a8e6b7c1d2e",
    "created_at": "2026-11-21T09:00:00+00:00",
    "quarantined_at": None,
}


class TextSamples(OwnedAPIView):
    scopes = SCOPES

    @extend_schema(
        operation_id="list_text_samples",
        summary="List the texts that people decided on",
        description="Newest first. The same text gets the same answer as long as its sample is here.",
        responses=answers({200: TextSamplePageShape}, 400, 401, 403, 429),
        parameters=[
            OpenApiParameter("outcome", str, enum=TextSample.Outcome.values, description="Only these."),
            *PAGE,
        ],
        examples=[
            OpenApiExample(
                "The only page",
                value={
                    "samples": [AN_ADVERT],
                    "next": None,
                },
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request):
        rows = self.owned(TextSample).present()
        if outcome := request.query_params.get("outcome"):
            if outcome not in TextSample.Outcome.values:
                raise Invalid(field="outcome")
            rows = rows.filter(outcome=outcome)
        found, cursor = KeysetPagination(request).page(rows)
        return Response({"samples": [sample_body(sample) for sample in found], "next": cursor})


class OneTextSample(OwnedAPIView):
    scopes = SCOPES

    @extend_schema(
        operation_id="remove_text_sample",
        summary="Remove a sample",
        description="From then on the text is judged by the rules again.",
        responses=answers({204: None}, 401, 403, 404, 429),
        examples=[
            OpenApiExample(
                "It is not there",
                value={
                    "error": {
                        "code": "not_found",
                        "message": "There is nothing here. Check the address and the id.",
                    },
                    "request_id": "0192f2c6-5c0e-7a43-9d53-0a8e6b7c1d2e",
                },
                response_only=True,
                status_codes=["404"],
            )
        ],
    )
    def delete(self, request, sample_id):
        sample = sample_of(self, sample_id)
        remove_text_sample(sample=sample, actor=self.caller.key, now=timezone.now())
        return Response(status=204)


class TextSampleRelease(OwnedAPIView):
    scopes = SCOPES

    @extend_schema(
        operation_id="release_text_sample",
        summary="Release a sample from quarantine",
        description="It decides again, and how many verdicts it changes is no longer counted.",
        request=None,
        responses=answers({200: TextSampleShape}, 401, 403, 404, 429),
        examples=[
            OpenApiExample("A sample", value=AN_ADVERT, response_only=True, status_codes=["200"]),
        ],
    )
    def post(self, request, sample_id):
        sample = sample_of(self, sample_id)
        release_sample(sample=sample, actor=self.caller.key, now=timezone.now())
        return Response(sample_body(sample_of(self, sample_id)))


def sample_of(view: OwnedAPIView, sample_id: int) -> TextSample:
    sample = view.owned(TextSample).present().filter(pk=sample_id).first()
    if sample is None:
        raise NotFound()
    return sample
