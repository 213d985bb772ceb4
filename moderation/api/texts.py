from uuid import UUID

import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema

from config import request_id
from config.api import OwnedAPIView, answers, read_body
from config.repeats import REPEATS, answered
from moderation.api.bodies import ResultShape, TextShape, result_body
from moderation.operations.moderate import moderate_text


class Author(msgspec.Struct):
    id: str = ""
    device_id: str = ""
    ip: str = ""


class TextRequest(msgspec.Struct):
    service: str
    content: str
    data_id: str = ""
    account: Author = msgspec.field(default_factory=Author)


class TextModerations(OwnedAPIView):
    scopes = {"POST": "texts:moderate"}

    @extend_schema(
        operation_id="moderate_text",
        summary="Moderate a text",
        request=TextShape,
        responses=answers({200: ResultShape}, 400, 401, 403, 409, 413, 429),
        parameters=[REPEATS],
        examples=[
            OpenApiExample(
                "A comment",
                value={
                    "service": "comment_detection",
                    "content": "加我微信 abc12345 领取优惠",
                    "data_id": "comment-81",
                },
                request_only=True,
            )
        ],
    )
    def post(self, request):
        asked = read_body(request, TextRequest)
        return answered(self, asked=asked, act=lambda: self.moderate(asked))

    def moderate(self, asked: TextRequest) -> dict:
        author = asked.account
        context = {"device_id": author.device_id, "ip": author.ip}
        result = moderate_text(
            account=self.account,
            revisions=self.caller.revisions,
            service_code=asked.service,
            content=asked.content,
            data_id=asked.data_id,
            author_id=author.id,
            context={name: value for name, value in context.items() if value},
            request_id=UUID(request_id.current()),
            now=timezone.now(),
        )
        return result_body(result)
