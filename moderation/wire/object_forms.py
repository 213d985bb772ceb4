"""Objects that come as the last field of a form."""

from xml.sax.saxutils import escape

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpResponse
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from config.accounts.addresses import address_of
from config.wire.objects import answers
from config.wire.objects.forms import Form
from config.wire.objects.gateway import ObjectCall, let_in, object_action
from config.wire.refusals import Refusal
from moderation.media.upload_parts import scratch
from moderation.models import UploadedObject
from moderation.operations.objects import Announced, ObjectTooLarge, keep_object
from moderation.wire.objects import tags


@object_action("POST", "PostObject", is_form=True)
def post_object(call: ObjectCall):
    with scratch() as file:
        taken = FormFile(call, file)
        read_form(call, taken)
        if taken.form is None:
            raise Refusal("InvalidArgument", "The form has no field `file`, which is the last one.")
        if taken.length < taken.form.lengths().start:
            raise Refusal("EntityTooSmall", "The file is shorter than the policy says.")
        file.seek(0)
        kept = keep_object(
            account=call.account,
            name=taken.form.address.name,
            read=file.read,
            announced=Announced(length=taken.length, content_type=taken.kind),
            replaces=taken.form.fields.get("x-oss-forbid-overwrite", "").lower() != "true",
            now=call.now,
        )
    return stored(call, taken.form, kept)


def read_form(call: ObjectCall, taken: "FormFile") -> None:
    facts = dict(call.request.environ)
    # The framework would not begin to read a body without a length.
    facts["CONTENT_LENGTH"] = call.length or settings.ASSAY_OBJECT_MAX_BYTES
    try:
        taken.parser = MultiPartParser(facts, call, [taken], "utf-8")
        taken.parser.parse()
    except MultiPartParserError as error:
        raise Refusal("MalformedPOSTRequest", "The body is no form of multipart/form-data.") from error


class FormFile(FileUploadHandler):
    """Looks at the fields when the file begins, and lets nothing of one on the disk that nobody may put."""

    def __init__(self, call: ObjectCall, into):
        super().__init__()
        self.call, self.into = call, into
        self.parser: MultiPartParser | None = None
        self.form: Form | None = None
        self.kind, self.length = "", 0

    def new_file(self, field_name, file_name, content_type, *rest, **more) -> None:
        if field_name != "file" or self.form is not None:
            raise Refusal("InvalidArgument", "A form has one file, in the field `file`.")
        call, fields = self.call, self.parser._post.dict()
        form = Form.of(fields, call.address.bucket, file_name)
        let_in(call, form.caller(where=address_of(call.request.environ), now=call.now))
        self.form = form
        self.kind = form.fields.get("content-type") or content_type or ""
        self.most = min(form.lengths().stop - 1, settings.ASSAY_OBJECT_MAX_BYTES)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.length += len(raw_data)
        if self.length > self.most:
            raise ObjectTooLarge(most=self.most)
        self.into.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        """The framework need not know of it."""


def stored(call: ObjectCall, form: Form, kept: UploadedObject) -> HttpResponse:
    wanted = form.fields.get("success_action_status")
    status = int(wanted) if wanted in ("200", "201") else 204
    response = answers.done(call.request_id, status=status, headers=tags(kept))
    if status == 201:
        facts = {"Bucket": form.address.bucket, "Key": kept.name, "ETag": response.headers["ETag"]}
        inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in facts.items())
        response.content = f'<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>{inner}</PostResponse>\n'
        response.headers["Content-Type"] = "application/xml"
    return response
