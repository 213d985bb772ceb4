"""Objects that come in parts: begun, sent, listed, put together, given up."""

from xml.etree.ElementTree import Element, ParseError, SubElement, fromstring, tostring

from django.http import HttpResponse

from config.wire.objects import answers
from config.wire.objects.gateway import ObjectCall, object_action
from config.wire.refusals import Refusal
from moderation.operations.object_parts import (
    PartNamed,
    begin_parts,
    drop_parts,
    join_parts,
    keep_part,
    number_of,
    parts_of,
    tag_of,
)
from moderation.wire.objects import announced_in, tags

answers.CODES |= {
    "object_upload_not_found": ("NoSuchUpload", 404),
    "object_part_invalid": ("InvalidPart", 400),
}
LONGEST_LIST = 2**21
PAGE = 1000


def values(call: ObjectCall) -> dict[str, str]:
    return dict(call.request.query)


def number(call: ObjectCall, name: str, default: int) -> int:
    text = values(call).get(name) or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise Refusal("InvalidArgument", f"{name} is a number.")
    return int(text)


def asked_for(call: ObjectCall) -> dict:
    return {
        "account": call.account,
        "name": call.address.name,
        "upload_id": values(call).get("uploadId", ""),
    }


def as_xml(call: ObjectCall, root: str, **facts: str) -> Element:
    found = Element(root)
    for name, value in {"Bucket": call.address.bucket, "Key": call.address.name, **facts}.items():
        SubElement(found, name).text = value
    return found


def answer(call: ObjectCall, found: Element, **headers: str) -> HttpResponse:
    body = tostring(found, encoding="utf-8", xml_declaration=True)
    response = HttpResponse(body, content_type="application/xml", headers=headers)
    return answers.marked(response, call.request_id)


@object_action("POST", "InitiateMultipartUpload", of="uploads")
def begin(call: ObjectCall):
    upload_id = begin_parts(account=call.account, name=call.address.name, now=call.now)
    return answer(call, as_xml(call, "InitiateMultipartUploadResult", UploadId=upload_id))


@object_action("PUT", "UploadPart", of="uploadId")
def put_part(call: ObjectCall):
    kept = keep_part(
        **asked_for(call),
        number=number(call, "partNumber", 0),
        read=call.read,
        announced=announced_in(call),
        now=call.now,
    )
    return answers.done(call.request_id, headers=tags(kept))


@object_action("GET", "ListParts", of="uploadId")
def list_parts(call: ObjectCall):
    after, most = number(call, "part-number-marker", 0), min(number(call, "max-parts", PAGE), PAGE)
    rows = [part for part in parts_of(**asked_for(call)) if number_of(part) > after]
    shown, is_cut = rows[:most], len(rows) > most
    found = as_xml(
        call,
        "ListPartsResult",
        UploadId=values(call)["uploadId"],
        PartNumberMarker=str(after),
        NextPartNumberMarker=str(number_of(shown[-1]) if shown else after),
        MaxParts=str(most),
        IsTruncated=str(is_cut).lower(),
    )
    for part in shown:
        told = SubElement(found, "Part")
        SubElement(told, "PartNumber").text = str(number_of(part))
        SubElement(told, "LastModified").text = part.created_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        SubElement(told, "ETag").text = tags(part)["ETag"]
        SubElement(told, "Size").text = str(part.bytes)
    return answer(call, found)


@object_action("POST", "CompleteMultipartUpload", of="uploadId")
def join(call: ObjectCall):
    named = named_in(call)
    kept = join_parts(
        **asked_for(call), named=named, content_type=call.request.header("content-type"), now=call.now
    )
    tag = f'"{tag_of(named)}"'
    found = as_xml(call, "CompleteMultipartUploadResult", ETag=tag, Location=f"/{kept.name}")
    return answer(call, found, ETag=tag)


def named_in(call: ObjectCall) -> list[PartNamed]:
    body = b""
    while len(body) <= LONGEST_LIST and (piece := call.read(2**16)):
        body += piece
    try:
        # A list of parts needs no entities, and those are what makes parsing dangerous.
        if len(body) > LONGEST_LIST or b"<!" in body:
            raise ValueError
        return [
            PartNamed(int(part.findtext("PartNumber", "")), md5_in(part.findtext("ETag", "")))
            for part in fromstring(body).iter("Part")  # noqa: S314
        ]
    except (ParseError, ValueError) as error:
        raise Refusal("MalformedXML", "The list of parts is not of the form that is expected.") from error


def md5_in(text: str) -> str:
    return bytes.fromhex(text.strip().strip('"')).hex()


@object_action("DELETE", "AbortMultipartUpload", of="uploadId")
def drop(call: ObjectCall):
    drop_parts(**asked_for(call), now=call.now)
    return answers.done(call.request_id, status=204)
