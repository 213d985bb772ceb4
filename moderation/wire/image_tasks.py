"""Pictures that are taken on and judged later, and what is asked of results afterwards."""

from django.utils.translation import gettext as _

from config.errors import NotFound
from config.wire.envelopes import CODES, Envelope
from config.wire.registry import GREEN, Call, operation
from moderation.callbacks.vendor import BROKEN
from moderation.models import ModerationResult, ModerationTask
from moderation.models.content import ContentType
from moderation.operations.tasks import accept_image
from moderation.wire import asked
from moderation.wire.images import verdicts_of
from moderation.wire.pictures import custom_images, frames_of, parts_of, text_in_image
from moderation.wire.results import level_of, manual_task_of, tell_of_uncovered, uuid_of

STILL_AT_WORK = 280


@operation(GREEN, "ImageAsyncModeration", scope="images:moderate", envelope=Envelope.MSG)
def accept(call: Call) -> dict:
    codes, content = asked.codes_of(call), asked.content_of(call)
    task = accept_image(
        account=call.account,
        revisions=call.caller.revisions,
        service_codes=codes,
        source=asked.picture_of(content, call.account),
        **asked.author_of(content),
        callback=content.text("callback"),
        seed=content.text("seed"),
        crypt=content.text("cryptType"),
        now=call.now,
    )
    return {"Data": asked.echoed(content, DataId="dataId") | {"ReqId": shown(task)}}


@operation(GREEN, "DescribeImageModerationResult", scope="results:read", envelope=Envelope.MSG)
def describe(call: Call) -> dict:
    task_id = uuid_of(call.parameters.required("ReqId"))
    tasks = ModerationTask.objects.owned_by(call.account).filter(content_type=ContentType.IMAGE)
    task = tasks.filter(task_id=task_id).first()
    if task is None:
        raise NotFound()
    data = {"ReqId": shown(task)} | ({"DataId": task.data_id} if task.data_id else {})
    if task.author_id:
        data["AccountId"] = task.author_id
    if task.state == ModerationTask.State.WAITING:
        return {
            "Code": STILL_AT_WORK,
            "Msg": _("The picture is still waiting to be looked at."),
            "Data": data,
        }
    if task.state == ModerationTask.State.FAILED:
        return {"Code": CODES.get(task.error["code"], BROKEN), "Msg": task.error["message"], "Data": data}
    results = results_of(call, task_id)
    tell_of_uncovered(call, results)
    return {
        "Data": data
        | {"RiskLevel": level_of(results), "Result": verdicts_of(results)}
        | manual_task_of(results)
        | frames_of(results[0])
    }


@operation(GREEN, "DescribeImageResultExt", scope="results:read", envelope=Envelope.MSG)
def describe_parts(call: Call) -> dict:
    results = results_of(call, uuid_of(call.parameters.required("ReqId")))
    parts = parts_of(call.parameters, "InfoType")
    data = {}
    if "customImage" in parts:
        data["CustomImage"] = [one for result in results for one in custom_images(result, call.account)]
    if "textInImage" in parts:
        data["TextInImage"] = read_text(results, call)
    return {"Data": {name: part for name, part in data.items() if part}}


def read_text(results: list[ModerationResult], call: Call) -> dict:
    found = [text_in_image(result, call.account) for result in results]
    lines = (line["Text"] for one in found for line in one.get("OcrResult", ()))
    words = (word for one in found for word in one.get("RiskWord", ()))
    made = {
        "OcrDatas": list(dict.fromkeys(lines)),
        "RiskWords": list(dict.fromkeys(words)),
        "CustomTexts": [hit for one in found for hit in one.get("CustomText", ())],
    }
    return {name: part for name, part in made.items() if part}


def results_of(call: Call, request_id) -> list[ModerationResult]:
    """Those of one picture; it is kept as long as the account keeps results."""
    results = ModerationResult.objects.owned_by(call.account).filter(
        request_id=request_id, content_type=ContentType.IMAGE
    )
    found = list(results.with_names().order_by("id"))
    if not found:
        raise NotFound()
    return found


def shown(task: ModerationTask) -> str:
    return str(task.task_id).upper()
