"""Pictures that are answered at once: by one service, or by several in one call."""

from uuid import UUID

from config.wire.envelopes import Envelope
from config.wire.parameters import Parameters
from config.wire.registry import GREEN, Call, operation
from moderation.models import ModerationResult
from moderation.operations.moderate_images import moderate_image
from moderation.values import Level
from moderation.wire import asked
from moderation.wire.pictures import extras_of, frames_of, parts_of
from moderation.wire.results import (
    confidence_of,
    description_of,
    level_of,
    manual_task_of,
    tell_of_uncovered,
    uncovered_in,
)


def moderated(call: Call, codes: list[str]) -> tuple[Parameters, list[ModerationResult]]:
    content = asked.content_of(call)
    parts_of(content)
    results = moderate_image(
        account=call.account,
        revisions=call.caller.revisions,
        service_codes=codes,
        source=asked.picture_of(content, call.account),
        **asked.author_of(content),
        request_id=UUID(call.request_id),
        now=call.now,
    )
    tell_of_uncovered(call, results)
    return content, results


@operation(GREEN, "ImageModeration", scope="images:moderate", envelope=Envelope.MSG)
def one_service(call: Call) -> dict:
    content, results = moderated(call, [call.parameters.required("Service").strip()])
    (result,) = results
    return {
        "Data": asked.echoed(content, AccountId="accountId", DataId="dataId")
        | {"RiskLevel": result.level, "Result": verdicts_of([result])}
        | manual_task_of(results)
        | frames_of(result)
        | extras_of(result, parts_of(content), call.account)
    }


@operation(GREEN, "ImageBatchModeration", scope="images:moderate", envelope=Envelope.MSG)
def several_services(call: Call) -> dict:
    content, results = moderated(call, asked.codes_of(call))
    return {
        "Data": asked.echoed(content, DataId="dataId")
        | {
            "RiskLevel": level_of(results),
            "Result": plain(verdicts_of(results)),
            "Results": [
                {
                    "Service": result.service.code,
                    "RiskLevel": result.level,
                    "Result": plain(verdicts_of([result])),
                }
                | extras_of(result, set(parts_of(content)) - {"ocrResult"}, call.account)
                for result in results
            ],
        }
        | manual_task_of(results)
    }


def verdicts_of(results: list[ModerationResult]) -> list[dict]:
    """The labels of several results together, each once and as bad as the worst of them says."""
    worst: dict[str, dict] = {}
    for label in (label for result in results for label in result.labels):
        held = worst.get(label["label"])
        if held is None or badness(label) > badness(held):
            worst[label["label"]] = label
    risky = [label for label in worst.values() if label["level"] != Level.NONE]
    found = sorted(risky or worst.values(), key=badness, reverse=True)
    uncovered = uncovered_in(results)
    return [verdict_of(label, uncovered) for label in found]


def badness(label: dict) -> tuple[int, float]:
    return Level(label["level"]).rank, label["confidence"] or 0.0


def verdict_of(label: dict, uncovered: list[str]) -> dict:
    return {
        "Label": label["label"],
        "Description": description_of(label, uncovered),
        "RiskLevel": label["level"],
    } | confidence_of(label)


def plain(verdicts: list[dict]) -> list[dict]:
    """As the batch says them: without a level of their own."""
    return [{name: value for name, value in one.items() if name != "RiskLevel"} for one in verdicts]
