"""Our payloads in the words of the vendor's callbacks. Pure, and total: any payload has some translation.

`scanResult` is what the machine said, `humanAuditResult` what reviewers and rechecks decided,
`auditResult` what the client's own people fed back; only the parts that apply are sent.
"""

SUGGESTIONS = {"high": "block", "medium": "review", "low": "review"}


def translate(payload: dict) -> dict:
    content = {}
    if "machine" in payload:
        content["scanResult"] = scan_result(payload)
    if "feedback" in payload:
        content["auditResult"] = judgement(payload["feedback"])
    if "review" in payload:
        content["humanAuditResult"] = names_of(payload) | judgement(payload["review"])
    return content


def names_of(payload: dict) -> dict:
    return {"taskId": payload.get("request_id", ""), "dataId": payload.get("data_id", "")}


def scan_result(payload: dict) -> dict:
    machine = payload["machine"]
    return {
        "code": 200,
        "msg": "OK",
        **names_of(payload),
        **({"url": payload["url"]} if "url" in payload else {}),
        "suggestion": suggestion_of(machine.get("level", "")),
        "results": [one_result(label, payload) for label in machine.get("labels", [])],
    }


def one_result(label: dict, payload: dict) -> dict:
    rate = label.get("confidence")
    return {
        "scene": payload.get("service", ""),
        "label": label.get("label", ""),
        "suggestion": suggestion_of(label.get("level", "")),
        **({"rate": rate} if rate is not None else {}),
    }


def judgement(part: dict) -> dict:
    label = part.get("label", "")
    return {"suggestion": part.get("outcome", ""), "labels": [label] if label else []}


def suggestion_of(level: str) -> str:
    return SUGGESTIONS.get(level, "pass")
