"""What is told of the machine's results."""

from collections.abc import Iterable

from config.accounts.models import Account
from moderation.callbacks.enqueue import enqueue_callback
from moderation.catalogue.scenes import ANTISPAM, asked_in, blindness, labels_in
from moderation.models import Callback, CallbackEndpoint, ModerationResult, ServiceVersion
from moderation.results_hooks import manual_tasks_of
from moderation.values import Rules

Event = CallbackEndpoint.Event
TOLD_OF_MEDIA = (
    "asset",
    "format",
    "duration_ms",
    "width",
    "height",
    "sha256",
    "bytes",
    "frames",
    "slices",
    "spoken_ms",
    "unheard_ms",
)


def subject_of(result: ModerationResult) -> str:
    """One for all that is ever told of a request, so that it arrives in the order in which it happened."""
    return f"result:{result.request_id}"


def tell_of_result(
    result: ModerationResult, *, account: Account, also: Iterable[CallbackEndpoint] = ()
) -> list[Callback]:
    return enqueue_callback(
        account=account,
        service=result.service,
        event=Event.RESULT_CREATED.value,
        subject=subject_of(result),
        payload=result_payload(result),
        also=also,
        now=result.created_at,
    )


def result_payload(result: ModerationResult) -> dict:
    """No evidence and no content: the client reads those where it wants them, and callbacks travel."""
    task = manual_tasks_of([result]).get(result.pk)
    sent_on = {"manual_task_id": task} if task else {}
    return (
        facts_of(result)
        | sent_on
        | scenes_part(result)
        | media_part(result)
        | {
            "machine": machine_part(result) | {"uncovered": result.uncovered},
            "created_at": result.created_at.isoformat(),
        }
    )


def scenes_part(result: ModerationResult) -> dict:
    """Of a call that asked for scenes: those that something looked for."""
    asked = asked_in(result.context, result.content_type)
    if not asked:
        return {}
    codes, kind = [label["label"] for label in result.labels], result.content_type
    return {"scenes": [one for one in asked if labels_in(one, codes, kind) or is_looked_at(one, result)]}


def is_looked_at(scene: str, result: ModerationResult) -> bool:
    """Speech that no engine could hear was not listened to."""
    if scene == ANTISPAM and result.media.get("unheard_ms"):
        return False
    looks = (blindness(scene, rules, result.uncovered, kind) for kind, rules in judges_of(result))
    return any(not is_blind for is_blind, _missing in looks)


def judges_of(result: ModerationResult) -> list[tuple[str, Rules]]:
    """The rules that judged it, or its parts, each with the kind of content."""
    parts = result.media.get("services")
    if not parts:
        return [(result.content_type, result.version.rules)]
    versions = ServiceVersion.objects.in_bulk([one["version_id"] for one in parts])
    return [(one["content_type"], versions[one["version_id"]].rules) for one in parts]


def media_part(result: ModerationResult) -> dict:
    """Of a recording: what it is, and how much of it was looked at and heard."""
    if not (result.is_recording and result.is_judged):
        return {}
    return {"media": {name: result.media[name] for name in TOLD_OF_MEDIA if name in result.media}}


def facts_of(result: ModerationResult) -> dict:
    return {
        "request_id": str(result.request_id),
        "data_id": result.data_id,
        "service": result.service.code,
        "content_type": result.content_type,
    }


def machine_part(result: ModerationResult) -> dict:
    return {
        "level": result.level,
        "labels": [
            {name: label[name] for name in ("label", "level", "confidence")} for label in result.labels
        ],
    }
